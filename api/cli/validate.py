"""`quipu validate`"""

import json
import sys
from pathlib import Path

import click

from api.cli.database import FOUND, now
from api.cli.report import print_json, say_findings, say_unlisted
from api.cli.say import say
from api.intake.check import CheckedRecord, check_bundle
from api.intake.evidence import check_source, check_text, match_texts
from api.intake.finding import Finding
from api.intake.packaged import in_order, packaged_datasets
from api.intake.read import Bundle, open_dataset
from api.settings import Settings
from api.store.beside import StoreKnown
from api.store.checks import record_checks
from api.store.engine import Busy, DatabaseError, Unavailable, open_reader, open_writer
from api.store.load import load_dataset, prepare
from api.store.tables import is_current


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--source-text",
    "texts",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A source's text, or a folder of them: read again, digit by digit.",
)
@click.option("--json", "as_json", is_flag=True, help="List the findings as JSON on stdout.")
@click.pass_obj
def validate(
    settings: Settings, paths: tuple[Path, ...], texts: tuple[Path, ...], as_json: bool
) -> None:
    """Check data sets without loading them anywhere.

    PATHS are folders or files; without any, the data sets that come with the program are checked
    (they are also there to be referred to). With --source-text, each source's text is compared
    with its hash, and each figure with the digits at its place in the text. If there is a database,
    what it holds is compared with the texts too, and it is written down there that they were seen.
    """
    packaged = packaged_datasets()
    given = [open_dataset(path) for path in paths]
    named = {bundle.dataset for bundle in given}
    chosen = given or packaged
    bundles = [b for b in packaged if b.dataset not in named] if given else []
    findings, unlisted = _check(bundles, chosen)
    if texts:
        given_texts = _read_texts(texts)
        findings += check_texts(chosen, given_texts)
        _record(settings, given_texts)
    if as_json:
        print_json([finding._asdict() for finding in findings])
    records = sum(bundle.number for bundle in chosen)
    if findings:
        say(f"{len(findings) + unlisted} to mend in {records} records:")
        say_findings(findings)
        say_unlisted(unlisted)
        sys.exit(FOUND)
    read_again = " and the figures against their texts" if texts else ""
    say(f"{records} records checked{read_again}: nothing to mend")


def _check(known: list[Bundle], chosen: list[Bundle]) -> tuple[list[Finding], int]:
    """Load everything into a database in memory, in the order of what depends on what: what was
    found, and how much more than is listed."""
    db = open_writer(":memory:", 0)
    prepare(db)
    findings: list[Finding] = []
    unlisted = 0
    for bundle in in_order([*known, *chosen]):
        outcome = load_dataset(db, bundle, now)
        if any(bundle is one for one in chosen):
            findings += outcome.findings
            unlisted += outcome.unlisted
    db.conn.close()
    return findings, unlisted


def _read_texts(paths: tuple[Path, ...]) -> dict[str, bytes]:
    files = [
        file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    if not files:
        raise click.UsageError("--source-text: the folder holds no .txt file")
    return {str(file): file.read_bytes() for file in files}


def _record(settings: Settings, texts: dict[str, bytes]) -> None:
    """Write down that the texts were seen, in the database if there is one. That they cannot be
    is told, and is no finding: what was to be checked has been checked."""
    name = settings.database
    if not Path(name).is_file():
        return
    try:
        reader = open_reader(name)
        current = is_current(reader)
        reader.close()
        if not current:
            say(f"{name}: not noted there; it has another layout (`quipu load` brings it up)")
            return
        db = open_writer(name, settings.lock_timeout_ms)
        try:
            checks = record_checks(db, texts, now)
        finally:
            db.conn.close()
    except (Busy, Unavailable, DatabaseError, OSError) as error:
        say(f"{name}: not noted there; {error}")
        return
    for check in checks:
        found = check.figures - len(json.loads(check.missed))
        say(f"{name}: noted that {found} of {check.figures} figures stand in {check.source}")


def check_texts(bundles: list[Bundle], texts: dict[str, bytes]) -> list[Finding]:
    """Hold sources and figures against the texts: each source wants its text, and each text its
    source."""
    db = open_writer(":memory:", 0)
    prepare(db)
    records: list[CheckedRecord] = []
    for bundle in bundles:
        check_bundle(bundle, StoreKnown(db.conn, ""), records.append)
    db.conn.close()
    sources = [record for record in records if record.resource.name == "sources"]
    figures = [record for record in records if record.resource.name == "figures"]
    matched = match_texts([source.data for source in sources], texts)
    findings = [
        Finding(name, "", "", "is the text of no source that was checked")
        for name in texts
        if name not in matched.values()
    ]
    known = {source.id for source in sources}
    findings += [
        Finding(
            figure.raw.file, figure.raw.name, "source.id", "is of none of the data sets checked"
        )
        for figure in figures
        if figure.data["source"]["id"] not in known
    ]
    for source in sources:
        where = (source.raw.file, source.raw.name)
        if source.id not in matched:
            findings.append(Finding(*where, "sha256", "no text with this hash was given"))
            continue
        raw = texts[matched[source.id]]
        findings += [Finding(*where, *found) for found in check_source(source.data, raw)]
        text = raw.decode(errors="replace")
        findings += [
            Finding(figure.raw.file, figure.raw.name, *found)
            for figure in figures
            if figure.data["source"]["id"] == source.id
            for found in check_text(figure.data, text)
        ]
    return findings
