"""`quipu export`"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from api.cli.choice import OneOf
from api.cli.report import writing
from api.settings import Settings
from api.store.engine import Unavailable
from api.store.pool import Store
from api.store.snapshot import Snapshot
from api.wire.body import encoded
from api.wire.formats import FORMATS, Page
from schemas import BY_NAME, RESOURCES
from schemas.compact import dump, parse
from schemas.fields.time import DATE_ALONE
from schemas.nearest import nearest
from schemas.parameters import AS_OF, list_parameters
from schemas.query import Query
from schemas.reading import read_query

# What `quipu load` reads, and a data set is written as.
LOADED = "ndjson"
WHOLE = tuple(format_.name for format_ in FORMATS if format_.whole)


@click.command()
@click.argument("resource", required=False, type=OneOf([r.name for r in RESOURCES]))
@click.option("--dataset", help="A whole data set as NDJSON, ready for `quipu load`.")
@click.option(
    "--format",
    "format_name",
    type=OneOf(WHOLE),
    default=LOADED,
    show_default=True,
    help="How the records of RESOURCE are written.",
)
@click.option("--as-of", help=f"The data as they were at this version or moment. {DATE_ALONE}")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file instead of stdout.",
)
@click.pass_obj
def export(
    settings: Settings,
    resource: str | None,
    dataset: str | None,
    format_name: str,
    as_of: str | None,
    output: Path | None,
) -> None:
    """Write out the records of RESOURCE, or a whole data set."""
    if (resource is None) == (dataset is None):
        raise click.UsageError("name either a RESOURCE or a --dataset")
    if dataset is not None and format_name != LOADED:
        raise click.UsageError(f"a data set cannot be written as {format_name}, only as {LOADED}")
    pairs = [("as_of", as_of)] if as_of else []
    query, mistakes = read_query((AS_OF,), pairs)
    if mistakes:
        raise click.UsageError(f"--as-of {mistakes[0].message}")
    store = Store(settings.database, settings.statement_timeout_ms)
    try:
        store.check()
        with (
            writing(output),
            store.snapshot() as snapshot,
            _opened(output) as out,
        ):
            release = snapshot.release(query.as_of)
            if release is None:
                raise click.ClickException("there are no data at that version or moment")
            if resource:
                _write_resource(out, snapshot, resource, format_name, release.at)
            else:
                _write_dataset(out, snapshot, str(dataset), release.at)
    except Unavailable as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[bytes]]:
    """Where to write: stdout, or a file that takes its name only when it is whole."""
    if output is None or (output.exists() and not output.is_file()):
        with click.open_file(str(output or "-"), "wb") as out:
            yield out
            out.flush()
        return
    whole = output.resolve()
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)


def _write_resource(
    out: IO[bytes], snapshot: Snapshot, name: str, format_name: str, at: int | None
) -> None:
    format_ = next(found for found in FORMATS if found.name == format_name)
    resource = BY_NAME[name]
    if format_.write_page is None or not format_.fits(resource):
        raise click.UsageError(f"{name} cannot be written as {format_name}")
    page = Page(resource, snapshot.stream(resource, Query(), at))
    out.writelines(encoded(format_.write_page(page)))


def _write_dataset(out: IO[bytes], snapshot: Snapshot, dataset: str, at: int | None) -> None:
    datasets = BY_NAME["datasets"]
    _, mistakes = read_query(list_parameters(datasets, WHOLE), [("id", dataset)])
    if mistakes or not snapshot.items(datasets, [dataset], at):
        listed = ("resource", datasets.name)
        hint = nearest(dataset, snapshot.vocabulary({listed: []}, at)[listed])[1]
        then = "" if at is None else f" in data version {at}"
        raise click.ClickException(f"there is no data set {dataset!r}{then}{hint}")
    resources = sorted(RESOURCES, key=lambda resource: resource.name != "datasets")
    for resource in resources:
        query, _ = read_query(list_parameters(resource, WHOLE), [("dataset", dataset)])
        kind = "dataset" if resource.name == "datasets" else resource.name
        derived = {name for name, field in resource.instance.fields.items() if field.dump_only}
        for body in snapshot.stream(resource, query, at):
            record = {k: v for k, v in parse(body).items() if k not in derived}
            out.write(f"{dump({kind: record})}\n".encode())
