"""Full text takes any text, and finds words whatever their case and accents."""

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.columns import holds_words, searchable, text_table
from api.store.conditions import FOUND_BY_NUMBER
from api.store.dialect import match_words, text_match
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.text import ENYE, LONGEST_KEY, MOST_NS, fold, sort_key, spellings, words_of
from schemas import FIGURE, RESOURCES, Resource
from schemas.compact import dump
from schemas.parameters import list_parameters
from schemas.printed import UNSEEN
from schemas.query import Query
from schemas.reading import read_query
from tests.store.generated import bundle_of, figure

HOSTILE = [
    '"',
    '"plan',
    "plan*",
    "*",
    "plan AND",
    "AND OR NOT",
    "plan NOT ministry",
    "plan NEAR/2 ministry",
    "NEAR(plan ministry)",
    "(plan",
    "{label} : plan",
    "label: plan",
    "^plan",
    "-plan +plan",
    "plan'; DROP TABLE figures; --",
    "🦙",
    "...!?",
    "\\",
    "%_",
    "plan\u00a0plan",
    "ﬁnanciamiento ½ №",
    "a" * 200,
]


# What Unicode does not take apart, as one would type it without a keyboard for it.
PLAINLY = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
    "þ": "th",
}  # fmt: skip


def bare(text: str) -> str:
    """Without accents, capitals and what is not seen, as one would say it."""
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = UNSEEN.sub("", plain)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return "".join(PLAINLY.get(character, character) for character in plain)


ANY_TEXT = (
    st.text()
    | st.text(st.sampled_from("aÁñÑ~n\u0303\u034f\u0301\u00ad\u200bzßøÆœŁ№½ 1-"))
    | st.text("ab ~Z-1")
)


@settings(max_examples=1000)
@given(ANY_TEXT)
def test_text_is_folded_quickly_as_it_is_folded_slowly(text: str) -> None:
    assert fold(text) == " ".join(re.findall("[a-z0-9]+", bare(text)))
    composed = unicodedata.normalize("NFC", text.casefold()).replace("~", " ")
    spelt = bare(composed.replace("ñ", "n~"))
    assert sort_key(text) == " ".join(re.findall("[a-z0-9~]+", spelt))


@given(st.recursive(ANY_TEXT, lambda held: st.lists(held, max_size=3), max_leaves=5))
def test_the_words_of_many_texts_are_those_of_each(value: Any) -> None:
    def words(of: Any) -> list[str]:
        if isinstance(of, str):
            return fold(of).split()
        return [word for one in of for word in words(one)]

    assert words_of(value).split() == words(value)


def search(store: Store, text: str, resource: Resource = FIGURE) -> list[str]:
    """The ids that are found, by the way that a question takes."""
    query, mistakes = read_query(list_parameters(resource, ("json",)), [("q", text)])
    assert mistakes == []
    with store.snapshot() as snapshot:
        found = [json.loads(body)["id"] for body in snapshot.stream(resource, query, None)]
        count = snapshot.count(resource, query, None)
    assert count == (len(found), True)
    return found


def expected(store: Store, text: str, resource: Resource = FIGURE) -> list[str]:
    """The ids whose folded words hold each word asked for, the last one as a beginning."""
    *whole, last = fold(text).split() or [""]
    with store.snapshot() as snapshot:
        records = [json.loads(body) for body in snapshot.stream(resource, Query(), None)]
    found = []
    for record in records:
        words = [w for name in resource.text for w in words_of(record.get(name)).split()]
        if last and set(whole) <= set(words) and any(w.startswith(last) for w in words):
            found.append(record["id"])
    return found


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_a_text_to_search_for(store: Store, text: str, resource: Resource) -> None:
    assert search(store, text, resource) == expected(store, text, resource)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_syntax_reaches_the_engine_though_nothing_were_folded(db: Database, text: str) -> None:
    matched = text_match(text_table(FIGURE), "q", FOUND_BY_NUMBER)
    for words in ([text], text.split() or [text]):
        db.conn.execute(f"SELECT 1 FROM figures WHERE {matched}", {"q": match_words(words)})


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_text_that_is_read_holds_what_the_index_would_find(db: Database, data: Any) -> None:
    """Whatever stands in a record, and however JSON writes it."""
    texts = st.text() | st.sampled_from(["a\nb", 'ß "plan"', "x\\nube", "½ ñandú", "n\u0303u"])
    record = {"id": "r", "label": {"en": data.draw(texts)}, "notes": {"es": data.draw(texts)}}
    held = searchable(FIGURE, record)
    # Words of it, whole or cut at either end; and others.
    word = st.sampled_from(held.split() or ["plan"])
    part = st.builds(lambda word, start, end: word[start:end], word, *[st.integers(-3, 9)] * 2)
    said = st.lists(word | part | st.text("abn1"), min_size=1, max_size=4)
    phrase = fold(" ".join(data.draw(said)))
    assume(phrase)
    table = "CREATE VIRTUAL TABLE temp.one USING fts5(text, content='', tokenize='ascii')"
    db.conn.execute(table)
    db.conn.execute("INSERT INTO temp.one (rowid, text) VALUES (1, :held)", {"held": held})
    sql = f"SELECT COUNT(*) FROM temp.one WHERE {text_match('one', 'q', 'rowid')}"
    ((found,),) = db.conn.execute(sql, {"q": match_words(phrase.split())})
    db.conn.execute("DROP TABLE temp.one")
    assert holds_words("figures", dump(record), phrase) == bool(found)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=200))
