"""HTTP as it should be: tags, methods, headers, errors, negotiation."""

import json
import re
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
import yaml
from flask import Flask, Response, url_for
from werkzeug.test import Client, EnvironBuilder, TestResponse

from api.spec import build
from api.store.engine import open_writer
from api.store.load import Clock, load_dataset
from api.wire import answer
from api.wire.link_header import LONGEST_HEADER
from schemas import FIGURE, RESOURCES
from tests.contract.conformance import CheckedClient
from tests.contract.test_parameters import OPERATIONS, address
from tests.store.generated import bundle_of, figure

LISTS = [f"/{resource.name}" for resource in RESOURCES]
ITEMS = [f"/{resource.name}/{resource.example}" for resource in RESOURCES]
ASPECTS = [
    f"/{resource.name}/{resource.example}/{aspect}"
    for resource in RESOURCES
    for aspect in resource.aspects
]
EVERYTHING = [address(path, operation) for path, operation in OPERATIONS]
GUARDS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@pytest.mark.parametrize(
    "path", [*LISTS, *ITEMS, *ASPECTS, "/", "/search?q=plan", "/releases", "/releases/4"]
)
def test_a_known_tag_costs_nothing_but_the_version(
    client: CheckedClient, statements: list[str], path: str
) -> None:
    tag = client.get(path).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        statements.clear()
        response = client.get(path, headers={"If-None-Match": known})
        assert response.status_code == 304
        assert response.headers["ETag"] == tag
        assert not response.get_data()
        # `/releases/4` is about the fourth, and no other; evidence also follows from text checks.
        looked_at = [s for s in statements if "FROM text_checks" not in s]
        assert len(looked_at) <= 1 + path.startswith("/releases/")
        assert all("FROM releases" in statement for statement in looked_at)
        assert len(statements) - len(looked_at) == path.endswith("/evidence")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", EVERYTHING)
def test_who_wants_one_answer_and_no_other_gets_that_or_a_problem(
    client: CheckedClient, path: str
) -> None:
    plain = client.get(path)
    tag = plain.headers.get("ETag")
    for wanted in (tag, "*", f'"other", {tag}', f'W/"other", {tag}'):
        answer = client.get(path, headers={"If-Match": wanted or "*"})
        assert answer.status_code == 200
        # Its own text may tell what is at hand, or a moment.
        assert answer.headers.get("ETag") == tag
    for other in ('"other"', f"W/{tag}", ""):
        for known in ({}, {"If-None-Match": tag or "*"}):
            answer = client.get(path, headers={"If-Match": other, **known})
            assert answer.status_code == (412 if tag else 200)
            if tag:
                assert answer.get_json()["code"] == "precondition-failed"
                assert "ETag" not in answer.headers
    known = client.get(path, headers={"If-Match": tag or "*", "If-None-Match": tag or "*"})
    assert known.status_code == (304 if tag else 200)


@pytest.mark.parametrize(
    "path", ["/figures/none", "/figures/none/evidence", "/releases/99", "/feeds/programs/none.atom"]
)
def test_what_is_not_there_is_not_there_whatever_is_wanted_of_it(
    client: CheckedClient, path: str
) -> None:
    assert client.get(path, headers={"If-Match": '"other"'}).status_code == 404


@pytest.mark.parametrize("format_", ["json", "csv", "ndjson"])
def test_no_row_is_read_for_a_stream_that_is_not_wanted(
    client: CheckedClient, statements: list[str], format_: str
) -> None:
    answer = client.get(f"/figures?format={format_}", headers={"If-Match": '"other"'})
    assert answer.status_code == 412
    assert len(statements) == 1 or format_ == "json"
    assert client.get(f"/figures?format={format_}").status_code == 200


