"""`/downloads` over HTTP: whole or in parts, compressed or not, tags, and what can go wrong."""

import base64
import gzip
import hashlib
import sys
import threading
from collections.abc import Callable
from errno import EACCES, EMFILE, ENOMEM
from pathlib import Path
from unittest.mock import PropertyMock, patch

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.bulk.files import BY_FILE_NAME, FILES, File
from api.bulk.making import WAITING, Failed, Maker
from api.cli.database import now
from api.settings import Settings
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.wire.encoding import GZIP, choose_encoding
from api.wire.formats.page import Extra
from api.wire.ranges import Slice, Unsatisfiable, asked_slice
from schemas import RESOURCES
from tests.contract.conformance import CheckedClient
from tests.contract.test_time import change, load
from tests.store.generated import bundle_of, figure

FILE = "/downloads/figures.csv"


@pytest.fixture
def whole(client: CheckedClient) -> TestResponse:
    return client.get(FILE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_file_comes_whole_with_all_that_is_said_of_it(
    client: CheckedClient, file: File
) -> None:
    name, media_type = file.name, file.media_type
    answer = client.get(f"/downloads/{name}")
    content = answer.get_data()
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.content_length == len(content) > 0
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Accept-Ranges"] == "bytes"
    stem, _, suffix = name.partition(".")
    assert f'attachment; filename="{stem}-v4.{suffix}"' == answer.headers["Content-Disposition"]
    assert answer.last_modified is not None
    assert client.get(f"/downloads/{name}").get_data() == content


def test_the_index_lists_each_file_and_says_which_are_at_hand(client: CheckedClient) -> None:
    before = client.get("/downloads")
    files = before.get_json()["files"]
    assert [file["name"] for file in files] == [file.name for file in FILES]
    assert not [file for file in files if file["at_hand"] or file["size"] or file["sha256"]]
    got = client.get(FILE)
    after = client.get("/downloads")
    (listed,) = [file for file in after.get_json()["files"] if file["at_hand"]]
    assert listed["name"] == "figures.csv"
    assert listed["size"] == len(got.get_data())
    assert listed["sha256"] == hashlib.sha256(got.get_data()).hexdigest()
    assert client.get(listed["links"]["self"]).get_data() == got.get_data()
    # The answer is another one: so is its tag.
    assert after.headers["ETag"] != before.headers["ETag"]
    tag = {"If-None-Match": after.headers["ETag"]}
    assert client.get("/downloads", headers=tag).status_code == 304


def test_the_folder_may_be_asked_for_with_its_slash(client: CheckedClient) -> None:
    plain, slash = client.get("/downloads"), client.get("/downloads/")
    assert slash.get_data() == plain.get_data()
    assert slash.headers["ETag"] == plain.headers["ETag"]


def test_a_known_tag_costs_no_file_and_one_statement(
    client: CheckedClient, settings: Settings, statements: list[str]
) -> None:
    tag = client.get(FILE).headers["ETag"]
    for path in Path(settings.spool).iterdir():
        path.unlink()
    statements.clear()
    answer = client.get(FILE, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert len(statements) == 1
    assert list(Path(settings.spool).iterdir()) == []


RANGES = {
    "bytes=0-9": (0, 10),
    "bytes=5-5": (5, 1),
    "bytes=10-": (10, None),
    "bytes=-7": (-7, None),
    "bytes=0-99999999": (0, None),
    "bytes=-99999999": (0, None),
    "BYTES=0-9": (0, 10),
}


@pytest.mark.parametrize("asked", RANGES)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_range_is_that_part_of_what_is_sent_otherwise(
    client: CheckedClient, asked: str, coding: str
) -> None:
    accept = {"Accept-Encoding": coding}
    content = client.get(FILE, headers=accept)
    data = content.get_data()
    part = client.get(FILE, headers={**accept, "Range": asked})
    start, length = RANGES[asked]
    expected = data[start:][:length]
    assert part.status_code == 206
    assert part.get_data() == expected
    assert part.content_length == len(expected)
    first = start % len(data)
    last = first + len(expected) - 1
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
    for name in ("ETag", "Repr-Digest", "Content-Type", "Last-Modified", "Quipu-Data-Version"):
        assert part.headers[name] == content.headers[name]
    assert part.headers.get("Content-Encoding") == content.headers.get("Content-Encoding")


@pytest.mark.parametrize(
    "ignored",
    ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,4-5", "lines=0-9",
     "bytes=0-9 ; x", "bytes=1.5-3", "bytes=٣-٥", "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_a_range_that_means_nothing_here_gets_the_whole(
    client: CheckedClient, whole: TestResponse, ignored: str
) -> None:
    headers = {"Range": ignored.encode("utf-8").decode("latin-1")}
    answer = client.get(FILE, headers=headers)
    assert answer.status_code == 200
    assert answer.get_data() == whole.get_data()


@pytest.mark.parametrize("beyond", ["bytes=99999999-", "bytes=99999999-100000000", "bytes=-0"])
def test_a_range_behind_the_end_is_a_problem_that_says_where_the_end_is(
    client: CheckedClient, whole: TestResponse, beyond: str
) -> None:
    answer = client.get(FILE, headers={"Range": beyond})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(whole.get_data())}"
    assert answer.get_json()["code"] == "range-not-satisfiable"


def test_if_range_holds_for_the_very_same_strong_tag_alone(
    client: CheckedClient, whole: TestResponse
) -> None:
    tag = whole.headers["ETag"]
    for condition, status in (
        (tag, 206),
        (f"W/{tag}", 200),
        ('"other"', 200),
        (tag.strip('"'), 200),
        (whole.headers["Last-Modified"], 200),
    ):
        answer = client.get(FILE, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert answer.status_code == status, condition
    plain = {"Range": "bytes=0-9", "If-Range": tag, "Accept-Encoding": "gzip"}
    assert client.get(FILE, headers=plain).status_code == 200  # it is the tag of another coding


def test_a_file_that_is_another_than_the_wanted_one_is_a_problem(
    client: CheckedClient, whole: TestResponse
) -> None:
    tag = whole.headers["ETag"]
    part = {"Range": "bytes=10-19", "If-Match": tag}
    assert client.get(FILE, headers=part).get_data() == whole.get_data()[10:20]
    for other in ('"other"', f"W/{tag}"):
        answer = client.get(FILE, headers={"Range": "bytes=10-19", "If-Match": other})
        assert answer.status_code == 412
        assert answer.get_json()["code"] == "precondition-failed"
    assert client.get(FILE, headers={**part, "Accept-Encoding": "gzip"}).status_code == 412


PAST, FUTURE = "Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"If-Modified-Since": "LAST"}, 304),
        ({"If-Modified-Since": FUTURE}, 304),
        ({"If-Modified-Since": PAST}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": f"Mon, 30 Nov {'9' * 20} 10:10:10 GMT"}, 200),
        ({"If-Modified-Since": f"Mon, {'9' * 20} Nov 2020 10:10:10 GMT"}, 200),
        ({"If-Unmodified-Since": f"Mon, 30 Nov 2020 10:10:10 +{'9' * 4000}"}, 200),
        ({"If-Unmodified-Since": "LAST"}, 200),
        ({"If-Unmodified-Since": FUTURE}, 200),
        ({"If-Unmodified-Since": PAST}, 412),
        ({"If-Unmodified-Since": "yesterday"}, 200),
        # A tag tells more than a moment.
        ({"If-None-Match": '"other"', "If-Modified-Since": "LAST"}, 200),
        ({"If-None-Match": "TAG", "If-Modified-Since": PAST}, 304),
        ({"If-Match": "TAG", "If-Unmodified-Since": PAST}, 200),
        ({"If-Match": '"other"', "If-Unmodified-Since": FUTURE}, 412),
        # What must hold is looked at before what is known.
        ({"If-Match": '"other"', "If-None-Match": "TAG"}, 412),
        ({"If-Unmodified-Since": PAST, "If-Modified-Since": "LAST"}, 412),
        ({"If-Unmodified-Since": "LAST", "If-Modified-Since": "LAST"}, 304),
        ({"If-Modified-Since": "LAST", "Range": "bytes=0-9"}, 304),
        ({"If-Unmodified-Since": "LAST", "Range": "bytes=0-9"}, 206),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions_are_weighed_in_the_order_of_the_standard(
    client: CheckedClient, whole: TestResponse, conditions: dict[str, str], status: int, method: str
) -> None:
    known = {"LAST": whole.headers["Last-Modified"], "TAG": whole.headers["ETag"]}
    asked = {name: known.get(value, value) for name, value in conditions.items()}
    answer = client.open(FILE, method=method, headers=asked)
    assert answer.status_code == (200 if method == "HEAD" and status == 206 else status)


def test_a_download_broken_off_and_gone_on_with_is_the_file(
    client: CheckedClient, whole: TestResponse
) -> None:
    data, tag = b"", whole.headers["ETag"]
    while len(data) < len(whole.get_data()):
        asked = {"Range": f"bytes={len(data)}-{len(data) + 999}", "If-Range": tag}
        part = client.get(FILE, headers=asked)
        assert part.status_code == 206
        data += part.get_data()
    assert data == whole.get_data()


def test_when_the_data_have_changed_meanwhile_the_rest_is_not_sent(
    client: CheckedClient, whole: TestResponse, database: Path, dataset: Path
) -> None:
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    asked = {"Range": "bytes=100-", "If-Range": whole.headers["ETag"]}
    answer = client.get(FILE, headers=asked)
    assert answer.status_code == 200
    assert answer.get_data() != whole.get_data()
    assert client.get(f"{FILE}?as_of=4", headers=asked).status_code == 206


def test_head_tells_the_length_and_has_no_ranges(client: CheckedClient) -> None:
    head = client.head(FILE, headers={"Range": "bytes=0-9"})
    whole = client.get(FILE)
    assert head.status_code == 200
    assert head.content_length == len(whole.get_data())
    assert head.headers["Repr-Digest"] == whole.headers["Repr-Digest"]


def test_texts_and_the_database_gain_by_being_compressed() -> None:
    plain = {file.name for file in FILES if not file.coded}
    assert {name.rpartition(".")[2] for name in plain} == {"zip", "parquet"}
    assert all(file.pinned.coded == file.coded for file in FILES if file.pinned)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_gains_by_it_comes_compressed_with_a_tag_of_its_own(
    client: CheckedClient, file: File
) -> None:
    address = f"/downloads/{file.name}"
    plain = client.get(address)
    coded = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    if not file.coded:
        assert "Content-Encoding" not in coded.headers
        assert coded.headers["ETag"] == plain.headers["ETag"]
        return
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.get_data()) == plain.get_data()
    assert coded.headers["ETag"] != plain.headers["ETag"]
    assert coded.headers["Repr-Digest"] != plain.headers["Repr-Digest"]
    assert "Accept-Encoding" in coded.headers["Vary"]
    again = {"Accept-Encoding": "gzip", "If-None-Match": coded.headers["ETag"]}
    assert client.get(address, headers=again).status_code == 304
    assert client.get(address, headers={"If-None-Match": coded.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("accept", ["br", "zstd, br", "br, gzip;q=0.5", "zstd;q=0.2, gzip"])
def test_a_coding_that_files_do_not_come_in_changes_neither_their_bytes_nor_their_tag(
    client: CheckedClient, whole: TestResponse, accept: str
) -> None:
    coded = client.get(FILE, headers={"Accept-Encoding": "gzip"})
    assert coded.headers["ETag"] != whole.headers["ETag"]
    expected = coded if "gzip" in accept else whole
    answer = client.get(FILE, headers={"Accept-Encoding": accept})
    assert answer.headers["ETag"] == expected.headers["ETag"]
    assert answer.get_data() == expected.get_data()


@pytest.mark.parametrize(
    ("accept", "compressed"),
    [
        ("", False), ("identity", False), ("br", False), ("gzip", True),
        ("GZIP", True), ("gzip, identity", True), ("gzip;q=0", False), ("gzip;q=0.2", True),
        ("gzip;q=0.2, identity", False), ("*", False), ("*;q=0", False),
        ("deflate, gzip;q=1.0", True),
        ("identity;q=0.5, *;q=0.1", False), (";;;", False), ("gzip;q=x", False),
    ],
)  # fmt: skip
def test_gzip_is_sent_to_those_who_accept_it(accept: str, compressed: bool) -> None:
    assert (choose_encoding(accept, (GZIP,)) is not None) == compressed


@pytest.mark.parametrize("size", [0, 1, 2, 10])
def test_a_slice_is_what_python_would_cut(size: int) -> None:
    content = bytes(range(size))
    for first in range(12):
        for last in range(first, 12):
            if first >= size:
                with pytest.raises(Unsatisfiable):
                    asked_slice(f"bytes={first}-{last}", None, "t", size)
                continue
            found = asked_slice(f"bytes={first}-{last}", None, "t", size)
            assert found is not None
            assert content[found.start :][: found.length] == content[first : last + 1]
    if size:
        assert asked_slice("bytes=-3", None, "t", size) == Slice(max(0, size - 3), min(3, size))


def test_as_of_a_version_a_file_is_for_good(
    client: CheckedClient, whole: TestResponse, database: Path, dataset: Path
) -> None:
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    pinned, newest = client.get(f"{FILE}?as_of=4"), client.get(FILE)
    assert pinned.get_data() == whole.get_data()
    assert pinned.headers["ETag"] == whole.headers["ETag"]
    assert newest.get_data() != whole.get_data()
    assert newest.headers["ETag"] != whole.headers["ETag"]
    assert newest.headers["Quipu-Data-Version"] == "5"
    assert client.get(f"{FILE}?as_of=6").status_code == 404
    assert client.get("/downloads?as_of=4").get_json()["data"]["version"] == 4


def test_another_database_with_the_same_version_is_not_taken_for_this_one(
    make_app: Callable[..., Flask], database: Path, dataset: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(database.read_bytes())
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    change(dataset, "status: in_progress", "status: planned")
    load(other, dataset)
    texts = [
        make_app(database=str(path)).test_client().get(FILE).text for path in (database, other)
    ]
    assert texts[0] != texts[1]


def test_a_file_that_there_is_not_is_a_problem_that_suggests_the_nearest(
    client: CheckedClient,
) -> None:
    answer = client.get("/downloads/figure.csv")
    assert answer.status_code == 404
    assert "did you mean 'figures.csv'?" in answer.get_json()["detail"]
    for name in ("..", "%2e%2e%2fquipu.db", ".alive", "figures.csv.gz", "figures.csv%00"):
        assert client.get(f"/downloads/{name}").status_code == 404


def test_a_length_may_be_in_weeks_so_its_column_is_one_of_texts(client: CheckedClient) -> None:
    """XML Schema's durations have none, so neither have CSVW's, nor Table Schema's."""
    metadata = client.get("/downloads/figures.csv-metadata.json").get_json()
    (told,) = (c for c in metadata["tableSchema"]["columns"] if c["titles"] == "period.duration")
    assert told["datatype"] == "string"
    package = client.get("/datapackage.json").get_json()
    (described,) = (one for one in package["resources"] if one["name"] == "figures")
    (field,) = (f for f in described["schema"]["fields"] if f["name"] == "period.duration")
    assert field["type"] == "string"


def described_by(address: str) -> str:
    """As CSV on the Web has it: without its type, nobody follows the link."""
    return f'<{address}>; rel="describedby"; type="application/csvm+json"'


def test_a_csv_file_leads_to_what_describes_it(client: CheckedClient, whole: TestResponse) -> None:
    assert described_by("/downloads/figures.csv-metadata.json") in whole.headers["Link"]
    metadata = client.get("/downloads/figures.csv-metadata.json").get_json()
    titles = [column["titles"] for column in metadata["tableSchema"]["columns"]]
    assert titles == whole.text.split("\r\n")[0].split(",")


@pytest.mark.parametrize("asked", ["4", "2100-01-01"])
def test_what_describes_a_csv_file_of_a_version_names_the_file_of_that_version(
    client: CheckedClient, asked: str
) -> None:
    csv = client.get(f"{FILE}?as_of={asked}")
    metadata = "/downloads/figures.csv-metadata.json"
    assert described_by(f"{metadata}?as_of=4") in csv.headers["Link"]
    newest, pinned = client.get(metadata), client.get(f"{metadata}?as_of={asked}")
    assert newest.get_json()["url"] == "figures.csv"
    assert pinned.get_json() == {**newest.get_json(), "url": "figures.csv?as_of=4"}
    # They are two texts, so they are two files: with two tags, and two hashes.
    for name in ("ETag", "Repr-Digest"):
        assert pinned.headers[name] != newest.headers[name]
    assert pinned.headers["Content-Disposition"] == newest.headers["Content-Disposition"]


def test_what_describes_all_the_csv_files_of_a_version_names_those(client: CheckedClient) -> None:
    newest = client.get("/downloads/csv-metadata.json").get_json()
    pinned = client.get("/downloads/csv-metadata.json?as_of=4").get_json()
    assert {table["url"] for table in newest["tables"]} == {f"{r.name}.csv" for r in RESOURCES}
    of_version = {f"{resource.name}.csv?as_of=4" for resource in RESOURCES}
    assert {table["url"] for table in pinned["tables"]} == of_version
    keys = [
        key for table in pinned["tables"] for key in table["tableSchema"].get("foreignKeys", ())
    ]
    assert keys
    assert {key["reference"]["resource"] for key in keys} <= of_version


def test_the_index_tells_of_the_file_that_its_link_for_good_leads_to(
    client: CheckedClient,
) -> None:
    metadata = "/downloads/figures.csv-metadata.json"
    client.get(metadata)
    assert not [file for file in client.get("/downloads").get_json()["files"] if file["at_hand"]]
    content = client.get(f"{metadata}?as_of=4").get_data()
    (listed,) = [file for file in client.get("/downloads").get_json()["files"] if file["at_hand"]]
    assert f"/downloads/{listed['name']}" == metadata
    assert listed["sha256"] == hashlib.sha256(content).hexdigest()


def test_without_the_extra_the_address_says_what_to_install_and_the_index_that_it_lacks(
    client: CheckedClient,
) -> None:
    with patch.object(Extra, "is_installed", PropertyMock(return_value=False)):
        answer = client.get("/downloads/figures.parquet")
        files = client.get("/downloads").get_json()["files"]
    assert answer.status_code == 501
    assert "pip install pyarrow" in answer.get_json()["detail"]
    lacking = {file["name"] for file in files if not file["available"]}
    assert lacking == {file.name for file in FILES if file.extra}
    assert client.get("/downloads/figures.parquet").status_code == 200


def test_what_is_larger_than_the_limit_is_a_problem_and_what_is_not_is_made(
    make_app: Callable[..., Flask], database: Path
) -> None:
    note = {"en": "x" * 2000, "es": "y" * 2000}
    db = open_writer(str(database), 1000)
    figures = [figure(f"long-{number}", notes=note) for number in range(300)]
    assert load_dataset(db, bundle_of(figures), now).findings == []
    db.conn.close()
    client = make_app(spool_mb=1).test_client()
    for name in ("figures.ndjson", "figures.csv", "quipu.sqlite"):
        answer = client.get(f"/downloads/{name}")
        assert answer.status_code == 503, name
        assert answer.get_json()["code"] == "no-room"
    for name in ("quipu.zip", "programs.csv", "figures.parquet"):
        assert client.get(f"/downloads/{name}").status_code == 200, name


def test_a_spool_that_cannot_be_written_is_a_problem_and_the_data_can_be_had_all_the_same(
    make_app: Callable[..., Flask], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    client = make_app(spool=str(tmp_path / "file")).test_client()
    answer = client.get(FILE)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "no-room"
    assert answer.headers["Retry-After"]
    assert "Not a directory" in caplog.text or "File exists" in caplog.text
    assert client.get("/figures?format=csv").status_code == 200


def test_a_maker_that_dies_is_a_failure_of_the_service_and_leaves_nothing(
    make_app: Callable[..., Flask], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app().test_client()
    with patch("api.bulk.making.sys.executable", "/bin/false"):
        answer = client.get(FILE)
    assert answer.status_code == 500
    assert Failed.__name__ in caplog.text
    assert not Path(settings.spool).exists()
    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize(
    "ending",
    [
        "kill -9 $$",
        "echo MemoryError >&2; exit 1",
        "echo 'ImportError: a.so: failed to map segment from shared object' >&2; exit 1",
        f'ulimit -v 30000; exec {sys.executable} "$@"',
    ],
)
def test_a_maker_that_lacks_memory_is_a_problem_of_the_moment(
    client: CheckedClient, tmp_path: Path, caplog: pytest.LogCaptureFixture, ending: str
) -> None:
    maker = tmp_path / "maker"
    maker.write_text(f"#!/bin/sh\n{ending}\n", encoding="utf-8")
    maker.chmod(0o700)
    with patch("api.bulk.making.sys.executable", str(maker)):
        answer = client.get(FILE)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"
    assert answer.headers["Retry-After"]
    assert "figures.csv was not made" in caplog.text
    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize(("number", "status"), [(EMFILE, 503), (ENOMEM, 503), (EACCES, 500)])
def test_where_no_process_can_be_started_it_is_a_problem_of_the_moment(
    client: CheckedClient, number: int, status: int
) -> None:
    with patch("api.bulk.making.subprocess.Popen", side_effect=OSError(number, "no")):
        answer = client.get(FILE)
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize(("gone", "status"), [(1, 200), (2, 200), (3, 503)])
def test_a_file_that_gives_way_before_it_is_sent_is_made_again(
    app: Flask, client: CheckedClient, settings: Settings, gone: int, status: int
) -> None:
    maker: Maker = app.extensions["quipu"].maker
    run, times = maker._run, iter(range(gone))

    def crowded(*arguments: object, **named: object) -> None:
        run(*arguments, **named)  # type: ignore[arg-type]
        if next(times, None) is not None:
            for path in Path(settings.spool).iterdir():
                path.unlink()

    with patch.object(maker, "_run", crowded):
        answer = client.get(FILE)
    assert answer.status_code == status
    if status == 503:
        assert answer.get_json()["code"] == "being-made"
        assert answer.headers["Retry-After"]


def test_no_more_requests_wait_for_files_than_leave_threads_for_the_others(
    app: Flask, client: CheckedClient
) -> None:
    maker: Maker = app.extensions["quipu"].maker
    go_on, begun = threading.Event(), threading.Barrier(WAITING + 1)
    run = maker._run

    def slowly(*arguments: object, **named: object) -> None:
        begun.wait(30)
        go_on.wait(30)
        run(*arguments, **named)  # type: ignore[arg-type]

    answers: list[int] = []

    def ask(name: str) -> None:
        answers.append(app.test_client().get(f"/downloads/{name}").status_code)

    with patch.object(maker, "_run", slowly):
        names = ["figures.csv", "regions.csv", "sources.csv"][:WAITING]
        threads = [threading.Thread(target=ask, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        begun.wait(30)
        busy = client.get("/downloads/programs.csv")
        others = client.get("/figures")
        go_on.set()
        for thread in threads:
            thread.join(60)
    assert busy.status_code == 503
    assert busy.get_json()["code"] == "being-made"
    assert busy.headers["Retry-After"]
    assert others.status_code == 200
    assert answers == [200] * WAITING
    assert client.get("/downloads/programs.csv").status_code == 200


def test_a_read_only_folder_of_the_database_is_enough(
    make_app: Callable[..., Flask], database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    (folder / "quipu.db").write_bytes(database.read_bytes())
    folder.chmod(0o500)
    try:
        client = make_app(database=str(folder / "quipu.db"), spool="").test_client()
        assert client.get(FILE).status_code == 200
        assert [path.name for path in folder.iterdir() if "spool" in path.name] == []
    finally:
        folder.chmod(0o700)


def test_every_file_is_described_by_one_name(client: CheckedClient) -> None:
    assert set(BY_FILE_NAME) == {f["name"] for f in client.get("/downloads").get_json()["files"]}