def test_no_text_makes_a_search_fail(store: Store, text: str) -> None:
    assert search(store, text) == expected(store, text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_words_of_records_are_found(store: Store, data: st.DataObject) -> None:
    words = ["plan", "planes", "PLANES", "financiamiento", "Inversión", "co", "projects", "el", "8"]
    text = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)))
    assert search(store, text) == expected(store, text)


@pytest.mark.parametrize("text", ["\x00", "plan\x00", "\n", "\ud800", "", "x" * 201])
def test_control_characters_never_reach_the_engine(text: str) -> None:
    query, mistakes = read_query(list_parameters(FIGURE, ("json",)), [("q", text)])
    assert [mistake.name for mistake in mistakes] == ["q"]
    assert query == Query()


def test_a_search_finds_what_was_said_then(db: Database, store: Store) -> None:
    for word in ("llama", "alpaca"):
        records: list[dict[str, Any]] = [figure("g-1", label={"en": word, "es": word})]
        load_dataset(db, bundle_of(records), now)
    query = Query(q="llama")
    with store.snapshot() as snapshot:
        assert list(snapshot.stream(FIGURE, query, None)) == []
        (body,) = snapshot.stream(FIGURE, query, 5)
    assert json.loads(body)["label"]["en"] == "llama"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Áncash, Perú", "ancash peru"),
        ("ÑANDÚ", "nandu"),
        ("n\u0303andu\u0301", "nandu"),
        ("Ley N.º 29337", "ley n o 29337"),
        ("№ 5", "no 5"),
        ("Straße", "strasse"),
        ("ﬁn", "fin"),
        ("Łódź, ØRESUND, Đà Nẵng", "lodz oresund da nang"),
        ("Ærø Œuvre Þór ılık", "aero oeuvre thor ilik"),
        ("a-b_c/d", "a b c d"),
        # Where a word may be broken it is one word.
        ("des\u00ada\u00adrrollo", "desarrollo"),
        ("micro\u200bempresa \ufeffÁn\u00adcash", "microempresa ancash"),
        ("🦙 ...", ""),
        ("", ""),
    ],
)
def test_text_folds_to_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_done_once_and_sees_neither_accents_nor_their_encoding(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert "  " not in folded
    assert folded == folded.strip()


@given(text=st.text("anñ o", max_size=9))
def test_what_is_folded_alike_is_among_the_spellings_of_a_key(text: str) -> None:
    keys = spellings(sort_key(text))
    assert sort_key(text) in keys
    assert sort_key(text.replace("ñ", "n")) in keys
    if text.replace("ñ", "n").count("n") <= MOST_NS:
        assert sort_key(text.replace("n", "ñ")) in keys
        assert len(keys) == 2 ** text.replace("ñ", "n").count("n")
    assert {fold(key.replace(ENYE, "n")) for key in keys} == {fold(text)}


@pytest.mark.parametrize("letter", ["a", "ž"])
def test_what_is_sorted_by_ends_somewhere(letter: str) -> None:
    assert len(sort_key(letter * 1000)) == LONGEST_KEY
