"""`quipu validate`"""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from api.cli.database import FOUND, now
from api.cli.report import print_json, say_findings, say_unlisted
from api.cli.say import on_one_line, say
from api.intake.check import valid_records
from api.intake.evidence import check_source, check_text, match_texts
from api.intake.few import Few
from api.intake.finding import Finding
from api.intake.packaged import in_order, packaged_datasets
from api.intake.read import Bundle, open_dataset
from api.settings import Settings
from api.store.checks import record_checks
from api.store.engine import Busy, DatabaseError, Unavailable, open_reader, open_writer
from api.store.load import load_dataset, prepare
from api.store.tables import refuse_other_layout
from schemas import FIGURE, SOURCE
from schemas.compact import parse

# What of a source its text is held against, and how the text's numbers are read.
KNOWN_BY = ("id", "sha256", "length", "language")


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
    found = _check(bundles, chosen)
    if texts:
        given_texts = _read_texts(texts)
        found.extend(check_texts(chosen, given_texts))
        _record(settings, given_texts)
    if as_json:
        print_json([finding._asdict() for finding in found.listed])
    records = sum(bundle.number for bundle in chosen)
    if found.number:
        say(f"{found.number} to mend in {records} records:")
        say_findings(found.listed)
        say_unlisted(found.unlisted)
        sys.exit(FOUND)
    read_again = " and the figures against their texts" if texts else ""
    say(f"{records} records checked{read_again}: nothing to mend")


def _check(known: list[Bundle], chosen: list[Bundle]) -> Few:
    """Load everything into a database in memory, in the order of what depends on what: what was
    found."""
    db = open_writer(None, 0)
    prepare(db)
    found = Few()
    for bundle in in_order([*known, *chosen]):
        outcome = load_dataset(db, bundle, now)
        if any(bundle is one for one in chosen):
            found.extend(outcome.findings, outcome.unlisted)
    db.conn.close()
    return found


def _read_texts(paths: tuple[Path, ...]) -> dict[str, bytes]:
    files = [
        file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    if not files:
        raise click.UsageError("--source-text: the folder holds no .txt file")
    return {str(file): _read_text(file, among_others=file not in paths) for file in files}


def _read_text(file: Path, *, among_others: bool) -> bytes:
    """The bytes of a text. What was not named itself must be a file: a pipe would be waited for."""
    name = on_one_line(str(file))
    try:
        if among_others and not file.is_file():
            raise click.ClickException(f"--source-text: {name} is no file that can be read")
        return file.read_bytes()
    except OSError as error:
        said = f"--source-text: {name} cannot be read: {error.strerror}"
        raise click.ClickException(said) from error


def _record(settings: Settings, texts: dict[str, bytes]) -> None:
    """Write down that the texts were seen, in the database if there is one. That they cannot be
    is told, and is no finding: what was to be checked has been checked."""
    name = settings.database
    if not Path(name).is_file():
        return
    try:
        with closing(open_reader(name)) as reader:
            refuse_other_layout(reader)
        db = open_writer(name, settings.lock_timeout_ms)
        try:
            checks = record_checks(db, texts, now)
        finally:
            db.conn.close()
    except (Busy, Unavailable, DatabaseError, OSError) as error:
        say(f"{name}: not noted there; {error}")
        return
    for check in checks:
        found = check.figures - len(parse(check.missed))
        say(f"{name}: noted that {found} of {check.figures} figures stand in {check.source}")


def check_texts(bundles: list[Bundle], texts: dict[str, bytes]) -> Iterator[Finding]:
    """Hold sources and figures against the texts: each source wants its text, and each text its
    source. Of a source is held what its text is known by, of a figure nothing."""
    sources = [
        (record.raw.file, record.raw.name, {name: record.data[name] for name in KNOWN_BY})
        for bundle in bundles
        for record in valid_records(bundle, SOURCE)
    ]
    matched = match_texts([source for _, _, source in sources], texts)
    of_sources = set(matched.values())
    for name in texts:
        if name not in of_sources:
            yield Finding(name, "", "", "is the text of no source that was checked")
    for file, record, source in sources:
        if source["id"] not in matched:
            yield Finding(file, record, "sha256", "no text with this hash was given")
            continue
        for path, reason in check_source(source, texts[matched[source["id"]]]):
            yield Finding(file, record, path, reason)
    # Of a source that has no text, that was said.
    read: dict[str, str | None] = {source["id"]: None for _, _, source in sources}
    read |= {id_: texts[name].decode(errors="replace") for id_, name in matched.items()}
    languages = {source["id"]: source["language"] for _, _, source in sources}
    for bundle in bundles:
        for figure in valid_records(bundle, FIGURE):
            for path, reason in _check_figure(figure.data, read, languages):
                yield Finding(figure.raw.file, figure.raw.name, path, reason)


def _check_figure(
    figure: dict[str, Any], texts: dict[str, str | None], languages: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """(field path, reason) where a figure does not stand in the text of its source."""
    source = figure["source"]["id"]
    if source not in texts:
        yield "source.id", "is of none of the data sets checked"
        return
    text = texts[source]
    if text is not None:
        yield from check_text(figure, text, languages[source])
