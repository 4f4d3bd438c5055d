"""The files that can be downloaded: what each is, and how it is written."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from gzip import GzipFile
from hashlib import sha256
from typing import Any, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from api.bulk.readme import citation, readme, terms
from api.bulk.spool import Part
from api.store.copy import write_copy
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.wire.body import content_type, encoded
from api.wire.formats import CSV, FILE_FORMATS, Format, Page
from api.wire.formats.page import Extra
from api.wire.standards import Edition
from api.wire.standards.csvw import GROUP, SUFFIX, group_metadata, table_metadata
from api.wire.standards.csvw import MEDIA_TYPE as CSVW
from api.wire.standards.datapackage import Weight, package
from api.wire.standards.datasette import metadata
from schemas import BY_NAME, RESOURCES
from schemas.compact import parse
from schemas.query import Query
from schemas.resource import Resource

GZIP = ".gz"
# Fast ones: a client waits for a file that is made for it.
GZIP_LEVEL = 3
ZIP_LEVEL = 4
READ_AT_ONCE = 1 << 18
# As Unix has it: a plain file that everybody may read.
PLAIN_FILE = 0o100644 << 16
UNIX = 3


class Contents(NamedTuple):
    """What files are written from: the data of a release, and what is said of them."""

    snapshot: Snapshot
    release: Release
    edition: Edition

    def bodies(self, resource: Resource) -> Iterator[bytes]:
        return self.snapshot.stream(resource, Query(), self.release.at)

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        return (parse(body) for body in self.bodies(BY_NAME[name]))


class File(NamedTuple):
    """A file of all the data, or of one resource.

    `coded` says that it is also kept compressed, for clients that accept that; `extra` what must
    be installed to write it. `pinned` is what is sent in its place to who asks for a version: of
    a file that names others, the one that names them as that version has them.
    """

    name: str
    media_type: str
    help: str
    write: Callable[[Contents, Part], None]
    coded: bool = False
    extra: Extra | None = None
    resource: Resource | None = None
    pinned: "File | None" = None

    @property
    def content_type(self) -> str:
        return content_type(self.media_type)

    @property
    def is_possible(self) -> bool:
        return self.extra is None or self.extra.is_installed


def _write_records(resource: Resource, format_: Format, contents: Contents, part: Part) -> None:
    for some in _written(resource, format_, contents):
        part.write(some)


def _written(resource: Resource, format_: Format, contents: Contents) -> Iterator[bytes]:
    page = Page(resource, contents.bodies(resource))
    assert format_.write_page is not None  # noqa: S101 - FILE_FORMATS has only those
    return encoded(format_.write_page(page))


def _write_sqlite(contents: Contents, part: Part) -> None:
    edition = contents.edition
    about: dict[str, str | int] = {
        "name": "Quipu",
        "version": edition.version,
        "released_at": edition.released_at,
        "software": edition.software,
        "citation": citation(edition),
        "terms": terms(contents.records("datasets")),
    }
    write_copy(contents.snapshot, contents.release, part.path, about, part.limit)


def _write_zip(contents: Contents, part: Part) -> None:
    """Every CSV file with what describes it. The same bytes for the same data, whenever made."""
    weights: dict[str, Weight] = {}
    # A file that can only be written to is enough, and lets its hash be made on the way.
    with ZipFile(cast(Any, part), "w", ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as package_:

        def add(name: str, parts: Iterator[bytes]) -> None:
            size, hash_ = 0, sha256()
            with package_.open(_entry(name, contents.release), "w", force_zip64=True) as entry:
                for some in parts:
                    entry.write(some)
                    size += len(some)
                    hash_.update(some)
            weights[name] = Weight(size, hash_.hexdigest())

        for resource in RESOURCES:
            add(f"{resource.name}.{CSV.name}", _written(resource, CSV, contents))
        for name, content in _around(contents, weights):
            add(name, iter([content]))
        lines = (f"{weight.sha256}  {name}\n".encode() for name, weight in sorted(weights.items()))
        add("checksums.txt", iter(list(lines)))


def _around(contents: Contents, weights: dict[str, Weight]) -> Iterator[tuple[str, bytes]]:
    """(name, content) of what lies beside the CSV files."""
    descriptor = package(
        contents.edition,
        contents.records("datasets"),
        contents.records("sources"),
        terms="LICENSE.md",
        weights=dict(weights),
    )
    yield "datapackage.json", _indented(descriptor)
    yield GROUP, _indented(group_metadata())
    yield "README.md", readme(contents.edition).encode()
    yield "LICENSE.md", terms(contents.records("datasets")).encode()


def _entry(name: str, release: Release) -> ZipInfo:
    moment = datetime.fromisoformat(release.released_at).timetuple()[:6]
    # A zip knows no time before 1980 or after 2107, and no odd second.
    entry = ZipInfo(name, min(max(moment, (1980, 1, 1, 0, 0, 0)), (2107, 12, 31, 23, 59, 58)))
    entry.compress_type, entry.external_attr, entry.create_system = ZIP_DEFLATED, PLAIN_FILE, UNIX
    return entry


def write_gzip(source: Any, release: Release, part: Part) -> None:
    """Compress a file. The time in it is the version's, so that it does not change its bytes."""
    moment = datetime.fromisoformat(release.released_at).timestamp()
    # 32 bits of seconds: from 1970 to 2106.
    known = min(max(moment, 0), 2**32 - 1)
    with GzipFile("", "wb", GZIP_LEVEL, cast(Any, part), mtime=known) as target:
        while data := source.read(READ_AT_ONCE):
            target.write(data)


