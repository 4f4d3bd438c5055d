"""`/search`: everything that has a name, the best first, and nothing that can do harm."""

import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store import search as store_search
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.store.text import fold
from schemas import FIGURE
from schemas.paths import values_at
from schemas.search import SEARCHED
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_filters import everything
from tests.store.generated import bundle_of, figure


def forged(cursor: str, values: list[Any]) -> list[str]:
    """A cursor's head with other keys: written as it would be, and not at all."""
    head = cursor.rpartition(".")[0]
    packed = [urlsafe_b64encode(json.dumps(v).encode()).decode().rstrip("=") for v in values]
    return [f"{head}.{keys}" for keys in (*packed, "A", "____", "-" * 200)]


def search(client: CheckedClient, q: str, **question: str) -> list[dict[str, Any]]:
    answer = client.get("/search", query_string={"q": q, **question})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def named(results: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(found["resource"], found["id"], found["match"]) for found in results]


def load(database: Path, records: list[dict[str, Any]]) -> int:
    db = open_writer(str(database), 1000)
    outcome = load_dataset(db, bundle_of(records), now)
    db.conn.close()
    assert not outcome.findings
    assert outcome.version
    return outcome.version


@pytest.mark.parametrize("resource", SEARCHED, ids=lambda resource: resource.name)
def test_each_record_is_found_first_by_its_id_and_by_each_of_its_names(
    client: CheckedClient, resource: Any
) -> None:
    for record in everything(client, resource):
        names = [record["id"]]
        names += [name for path in resource.search.called for name in values_at(record, path)]
        for name in names:
            for asked in (name, name.upper(), fold(name)):
                results = search(client, asked, per_page="100")
                exact = [f["id"] for f in results if f["match"] == "exact"]
                assert record["id"] in exact, asked
                assert [f["match"] for f in results[: len(exact)]] == ["exact"] * len(exact)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("PAC", ("programs", "cluster-support-program", "exact")),
        ("apurimac", ("regions", "PE-APU", "exact")),
        ("APURÍMAC", ("regions", "PE-APU", "exact")),
        ("pe-apu", ("regions", "PE-APU", "exact")),
        ("apur", ("regions", "PE-APU", "title")),
        ("ministerio produccion", ("organizations", "produce", "title")),
        ("proyectos cluster", ("figures", "pac-projects", "title")),
        ("procompite", ("programs", "procompite", "exact")),
        ("la libertad", ("regions", "PE-LAL", "exact")),
        ("libertad", ("regions", "PE-LAL", "title")),
    ],
)
def test_the_best_comes_first(
    client: CheckedClient, asked: str, first: tuple[str, str, str]
) -> None:
    assert named(search(client, asked))[0] == first


def test_results_are_of_every_kind_and_of_one_where_that_is_asked_for(
    client: CheckedClient,
) -> None:
    kinds = {found["resource"] for found in search(client, "pr", per_page="100")}
    assert kinds == {"programs", "figures", "organizations"}
    for kind in kinds:
        only = search(client, "pr", resource=kind, per_page="100")
        assert {found["resource"] for found in only} == {kind}
    both = search(client, "pr", resource="programs,figures", per_page="100")
    assert {found["resource"] for found in both} == {"programs", "figures"}


@pytest.mark.parametrize("resource", SEARCHED, ids=lambda resource: resource.name)
@pytest.mark.parametrize("asked", ["plan", "la regi", "innov", "de pro", "peru", "a", "8"])
def test_the_search_finds_what_the_collection_finds(
    client: CheckedClient, resource: Any, asked: str
) -> None:
    listed = client.get(f"/{resource.name}", query_string={"q": asked, "per_page": 100})
    expected = {record["id"] for record in listed.get_json()["results"]}
    found = search(client, asked, resource=resource.name, per_page="100")
    assert expected <= {result["id"] for result in found}
    beside = {result["id"] for result in found if result["id"] not in expected}
    assert all(f["match"] == "exact" for f in found if f["id"] in beside)