def test_a_moment_is_passed_over_where_an_answer_tells_none(client: CheckedClient) -> None:
    for name in ("If-Modified-Since", "If-Unmodified-Since"):
        for moment in ("Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"):
            assert client.get("/figures", headers={name: moment}).status_code == 200


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "path", [*EVERYTHING, "/figures?format=csv", "/downloads/figures.csv", "/openapi.json"]
)
def test_whoever_wants_nothing_if_there_is_anything_gets_a_304(
    client: CheckedClient, path: str, method: str
) -> None:
    ask = getattr(client, method)
    tag = ask(path).headers.get("ETag")
    nothing = ask(path, headers={"If-None-Match": "*"})
    if tag is None:
        assert nothing.status_code == 200
        return
    assert (nothing.status_code, nothing.get_data()) == (304, b"")
    known = ask(path, headers={"If-None-Match": tag})
    assert [h for h in nothing.headers if h[0] != "X-Request-Id"] == [
        h for h in known.headers if h[0] != "X-Request-Id"
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"{path}/nope", 404) for path in LISTS),
        *((f"/figures/nope/{aspect}", 404) for aspect in FIGURE.aspects),
        ("/figures/nope?as_of=1", 404),
        ("/figures?as_of=99", 404),
        ("/feeds/programs/nope.atom", 404),
        ("/feeds/regions/nope.json", 404),
        ("/releases/99", 404),
        ("/downloads/nope.csv", 404),
        ("/nope", 404),
        ("/figures?nope=1", 400),
        ("/regions?include=parent&format=csv", 409),
    ],
)
def test_a_condition_makes_no_answer_of_a_problem(
    client: CheckedClient, path: str, status: int
) -> None:
    for condition in ("*", '"other", *', '"other"'):
        for ask in (client.get, client.head):
            refused = ask(path, headers={"If-None-Match": condition})
            assert (refused.status_code, refused.headers.get("ETag")) == (status, None)


def test_what_was_not_sent_gives_its_snapshot_back(app: Flask, client: CheckedClient) -> None:
    idle = app.extensions["quipu"].store._idle
    for condition in ({}, {"If-None-Match": "*"}, {}):
        answer = client.get("/figures?format=csv", headers=condition)
        assert answer.status_code == (304 if condition else 200)
        assert len(idle) == 1


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("", 2),
        ("?page=2&per_page=5&sort=-updated_at", 2),
        ("?q=a", 2),
        ("?q=a&per_page=1", 2),
        ("?q=a&dataset=perumin-2021&count=exact&per_page=2&sort=-updated_at", 2),
        ("?dataset=core,perumin-2021&q=a", 3),  # one for whether there are such data sets
        ("?dataset__ne=core&per_page=3", 3),
        ("?count=none", 1),
        ("?fields=id", 2),
        ("?as_of=4", 2),
        ("?format=csv", 1),
        ("?format=ndjson", 1),
    ],
)
def test_a_list_takes_few_statements_beside_the_version(
    client: CheckedClient, statements: list[str], path: str, question: str, most: int
) -> None:
    client.get(path + question)
    beside = [statement for statement in statements if "FROM releases" not in statement]
    assert len(statements) - len(beside) == 1
    assert len(beside) <= most


def test_including_takes_one_statement_for_each_resource_included(
    client: CheckedClient, statements: list[str]
) -> None:
    client.get("/figures?include=program,source,regions,dataset&per_page=100")
    assert len(statements) == 1 + 2 + 4


@pytest.mark.parametrize("path", ITEMS)
def test_an_item_takes_one_statement_beside_the_version(
    client: CheckedClient, statements: list[str], path: str
) -> None:
    client.get(path)
    assert len(statements) == 2


