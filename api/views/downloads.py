"""`/downloads`: all the data as files, to be had in parts, whole and unchanged."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any

from flask import Blueprint, current_app
from werkzeug.http import http_date

from api.bulk.files import BY_FILE_NAME, FILES, File
from api.bulk.held import Held, read_parts
from api.bulk.making import FOR_NOW, Busy, Exhausted, NoRoom
from api.store.results import Release
from api.views.asking import present, release_for, understand
from api.views.service import Service
from api.views.tagging import tag_for
from api.wire.access import request_id
from api.wire.answer import Answer, Environ, Headers
from api.wire.caching import entity_tag, stamps, unchanged
from api.wire.encoding import GZIP, negotiated
from api.wire.formats import CSV
from api.wire.link_header import Link, link_header
from api.wire.problems import Problem, for_now, unavailable
from api.wire.ranges import Slice, Unsatisfiable, asked_slice
from api.wire.standards.csvw import MEDIA_TYPE as CSVW
from api.wire.standards.csvw import SUFFIX
from schemas.compact import dump
from schemas.nearest import nearest
from schemas.parameters import AS_OF
from schemas.query import Query

PATH = "/downloads"
SECONDS_TO_WAIT = 5
SECONDS_UNTIL_ROOM = 60


def downloads_blueprint(service: Service) -> Blueprint:
    """`/downloads` and `/downloads/{file}`."""
    blueprint = Blueprint("downloads", __name__)

    # With the slash too: it is a folder.
    @blueprint.get(PATH)
    @blueprint.get(f"{PATH}/")
    def list_downloads() -> Answer:
        environ = present().environ
        return _list(service, environ, understand(environ, (AS_OF,)))

    @blueprint.get(f"{PATH}/<file>")
    def download(file: str) -> Answer:
        environ = present().environ
        query = understand(environ, (AS_OF,))
        if file not in BY_FILE_NAME:
            raise _no_such_file(file)
        return _answer(service, environ, query, BY_FILE_NAME[file])

    return blueprint


def _list(service: Service, environ: Environ, query: Query) -> Answer:
    with service.store.snapshot() as snapshot:
        release = release_for(snapshot, query.as_of)
    held = service.maker.names(release, tuple(map(_pinned, FILES)))
    # What is at hand changes without the data: it is part of the tag, for it is of the answer.
    state = [[file.name, _pinned(file).name in held, file.is_possible] for file in FILES]
    tag = entity_tag(tag_for(service, environ, PATH, query, "json", release), state)
    # What is at hand may be another in a moment: whoever keeps the answer asks again.
    headers = stamps(tag, release.version, "no-cache")
    known = unchanged(environ, tag, headers)
    if known:
        return known
    pin = [("as_of", str(release.version))]
    document = {
        "data": {"version": release.version, "as_of": release.released_at},
        "files": [_listed(service, file, pin, held.get(_pinned(file).name)) for file in FILES],
        "links": {
            "self": service.links.to(PATH, pin),
            "latest": service.links.to(PATH),
            "datapackage": service.links.to("/datapackage.json", pin),
            "catalog": service.links.to("/catalog.jsonld", pin),
        },
    }
    return Answer(dump(document).encode(), [("Content-Type", "application/json"), *headers])


def _pinned(file: File) -> File:
    """The file as it is sent to who asks for a version."""
    return file.pinned or file


def _listed(
    service: Service, file: File, pin: list[tuple[str, str]], held: Held | None
) -> dict[str, Any]:
    path = f"{PATH}/{file.name}"
    return {
        "name": file.name,
        "media_type": file.media_type,
        "description": file.help,
        "resource": file.resource.name if file.resource else None,
        "available": file.is_possible,
        "at_hand": held is not None,
        "size": held.size if held else None,
        "sha256": held.sha256 if held else None,
        "links": {"self": service.links.to(path, pin), "latest": service.links.to(path)},
    }


def _answer(service: Service, environ: Environ, query: Query, file: File) -> Answer:
    path = f"{PATH}/{file.name}"
    with service.store.snapshot() as snapshot:
        release = release_for(snapshot, query.as_of)
    codings = (GZIP,) if file.coded else ()
    compressed = negotiated(environ, codings) is not None
    pinned = query.as_of is not None
    sent = _pinned(file) if pinned else file
    tag = tag_for(service, environ, path, query, sent.name, release, codings=codings)
    headers, modified = stamps(tag, release.version), datetime.fromisoformat(release.released_at)
    known = unchanged(environ, tag, headers, modified)
    if known:
        return known
    with ExitStack() as held_until_sent:
        held_until_sent.callback(service.long.begin())
        held, content = _made(service, environ, sent, release, compressed=compressed)
        held_until_sent.enter_context(content)
        part = _asked_slice(environ, tag, held.size)
        ended = held_until_sent.pop_all().close
    if compressed:
        headers.append(("Content-Encoding", "gzip"))
    stem, _, suffix = file.name.partition(".")
    name = f"{stem}-v{release.version}.{suffix}"
    headers += (
        ("Content-Type", file.content_type),
        ("Repr-Digest", held.digest),
        ("Last-Modified", http_date(modified)),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Link", _links(service, file, path, release, pinned=pinned)),
    )
    return _sent(content, part, held.size, headers, service.store.turns.pace().rest, ended)


def _links(service: Service, file: File, path: str, release: Release, *, pinned: bool) -> str:
    links, pin = service.links, [("as_of", str(release.version))]
    # What describes it names it: by the address that was asked.
    metadata = links.to(f"{path}{SUFFIX}", pin if pinned else ())
    described = file.name.endswith(f".{CSV.name}")
    return link_header(
        {"self": links.to(path, pin), "latest": links.to(path)},
        # Readers of CSV on the Web follow it by its type alone.
        [Link("describedby", metadata, CSVW)] if described else (),
    )


def _made(
    service: Service, environ: Environ, file: File, release: Release, *, compressed: bool
) -> tuple[Held, IO[bytes]]:
    """The file, made if need be, and open: what is removed from now on is still sent."""
    if not file.is_possible:
        assert file.extra is not None  # noqa: S101 - else it is possible
        detail = (
            f"{file.name} needs the extra '{file.extra.name}', which is not installed here: "
            f"pip install {file.extra.module}"
        )
        raise Problem("not-installed", detail)
    try:
        while True:
            held = service.maker.make(file, release, compressed=compressed)
            try:
                return held, held.path.open("rb")
            except FileNotFoundError:  # it was removed since, to make room for another
                continue
    except Busy as error:
        detail = f"{file.name} is not at hand, and others are being made; try again"
        raise for_now("being-made", detail, SECONDS_TO_WAIT) from error
    except (Exhausted, OSError) as error:
        if isinstance(error, OSError) and error.errno not in FOR_NOW:
            raise
        _warn(environ, error)
        raise unavailable(f"{file.name} cannot be made at the moment") from error
    except NoRoom as error:
        _warn(environ, error)
        detail = f"there is no room to make {file.name}"
        raise for_now("no-room", detail, SECONDS_UNTIL_ROOM) from error


def _warn(environ: Environ, error: Exception) -> None:
    current_app.logger.warning("%s %s: %s", request_id(environ), environ["PATH_INFO"], error)


def _asked_slice(environ: Environ, tag: str, size: int) -> Slice | None:
    if environ["REQUEST_METHOD"] == "HEAD":
        return None
    try:
        return asked_slice(environ.get("HTTP_RANGE"), environ.get("HTTP_IF_RANGE"), tag, size)
    except Unsatisfiable as error:
        raise Problem(
            "range-not-satisfiable",
            f"the file has {size} bytes",
            headers=[("Content-Range", f"bytes */{size}")],
        ) from error


def _sent(
    content: IO[bytes],
    part: Slice | None,
    size: int,
    headers: Headers,
    rest: Callable[[], None],
    ended: Callable[[], None],
) -> Answer:
    """All of a file or a slice of it, with a `rest` now and then; `ended` is called when it is
    sent, or given up."""
    start, length = part or (0, size)
    content.seek(start)
    headers += (("Content-Length", str(length)), ("Accept-Ranges", "bytes"))
    if part:
        headers.append(("Content-Range", part.of(size)))
    return Answer(read_parts(content, length, rest), headers, 206 if part else 200, ended)


def _no_such_file(name: str) -> Problem:
    _, hint = nearest(name, BY_FILE_NAME)
    return Problem("not-found", f"there is no file {name!r} to download{hint}")