def test_a_result_tells_the_title_and_where_the_words_stand(client: CheckedClient) -> None:
    (found,) = search(client, "libertad", resource="regions")
    assert found["title"] == {"en": "La Libertad", "es": "La Libertad"}
    assert found["summary"] is None
    assert found["highlights"] == [
        {"path": "name.en", "html": "La <mark>Libertad</mark>"},
        {"path": "name.es", "html": "La <mark>Libertad</mark>"},
    ]
    figures = search(client, "planes negocio", resource="figures")
    assert all(found["summary"]["es"] for found in figures)
    item = client.get(figures[0]["links"]["self"]).get_json()
    assert item["label"] == figures[0]["title"]
    assert item["display"] == figures[0]["summary"]


def test_pages_of_results_follow_each_other(client: CheckedClient) -> None:
    whole = named(search(client, "pr", per_page="100"))
    seen, address = [], "/search?q=pr&per_page=3"
    while address:
        page = client.get(address).get_json()
        assert page["pagination"]["count"] == len(whole)
        seen += named(page["results"])
        address = page["links"]["next"]
    assert seen == whole
    assert len(set(seen)) == len(seen)


def test_an_old_version_is_searched_as_it_was_whatever_came_since(
    client: CheckedClient, database: Path
) -> None:
    """Ranking by how rare a word is in all rows would fail here."""
    first = load(database, [figure(f"old-{n}", label=label(f"quinua {n}")) for n in range(5)])
    questions = ["/search?q=quinua", "/search?q=quin&per_page=2", "/search?q=old", "/search?q=plan"]
    before = {question: client.get(question) for question in questions}
    load(database, [figure(f"new-{n}", label=label("quinua quinua plan")) for n in range(40)])
    assert {f["id"][:3] for f in search(client, "quinua")} == {"new"}
    for question, old in before.items():
        again = client.get(f"{question}&as_of={first}")
        assert again.get_data() == old.get_data(), question
        assert again.headers["ETag"] == old.headers["ETag"]
    assert search(client, "quinua", as_of="4") == []
    assert search(client, "apurimac", as_of="2") == []