def _of_resource(resource: Resource, format_: Format) -> File:
    return File(
        f"{resource.name}.{format_.name}",
        format_.media_type,
        f"All {resource.name} as {format_.label}.",
        partial(_write_records, resource, format_),
        coded=format_.extra is None,
        extra=format_.extra,
        resource=resource,
    )


def _csv_metadata(name: str, document: Callable[[int | None], dict[str, Any]], help_: str) -> File:
    """What describes one CSV file, or all of them, where clients of CSV on the Web look for it."""

    def write(contents: Contents, part: Part) -> None:
        part.write(_indented(document(contents.release.version)))

    pinned = File(f"pinned-{name}", CSVW, help_, write, coded=True)
    return _described(name, CSVW, partial(document, None), help_)._replace(pinned=pinned)


def _described(
    name: str, media_type: str, document: Callable[[], dict[str, Any]], help_: str
) -> File:
    """A document that follows from the declarations alone."""

    def write(_: Contents, part: Part) -> None:
        part.write(_indented(document()))

    return File(name, media_type, help_, write, coded=True)


def _indented(document: dict[str, Any]) -> bytes:
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


SQLITE = File(
    "quipu.sqlite",
    "application/vnd.sqlite3",
    "Everything as one SQLite database.",
    _write_sqlite,
    coded=True,
)
ZIP = File(
    "quipu.zip",
    "application/zip",
    "Every CSV file with its description (Data Package, CSVW), README, terms and checksums.",
    _write_zip,
)
FILES: tuple[File, ...] = (
    ZIP,
    SQLITE,
    *(_of_resource(r, f) for r in RESOURCES for f in FILE_FORMATS if f.fits(r)),
    *(
        _csv_metadata(
            f"{r.name}.{CSV.name}{SUFFIX}",
            partial(table_metadata, r),
            f"The columns of {r.name}.csv, CSV on the Web.",
        )
        for r in RESOURCES
    ),
    _csv_metadata(GROUP, group_metadata, "The columns of every CSV file, CSV on the Web."),
    _described(
        "datasette.json",
        "application/json",
        partial(metadata, SQLITE.name.removesuffix(".sqlite")),
        "What Datasette shows beside quipu.sqlite.",
    ),
)
BY_FILE_NAME = {file.name: file for file in FILES}
# What is made: those that are sent in place of others too, which have no address of their own.
MADE = BY_FILE_NAME | {file.pinned.name: file.pinned for file in FILES if file.pinned}
