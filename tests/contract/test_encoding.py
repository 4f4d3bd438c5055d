"""Content codings: chosen by the client, part of the tag, the same answer behind them."""

import zlib
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from api.wire.encoding import (
    ENCODINGS,
    LONGEST,
    SHORTEST,
    Encoding,
    choose_encoding,
    compressed,
    zstd,
)
from tests.contract.conformance import CheckedClient, decoded
from tests.contract.test_parameters import OPERATIONS, address

NAMES = [encoding.name for encoding in ENCODINGS]
# Files have codings of their own: tests/contract/test_downloads.py.
EVERYTHING = [
    address(path, operation) for path, operation in OPERATIONS if path != "/downloads/{file}"
]
STREAMS = ["/figures?format=csv", "/figures?format=ndjson", "/changes?format=ndjson"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", [*EVERYTHING, *STREAMS])
def test_every_answer_is_the_same_behind_every_coding(
    client: CheckedClient, path: str, name: str
) -> None:
    plain = client.get(path)
    coded = client.get(path, headers={"Accept-Encoding": name})
    assert decoded(coded) == plain.get_data()
    long = len(plain.get_data()) >= SHORTEST or path in STREAMS
    assert coded.headers.get("Content-Encoding") == (name if long else None)
    assert "Accept-Encoding" in coded.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    if "Content-Length" in coded.headers:
        assert int(coded.headers["Content-Length"]) == len(coded.get_data())


def test_a_coding_has_its_own_tag_and_its_own_304(client: CheckedClient) -> None:
    for path in ("/figures", "/figures/der-investment", "/openapi.json", "/changes", "/"):
        tags = {}
        for name in (*NAMES, "identity"):
            answer = client.get(path, headers={"Accept-Encoding": name})
            tags[name] = answer.headers["ETag"]
        assert len(set(tags.values())) == len(tags)
        for name in tags:
            for other, tag in tags.items():
                asked = {"Accept-Encoding": name, "If-None-Match": tag}
                answer = client.get(path, headers=asked)
                assert answer.status_code == (304 if name == other else 200)
                assert "Content-Encoding" not in answer.headers or answer.status_code == 200


def test_head_tells_of_the_coded_body(client: CheckedClient) -> None:
    asked = {"Accept-Encoding": "br"}
    got, head = client.get("/figures", headers=asked), client.head("/figures", headers=asked)
    assert head.headers["Content-Length"] == str(len(got.get_data()))
    assert head.headers["Content-Encoding"] == "br"
    assert head.headers["ETag"] == got.headers["ETag"]


def test_problems_are_coded_too(client: CheckedClient) -> None:
    asked = {"Accept-Encoding": "gzip", "X-Request-Id": "me"}
    answer = client.get("/figures?regoin=PE-PIU", headers=asked)
    assert answer.status_code == 400
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = client.get("/figures?regoin=PE-PIU", headers={"X-Request-Id": "me"})
    assert decoded(answer) == plain.get_data()


@pytest.mark.parametrize(
    ("accepted", "name"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("zstd;q=0, br", "br"),
        ("br;q=.5, gzip;q=.9", "gzip"),
        ("gzip;q=0.1, identity", None),
        ("identity", None),
        ("deflate", None),
        ("*", None),
        (";;;", None),
        ("zstd;q=0", None),
    ],
)
def test_the_clients_weights_decide_then_what_pays(accepted: str, name: str | None) -> None:
    found = choose_encoding(accepted)
    assert (found.name if found else None) == name


@given(accepted=st.text(max_size=LONGEST))
def test_no_text_makes_choosing_fail(accepted: str) -> None:
    found = choose_encoding(accepted)
    assert found is None or found in ENCODINGS


def test_an_endless_list_of_codings_counts_as_none(client: CheckedClient) -> None:
    answer = client.get("/figures", headers={"Accept-Encoding": "gzip, " + "a" * LONGEST})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_the_same_answer_has_the_same_bytes_at_any_time(app: Flask) -> None:
    for name in NAMES:
        asked = {"Accept-Encoding": name}
        once = app.test_client().get("/figures", headers=asked).get_data()
        assert app.test_client().get("/figures", headers=asked).get_data() == once


def partly(name: str, data: bytes) -> tuple[bytes, bool]:
    """What a decoder makes of a form that may not be whole; and whether it has come to its end."""
    if name == "gzip":
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return inflate.decompress(data), inflate.eof
    if name == "br":
        decoder = brotli.Decompressor()
        return decoder.process(data), decoder.is_finished()
    unpack = zstd.ZstdDecompressor()
    return unpack.decompress(data), unpack.eof


@pytest.mark.parametrize("encoding", ENCODINGS, ids=NAMES)
def test_of_a_stream_that_fails_half_way_all_comes_but_its_end(encoding: Encoding) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a part, " * 1000
        yield b"and how it was cut off"
        raise OSError("no data")

    came: list[bytes] = []
    with pytest.raises(OSError, match="no data"):
        came.extend(compressed(broken(), encoding.compressor()))
    assert partly(encoding.name, b"".join(came)) == (
        b"a part, " * 1000 + b"and how it was cut off",
        False,
    )
    whole = b"".join(compressed([b"a part"], encoding.compressor()))
    assert partly(encoding.name, whole) == (b"a part", True)