def test_liveness_never_touches_the_database(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    client = make_app(database=str(tmp_path / "none.db")).test_client()
    assert client.get("/livez").status_code == 200
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("content", [None, b"", b"this is no database" * 100])
def test_without_a_sound_database_readiness_and_data_are_unavailable(
    make_app: Callable[..., Flask], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    client = make_app(database=str(path)).test_client()
    beside = ("/releases", "/releases/1", "/search?q=a", "/changes")
    for address_ in ("/readyz", "/", *LISTS, *ITEMS, *ASPECTS, *beside, "/figures?format=csv"):
        response = client.get(address_)
        assert response.status_code == 503, address_
        assert response.headers["Retry-After"]
        assert response.get_json()["code"] == "unavailable"
    assert client.get("/livez").status_code == 200


def test_a_database_damaged_in_use_is_not_served(client: CheckedClient, database: Path) -> None:
    assert client.get("/readyz").status_code == 200
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    assert client.get("/figures?q=regional&sort=-value").status_code == 503
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_nothing_is_registered_that_would_not_be_called(app: Flask) -> None:
    registered = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    assert not any(registered)
    assert not app.teardown_appcontext_funcs


@pytest.mark.parametrize("path", EVERYTHING)
def test_head_is_get_without_the_body(client: CheckedClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.get_data() == b""
    assert same_headers(head, got)


@pytest.mark.parametrize("little", [answer.LITTLE, 0])
def test_head_says_no_length_that_the_body_would_not_have(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch, little: int
) -> None:
    """What is short is sent whole, with its length; a stream's is not known."""
    monkeypatch.setattr(answer, "LITTLE", little)
    for format_ in ("csv", "ndjson"):
        head = client.head(f"/figures?format={format_}")
        got = client.get(f"/figures?format={format_}")
        assert same_headers(head, got)
        assert ("Content-Length" in head.headers) == bool(little)
        assert head.headers.get("Content-Length") == got.headers.get("Content-Length")
        assert not head.get_data()


def same_headers(one: TestResponse, other: TestResponse) -> bool:
    """Whether two answers have the same headers but for their own id."""
    without_id = [[h for h in answer.headers if h[0] != "X-Request-Id"] for answer in (one, other)]
    return without_id[0] == without_id[1]


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_and_told_which_there_are(
    client: CheckedClient, path: str, method: str
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.get_json()["code"] == "method-not-allowed"


@pytest.mark.parametrize("path", ["/figures", "/", "/releases", "/search", "/apidocs/"])
def test_an_address_leads_where_it_led_when_it_was_asked_before(
    client: CheckedClient, path: str
) -> None:
    """Where an address without a variable part leads is remembered, for each method alone."""

    def told() -> list[tuple[int, str, bytes]]:
        asked = [
            (path, "GET"),
            (path, "HEAD"),
            (path, "OPTIONS"),
            (path, "POST"),
            (f"{path}/x", "GET"),
        ]
        given = [client.open(at, method=method) for at, method in asked]
        ids = [response.headers["X-Request-Id"].encode() for response in given]
        return [
            (one.status_code, one.headers.get("Allow", ""), one.get_data().replace(id_, b""))
            for one, id_ in zip(given, ids, strict=True)
        ]

    first = told()
    assert [told(), told()] == [first, first]


def test_an_address_can_be_made_of_each_rule_as_often_as_one_likes(app: Flask) -> None:
    with app.test_request_context():
        for rule in [*app.url_map.iter_rules()] * 2:
            values = dict.fromkeys(rule.arguments, "a b")
            # An endpoint may have several addresses.
            same = app.url_map.iter_rules(rule.endpoint)
            made = url_for(rule.endpoint, **values)
            assert made in {re.sub("<[^>]+>", "a%20b", one.rule) for one in same}
            assert url_for(rule.endpoint, **values, more="x y") == f"{made}?more=x+y"


@pytest.mark.parametrize("path", EVERYTHING)
def test_options_says_what_a_browser_may_do(client: CheckedClient, path: str) -> None:
    response = client.options(path, headers={"Origin": "https://example.org"})
    assert response.status_code == 200
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert not response.get_data()
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(
    "path", [*EVERYTHING, "/figures?format=csv", "/nowhere", "/figures?x=1", "/figures/none"]
)
def test_every_response_is_guarded(client: CheckedClient, path: str) -> None:
    headers = client.get(path).headers
    for name, value in GUARDS.items():
        assert headers[name] == value
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers


def test_a_plain_request_id_comes_back_and_any_other_is_replaced(client: CheckedClient) -> None:
    given = client.get("/livez", headers={"X-Request-Id": "abc-1.2_3"})
    assert given.headers["X-Request-Id"] == "abc-1.2_3"
    for bad in ("a b", "a" * 65, "<script>", ""):
        replaced = client.get("/figures?x=1", headers={"X-Request-Id": bad})
        assert replaced.headers["X-Request-Id"] != bad
        assert replaced.get_json()["request_id"] == replaced.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/figurs", "/figures"),
        ("/figures/", "/figures"),
        ("/Figures", "/figures"),
        ("/figures/procompite-financing/evidence/x", None),
        ("/%ff", None),
        ("/figures/%00", None),
        ("/figures/a%2Fb", None),
        ("/.env", None),
    ],
)
def test_an_address_that_is_not_there_is_a_problem(
    client: CheckedClient, path: str, hint: str | None
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.get_json()["code"] == "not-found"
    if hint:
        assert f"{hint!r}" in response.get_json()["detail"]


def test_each_problem_that_is_answered_is_explained_at_its_address(client: CheckedClient) -> None:
    for question, status in (("/figures?x=1", 400), ("/none", 404), ("/figures?q=%zz", 400)):
        problem = client.get(question).get_json()
        assert problem["status"] == status
        page = client.get(problem["type"]).get_json()
        assert (page["code"], page["title"]) == (problem["code"], problem["title"])
    listed = client.get("/problems").get_json()["problems"]
    assert [client.get(kind["type"]).get_json() for kind in listed] == listed


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        # As older versions of Java send it, whatever is asked for.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/json"),
        ("text/csv;Q=.5, application/json;q=.75", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/geo+json, application/json;q=0.9", "application/geo+json"),
        (";;;", "application/json"),
        ("", "application/json"),
        ("json", "application/json"),
        ("application/xml", None),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json;odata=verbose", "application/json"),
        ("APPLICATION/JSON; Charset=UTF-8; q=0.5, text/csv;q=0.4", "application/json"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/csv;header=absent;q=0.5, application/json;q=0.6", "application/json"),
        ("application/x-ndjson;charset=utf-8", "application/x-ndjson"),
        ('application/geo+json;profile="any"', "application/geo+json"),
        ("application/json;charset=utf-8;q=0", None),
        ("application/xml;charset=utf-8", None),
        ("application/vnd.quipu.partial+json", None),
    ],
)
def test_the_format_is_what_the_client_accepts(
    client: CheckedClient, accept: str | None, media_type: str | None
) -> None:
    response = client.get("/regions", headers={} if accept is None else {"Accept": accept})
    if media_type is None:
        assert response.status_code == 406
        assert "format=geojson" in response.get_json()["detail"]
    else:
        assert response.mimetype == media_type
        assert {"Accept", "Accept-Encoding"} <= set(response.headers["Vary"].split(", "))


@pytest.mark.parametrize("path", EVERYTHING)
def test_whoever_accepts_the_type_that_is_sent_is_sent_it(client: CheckedClient, path: str) -> None:
    sent = client.get(path)
    for accept in (sent.headers["Content-Type"], f"{sent.mimetype}; charset=utf-8; q=0.5"):
        again = client.get(path, headers={"Accept": accept})
        assert (again.status_code, again.get_data()) == (sent.status_code, sent.get_data())


@pytest.mark.parametrize("path", [*LISTS, *ITEMS])
def test_a_narrowed_answer_is_given_to_whoever_accepts_its_type(
    client: CheckedClient, path: str
) -> None:
    narrowed = client.get(f"{path}?fields=id")
    for accept in (narrowed.mimetype, f"{narrowed.mimetype};charset=utf-8", "application/json"):
        again = client.get(f"{path}?fields=id", headers={"Accept": accept})
        assert again.get_data() == narrowed.get_data()
    assert client.get(path, headers={"Accept": narrowed.mimetype}).status_code == 406


def test_the_format_that_is_asked_for_wins_over_accept(client: CheckedClient) -> None:
    response = client.get("/figures?format=csv", headers={"Accept": "application/json"})
    assert response.mimetype == "text/csv"
    assert client.get("/figures?format=geojson").status_code == 400


def test_the_host_header_is_never_believed(client: CheckedClient) -> None:
    answer = client.get(
        "/figures", headers={"Host": "evil.example", "X-Forwarded-Host": "e.example"}
    )
    assert "example" not in answer.text
    assert "evil" not in str(answer.headers)


def test_a_public_url_makes_every_link_absolute(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://data.example.org/v").test_client()
    item = client.get("/figures/der-investment").get_json()
    assert all(link.startswith("https://data.example.org/v/") for link in item["links"].values())
    page = client.get("/figures").get_json()
    assert page["links"]["self"].startswith("https://data.example.org/v/figures?")


def test_an_unforeseen_error_is_a_problem_without_a_traceback(
    app: Flask, client: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    def explode() -> str:
        raise RuntimeError("a secret")

    app.view_functions["figures.list_records"] = explode
    response = client.get("/figures")
    assert response.status_code == 500
    assert response.get_json()["code"] == "internal-error"
    assert "secret" not in response.text
    assert response.get_json()["request_id"] in caplog.text
    assert "a secret" in caplog.text


def test_a_path_forges_no_line_of_the_log(
    client: CheckedClient, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database.rename(database.with_suffix(".gone"))
    assert client.get("/figures/x%0a[now]%20ERROR:%20forged%1b[31m").status_code == 503
    (message,) = [record.getMessage() for record in caplog.records]
    assert "forged" in message
    assert message.isprintable()


@pytest.mark.parametrize("format_", ["json", "csv", "ndjson"])
def test_a_question_that_takes_too_long_is_given_up(
    make_app: Callable[..., Flask], database: Path, clock: Clock, format_: str
) -> None:
    db = open_writer(str(database), 1000)
    load_dataset(db, bundle_of(figure(f"figure-{n}") for n in range(3000)), clock)
    db.conn.close()
    app = make_app()
    app.extensions["quipu"].store._seconds = -1.0  # every statement is late when it is looked at
    slow = f"/figures?sort=status,-value&format={format_}"
    response = app.test_client().get(slow)
    assert response.status_code == 503
    assert response.get_json()["code"] == "query-too-slow"
    assert response.headers["Retry-After"] == "10"
    assert make_app().test_client().get(slow).status_code == 200


def test_the_tag_is_another_for_every_other_answer(client: CheckedClient, database: Path) -> None:
    asked = [
        *(f"{path}?as_of={version}" for path in (*LISTS, "/changes") for version in (3, 4)),
        *(f"{path}?as_of={version}" for path in ITEMS[:1] for version in (4,)),
        *(f"/regions?as_of=4&format={format_}" for format_ in ("csv", "ndjson", "geojson")),
        *(
            f"/figures?as_of=4&{name}"
            for name in ("q=a", "q=b", "per_page=5", "sort=-id", "page=2")
        ),
        *(f"/figures?as_of=4&{name}" for name in ("fields=id", "include=program", "count=none")),
    ]
    tags = [client.head(address).headers["ETag"] for address in asked]
    assert len(set(tags)) == len(asked)
    assert (
        client.head("/figures").headers["ETag"] == client.head("/figures?as_of=4").headers["ETag"]
    )
    with open_writer(str(database), 1000).conn as connection:
        connection.execute(
            "INSERT INTO releases SELECT version + 1, '2999-01-01T00:00:00.000Z', dataset, counts, "
            "hash, 'another' FROM releases ORDER BY version DESC LIMIT 1"
        )
    assert client.head("/figures").headers["ETag"] not in tags


@pytest.mark.parametrize(
    "path",
    ["/figures/new", "/figures", "/figures?as_of=5&format=csv", "/changes", "/aggregates",
     "/downloads/figures.csv", "/feeds/changes.atom", "/datapackage.json"],
)  # fmt: skip
def test_two_histories_with_as_many_versions_have_no_tag_in_common(
    make_app: Callable[..., Flask], database: Path, tmp_path: Path, clock: Clock, path: str
) -> None:
    """As where a database was put back from a backup, and something else loaded into it."""
    answers = []
    for value in (1, 2):
        one = Path(shutil.copy(database, tmp_path / f"{value}.db"))
        db = open_writer(str(one), 1000)
        assert load_dataset(db, bundle_of([figure("new", value)]), clock).version == 5
        db.conn.close()
        answers.append(make_app(database=str(one)).test_client().get(path))
    first, second = answers
    assert first.headers["Quipu-Data-Version"] == second.headers["Quipu-Data-Version"]
    assert first.headers["ETag"] != second.headers["ETag"]


def test_a_body_on_a_get_is_ignored_and_an_endless_one_does_no_harm(client: CheckedClient) -> None:
    assert client.get("/figures", data=b"x" * 100).status_code == 200
    assert client.post("/figures", data=b"x" * 100_000).status_code == 413


def test_links_are_also_sent_as_a_header(client: CheckedClient) -> None:
    response = client.get("/figures?per_page=2")
    links = response.get_json()["links"]
    for relation, name in (("self", "self"), ("next", "next"), ("latest-version", "latest")):
        assert f'<{links[name]}>; rel="{relation}"' in response.headers["Link"]


def test_the_served_document_is_the_built_one_and_the_committed_one(client: CheckedClient) -> None:
    served = client.get("/openapi.json").get_json()
    assert served == build(served["info"]["version"])
    assert served == yaml.safe_load(client.get("/openapi.yaml").text)
    committed = Path(__file__).parents[2] / "openapi.yaml"
    assert committed.read_text(encoding="utf-8") == client.get("/openapi.yaml").text


def test_the_types_for_typescript_know_every_path_schema_and_operation(
    client: CheckedClient,
) -> None:
    """That they are those of this very document, `make clients` checks: it needs Node."""
    answer = client.get("/types.d.ts")
    assert answer.content_type == "text/plain; charset=utf-8"
    document = client.get("/openapi.json").get_json()
    for path, item in document["paths"].items():
        assert f'    "{path}": {{' in answer.text
        assert f"    {item['get']['operationId']}: {{" in answer.text
    for name, schema in document["components"]["schemas"].items():
        assert f"        {name}: " in answer.text or f"        {name}Part: " in answer.text, name
        assert all(member in answer.text for member in schema.get("properties", ()))


def test_accents_are_sent_as_they_are(client: CheckedClient) -> None:
    assert "Apurímac".encode() in client.get("/regions/PE-APU").get_data()
    assert "Balcázar".encode() in client.get("/figures").get_data()


def test_a_body_is_json_that_any_reader_takes(client: CheckedClient) -> None:
    for path in (*LISTS, *ITEMS):
        json.loads(client.get(path).get_data().decode("utf-8"))


@pytest.mark.parametrize(
    "path", ["", "figures", "/figures/", "//figures", "/figures//procompite-financing", "/apidocs"]
)
def test_no_address_redirects_to_another(app: Flask, path: str) -> None:
    # Asked without the test client, which would put the missing slash in front.
    answer = Response.from_app(app, {**EnvironBuilder().get_environ(), "PATH_INFO": path})
    assert answer.status_code in (200, 404)
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ({"iati_reporter": "XI-IATI-OTHER"}, "/iati.xml"),
        ({"tag_authority": "other.example.org,2021"}, "/feeds/changes.atom"),
        ({"tag_authority": "other.example.org,2021"}, "/feeds/changes.json"),
        ({"public_url": "https://other.example.org"}, "/figures"),
    ],
)
def test_another_setting_that_an_answer_tells_makes_another_tag(
    make_app: Callable[..., Flask], setting: dict[str, str], path: str
) -> None:
    answers = [make_app(**settings).test_client().get(path) for settings in ({}, setting)]
    assert answers[0].data != answers[1].data
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]


@pytest.mark.parametrize("number", [1, 20, 100])
def test_a_long_question_has_no_more_links_in_its_headers_than_there_is_room_for(
    client: CheckedClient, number: int
) -> None:
    ids = ",".join(f"{'x' * 70}-{n}" for n in range(number))
    answer = client.get(f"/figures?id__nin={ids}&per_page=1")
    assert answer.status_code == 200
    header = answer.headers["Link"]
    assert len(header) <= LONGEST_HEADER
    following = answer.get_json()["links"]["next"]
    assert (f'<{following}>; rel="next"' in header) == (number < 100)
    assert ('rel="self"' in header) == (number == 1)
    assert number < 100 or header == '</figures>; rel="collection"'


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=0-1,5-6", "x"])
def test_a_range_of_the_pages_files_that_cannot_be_had_is_said(client: Client, asked: str) -> None:
    answer = client.get("/static/apidocs.js", headers={"Range": asked})
    if answer.status_code != 200:
        assert answer.status_code == 416
        assert answer.get_json()["code"] == "range-not-satisfiable"
        assert answer.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("path", ["/static/apidocs.js", "/apidocs/assets/swagger-ui.css"])
@pytest.mark.parametrize(
    "date",
    [
        f"Mon, 30 Nov {'9' * 20} 10:10:10 GMT",
        f"Mon, {'9' * 20} Nov 2020 10:10:10 GMT",
        f"Mon, 30 Nov 2020 10:10:10 +{'9' * 4000}",
        "yesterday",
    ],
)
def test_what_is_no_date_is_no_condition_of_a_file_of_the_page(
    client: CheckedClient, path: str, date: str
) -> None:
    for name in ("If-Modified-Since", "If-Unmodified-Since"):
        assert client.get(path, headers={name: date}).status_code == 200, name
        part = client.get(path, headers={name: date, "Range": "bytes=0-3"})
        assert part.status_code == 206, name
    whole = client.get(path, headers={"If-Range": date, "Range": "bytes=0-3"})
    assert whole.status_code == 200


def test_a_file_of_the_page_that_is_not_wanted_is_not_sent(client: Client) -> None:
    answer = client.get("/static/apidocs.js", headers={"If-Match": '"other"'})
    assert answer.status_code == 412
    assert answer.get_json()["code"] == "precondition-failed"
    assert "ETag" not in answer.headers


def test_an_accept_without_end_counts_as_none(client: CheckedClient) -> None:
    long = ",".join(["text/a;q=0.1"] * 1000)
    assert client.get("/figures", headers={"Accept": long}).get_json() == (
        client.get("/figures").get_json()
    )
    assert client.get("/figures", headers={"Accept": "text/a;q=0.1"}).status_code == 406


def test_a_page_of_another_site_may_read_what_errors_and_retirements_say(
    client: CheckedClient,
) -> None:
    exposed = client.get("/figures").headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Allow", "Deprecation", "Sunset", "Link", "ETag"} <= set(exposed)


@pytest.mark.parametrize("url", ["", "https://data.example.org", "https://example.org/base"])
def test_the_document_says_where_the_service_is_reached(
    make_app: Callable[..., Flask], url: str
) -> None:
    client = make_app(public_url=url).test_client()
    (server,) = client.get("/openapi.json").get_json()["servers"]
    assert server["url"] == (url or "/")
    policy = client.get("/apidocs/").headers["Content-Security-Policy"]
    elsewhere = " https://" + url.split("/")[2] if url else ""
    assert f"connect-src 'self'{elsewhere};" in policy


def test_a_part_is_not_sent_to_who_wants_nothing_if_there_is_anything(
    client: CheckedClient,
) -> None:
    asked = {"Range": "bytes=0-9", "If-None-Match": "*"}
    for _ in range(2):
        assert client.get("/downloads/figures.csv", headers=asked).status_code == 304


def test_the_page_has_one_policy(client: CheckedClient) -> None:
    policies = client.get("/apidocs/").headers.getlist("Content-Security-Policy")
    assert len(policies) == 1


def test_before_there_were_data_the_first_moment_is_told(client: CheckedClient) -> None:
    first = client.get("/releases?per_page=100").get_json()["results"][-1]["released_at"]
    (error,) = client.get("/figures?as_of=2000-01-01").get_json()["errors"]
    assert error["suggestion"] == first
    assert f"the first came at {first}" in error["message"]


def test_a_collection_is_named_after_its_version(client: CheckedClient) -> None:
    for version in (3, 4):
        answer = client.get(f"/figures?format=csv&as_of={version}")
        expected = f'inline; filename="figures-v{version}.csv"'
        assert answer.headers["Content-Disposition"] == expected


@pytest.mark.parametrize(
    "path", ["/figures/der-investment/evidenc", "/releases/version", "/figures/x/claim"]
)
def test_no_pattern_of_an_address_is_suggested(client: CheckedClient, path: str) -> None:
    assert "<" not in client.get(path).get_json()["detail"]


def test_a_file_of_the_page_is_the_same_behind_the_cache_a_second_later(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count()
    monkeypatch.setattr(
        "werkzeug.wrappers.response.http_date", lambda: f"Mon, 30 Nov 2026 10:10:{next(seconds):02}"
    )
    assert client.get("/apidocs/assets/swagger-ui.css").status_code == 200
    assert next(seconds) == 3