def test_an_old_version_is_searched_as_it_was_though_more_came_since_than_is_looked_at(
    client: CheckedClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit is the program's own: no cache has to notice that it moved.
    del client.application.extensions["cache"]
    monkeypatch.setattr(store_search, "LOOKED_AT", 5)
    first = load(database, [figure(f"old-{n}", label=label(f"quinua {n}")) for n in range(5)])
    before = client.get(f"/search?q=quinu&as_of={first}")
    assert len(before.get_json()["results"]) == 5
    load(database, [figure(f"new-{n}", label=label("quinua")) for n in range(10)])
    assert client.get(f"/search?q=quinu&as_of={first}").get_data() == before.get_data()


def label(text: str) -> dict[str, str]:
    return {"en": text, "es": text}


def test_only_the_last_word_stands_for_what_begins_with_it(
    client: CheckedClient, database: Path
) -> None:
    load(database, [figure("g", label=label("quinua negra"), notes=label("quin"))])
    assert named(search(client, "quinua neg")) == [("figures", "g", "title")]
    assert named(search(client, "quin negra")) == [("figures", "g", "text")]
    assert search(client, "qui negra") == []


def test_of_a_common_word_only_some_are_ranked_and_that_is_said(
    client: CheckedClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [figure(f"g-{n:02d}", label=label("quinua negra")) for n in range(20)]
    records += [figure("z", label=label("quinua roja")), figure("quinua", label=label("otra"))]
    load(database, records)
    whole = client.get("/search?q=quinu&per_page=100").get_json()
    assert len(whole["results"]) == 22
    assert whole["meta"]["ranking_is_partial"] is False
    # The limits are the program's own: no cache has to notice that they moved.
    del client.application.extensions["cache"]
    for limits in ({"RANKED": 5}, {"LOOKED_AT": 5, "TIMES": 1}):
        for name, limit in limits.items():
            monkeypatch.setattr(store_search, name, limit)
        page = client.get("/search?q=quinu&per_page=99").get_json()
        assert page["meta"]["ranking_is_partial"] is True
        assert page["pagination"]["count_is_exact"] is False
        assert 5 <= page["pagination"]["count"] <= 6
        # What is called so is found among all.
        assert named(search(client, "quinua"))[0] == ("figures", "quinua", "exact")
        monkeypatch.undo()


@pytest.mark.parametrize("asked", ["ano", "año", "Ańo", "AÑO"])
def test_what_is_called_so_is_found_among_all_whatever_the_accents(
    client: CheckedClient, database: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    called = [figure("a", label=label("Año")), figure("b", label=label("Ano"))]
    load(database, [*called, *(figure(f"g-{n}", label=label(f"ano {n}")) for n in range(9))])
    monkeypatch.setattr(store_search, "RANKED", 3)
    found = named(search(client, asked, resource="figures"))
    assert found[:2] == [("figures", "a", "exact"), ("figures", "b", "exact")]


def test_rows_of_other_versions_take_no_record_its_place(
    client: CheckedClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often others have changed since."""
    monkeypatch.setattr(store_search, "LOOKED_AT", 5)
    stays = figure("stays", label=label("quinua negra"))
    for state in range(4):
        others = [figure(f"g-{n}", label=label(f"quinua roja {state}")) for n in range(6)]
        load(database, [stays, *others])
    page = client.get("/search?q=quinu&per_page=100").get_json()
    assert len(page["results"]) == 7
    assert page["meta"]["ranking_is_partial"] is False


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp; &#60;i&#62;",
    "</mark><mark>",
    "<mark>quinua</mark>",
    "quinua' OR '1'='1",
    "e\u0301\u0301\u0301 quinua n\u0303",
    "ﬁnanciación ﬀ quinua",
    "Straße STRASSE quinua ẞ",
    "İstanbul ıstanbul quinua",
    "½ ⅓ № ℡ quinua",
    "quinua\u202eauniuq\u2066",
    "👩‍👩‍👧‍👦 quinua 🇵🇪",
    "\u0301quinua",
    "q" * 300 + " quinua",
    "漢字" * 200 + " quinua",
    "a\u0301" * 200 + "quinua",
    "%00 quinua {{7*7}} ${x} #{y}",
]


class Harmless(HTMLParser):
    """Notes the elements of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(f"<{tag}{attrs or ''}>")

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.seen.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.seen.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.seen.append("instruction")


def elements(html: str) -> list[str]:
    parser = Harmless()
    parser.feed(html)
    parser.close()
    return parser.seen


def test_a_hostile_label_is_harmless_in_html(client: CheckedClient, database: Path) -> None:
    load(database, [figure(f"h-{n}", label=label(text)) for n, text in enumerate(HOSTILE)])
    for text in (*HOSTILE, "quinua", "strasse", "fi", "istanbul", "1 2", "no", "script", "mark"):
        for found in search(client, text[:200], per_page="100"):
            for piece in found["highlights"]:
                marks = elements(piece["html"])
                assert marks == ["<mark>", "</mark>"] * (len(marks) // 2), piece
                assert marks
                assert not re.search(r"[\"']", piece["html"])
                shown = unescape(re.sub("</?mark>", "", piece["html"])).strip("…")
                member, _, language = piece["path"].partition(".")
                assert member != "label" or shown in found["title"][language]


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("Straße STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("ﬁnanciación", "financiacion", ["ﬁnanciación"]),
        ("İstanbul", "istanbul", ["İstanbul"]),
        ("cafe\u0301 y te\u0301", "cafe", ["cafe\u0301"]),
        ("cafe\u0301 y te\u0301", "té", ["te\u0301"]),
        ("½ hora", "2", ["½"]),
        ("½ hora", "1", ["½"]),
        ("Ñandú y ñandúes", "nandu", ["Ñandú", "ñandúes"]),
    ],
)
def test_a_word_is_marked_as_it_is_written(
    client: CheckedClient, database: Path, text: str, asked: str, marked: list[str]
) -> None:
    load(database, [figure("g-1", label=label(text))])
    found = next(f for f in search(client, asked, resource="figures") if f["id"] == "g-1")
    html = next(p["html"] for p in found["highlights"] if p["path"] == "label.es")
    assert re.findall("<mark>(.*?)</mark>", html) == marked


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=60)
)
def test_any_text_is_answered(client: CheckedClient, text: str) -> None:
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 200
    page = answer.get_json()
    assert bool(page["meta"]["warnings"]) == (not fold(text))


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("", 400, "q", "missing"),
        ("?resource=figures", 400, "q", "missing"),
        ("?q=", 400, "q", "invalid"),
        ("?q=a%00", 400, "q", "invalid"),
        (f"?q={'a' * 201}", 400, "q", "invalid"),
        ("?q=a&q=b", 400, "q", "repeated"),
        ("?q=a&resource=sources", 400, "resource", "invalid"),
        ("?q=a&per_page=0", 400, "per_page", "invalid"),
        ("?q=a&sort=id", 400, "sort", "unknown"),
        ("?q=a&as_of=9", 404, "as_of", "no_such_version"),
        ("?q=a&cursor=v4.000000000000.W10", 409, "cursor", "contradiction"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, f"/search{question}", status)
    assert (error["name"], error["code"]) == (name, code)


def test_every_mistake_is_reported_with_what_is_missing(client: CheckedClient) -> None:
    errors = client.get("/search?per_page=0&resuorce=figures").get_json()["errors"]
    assert {(e["name"], e["code"], e["suggestion"]) for e in errors} == {
        ("resuorce", "unknown", "resource"),
        ("q", "missing", None),
        ("per_page", "invalid", None),
    }


def test_a_forged_cursor_leads_nowhere(client: CheckedClient) -> None:
    real = client.get("/search?q=pr&per_page=2").get_json()["pagination"]["next_cursor"]
    for cursor in forged(real, [[0, "a"], [-1, "a"], [10**6, "a"], ["2", "a"], [2], [None, "a"]]):
        answer = client.get(f"/search?q=pr&per_page=2&cursor={cursor}")
        assert answer.status_code == 404, cursor


def test_the_index_tells_how_to_search(client: CheckedClient) -> None:
    template = client.get("/").get_json()["templates"]["search"]
    assert client.get(template.replace("{?q}", "?q=plan")).status_code == 200


def test_what_takes_part_has_titles_in_each_language(client: CheckedClient) -> None:
    for resource in SEARCHED:
        assert resource.search is not None
        for record in everything(client, resource):
            assert set(record[resource.search.title]) == {"en", "es"}
    assert FIGURE in SEARCHED


def test_an_id_in_small_letters_is_found_though_more_match_than_are_ranked(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_search, "RANKED", 3)
    assert named(search(client, "pe", resource="regions"))[0] == ("regions", "PE", "exact")


def test_the_better_of_two_languages_counts(client: CheckedClient, database: Path) -> None:
    better = {"en": "quinua of the high valleys", "es": "quinua"}
    load(database, [figure("z", label=better), figure("a", label=label("quinua negra"))])
    assert [id_ for _, id_, _ in named(search(client, "quin"))] == ["z", "a"]


def test_of_what_holds_the_words_elsewhere_the_shorter_title_comes_first(
    client: CheckedClient, database: Path
) -> None:
    shorter = {"en": "one two three four", "es": "uno"}
    notes = label("quinua")
    first = figure("z", label=shorter, notes=notes)
    load(database, [first, figure("a", label=label("uno dos"), notes=notes)])
    assert [id_ for _, id_, _ in named(search(client, "quinua"))] == ["z", "a"]
