"""The feeds over HTTP: their index, addresses, languages, ids, caching, and what they refuse."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import feedparser
import pytest
from flask import Flask
from lxml import etree

from api.cli.database import now
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.wire.formats import FORMATS, feed_formats, history_formats, list_formats
from schemas import RESOURCES
from schemas.feed import FEEDS
from tests.conftest import SEEDS
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_time import change
from tests.contract.test_time import load as load_folder
from tests.feeds.reading import key_of, read, told
from tests.feeds.validators import ATOM, atom_faults, parsed
from tests.store.generated import BOTH, DESCRIPTION, bundle_of, figure

ADDRESSES = (
    "/feeds/changes.atom",
    "/feeds/changes.json",
    "/feeds/programs/procompite.atom",
    "/feeds/programs/procompite.json",
    "/feeds/regions/PE-PIU.atom",
    "/feeds/regions/PE-PIU.json",
)
TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
HOSTILE = (
    "<script>alert(1)</script>",
    "]]> <![CDATA[ &amp; & &#0; \"'",
    "👩🏽‍🌾 e\u0301 \u202e ñ \u00a0|",
    "\ufffe\uffff a",
    "{value} %s {0} </div></content>",
)


def test_the_index_names_every_feed_with_the_templates_of_its_addresses(
    client: CheckedClient,
) -> None:
    found = client.get("/feeds").get_json()["feeds"]
    assert [feed["name"] for feed in found] == [feed.name for feed in FEEDS]
    for feed in found:
        for format_ in feed["formats"].values():
            answer = client.get(format_["example"])
            assert answer.mimetype == format_["media_type"]
            assert format_["template"].endswith("{?lang,archive}")
            path = re.sub(r"\{\?.*", "", format_["template"])
            assert re.fullmatch(re.escape(path).replace(r"\{id\}", "[^/]+"), format_["example"])
    assert client.get("/").get_json()["links"]["feeds"] == "/feeds"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_feed_tells_of_the_newest_changes_first(client: CheckedClient, address: str) -> None:
    kind = address.split("/")[2]
    question = {"programs": {"program": "procompite"}, "regions": {"region": "PE-PIU"}}
    changes = [step["key"] for step in told(client, question.get(kind, {}))]
    entries = [key_of(id_) for id_ in read(client, address).entries]
    assert entries == changes[::-1][:50]
    assert client.get(address).mimetype == TYPES[address.rsplit(".", 1)[1]]


def test_an_entry_has_one_id_in_every_feed_format_language_and_archive(
    client: CheckedClient,
) -> None:
    (id_,) = [i for i in read(client, ADDRESSES[2]).entries if i.endswith("procompite-financing")]
    assert id_ == "tag:quipu.invalid,2021:changes/4/figures/procompite-financing"
    for address in (
        "/feeds/changes.atom",
        "/feeds/changes.json?lang=es",
        "/feeds/changes.atom?archive=v4",
        "/feeds/programs/procompite.json",
        "/feeds/programs/procompite.atom?lang=es&archive=v4",
    ):
        assert id_ in read(client, address).entries, address


def test_ids_are_coined_by_whom_the_settings_name_and_not_by_the_host(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(
        tag_authority="data.example.org,2021-04", public_url="https://other.example:8443"
    )
    client = app.test_client()
    feed = read(client, "/feeds/programs/procompite.json?lang=es")
    assert feed.id == "tag:data.example.org,2021-04:feeds/programs/procompite/es"
    assert all(id_.startswith("tag:data.example.org,2021-04:changes/4/") for id_ in feed.entries)
    document = client.get("/feeds/programs/procompite.json").get_json()
    assert document["feed_url"] == "https://other.example:8443/feeds/programs/procompite.json"
    assert document["items"][0]["url"].startswith("https://other.example:8443/")


def test_a_feed_and_its_archive_are_one_feed_and_another_language_is_another(
    client: CheckedClient,
) -> None:
    ids = [
        read(client, f"/feeds/changes.atom{tail}").id for tail in ("", "?archive=v4", "?lang=es")
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_language_leads_to_the_other(client: CheckedClient, address: str) -> None:
    for language, other in (("en", "es"), ("es", "en")):
        answer = client.get(f"{address}?lang={language}")
        extension = address.rsplit(".", 1)[1]
        wanted = f'rel="alternate"; type="{TYPES[extension]}"; hreflang="{other}"'
        (link,) = [part for part in answer.headers["Link"].split(", <") if wanted in part]
        target = re.match(r"<?([^>]*)>", link)[1]  # type: ignore[index]
        there = client.get(target)
        assert read(client, target).entries.keys() == read(client, address).entries.keys()
        said = (
            there.get_json()["language"]
            if extension == "json"
            else parsed(there.data).get("{http://www.w3.org/XML/1998/namespace}lang")
        )
        assert said == other


def test_a_feed_is_negotiated_by_its_address_alone(client: CheckedClient) -> None:
    for accept in ("text/html", "application/json", "application/xml;q=0.1", "*/*"):
        for language in ("es", "en"):
            headers = {"Accept": accept, "Accept-Language": language}
            answer = client.get("/feeds/changes.atom", headers=headers)
            assert answer.mimetype == "application/atom+xml"
            assert answer.get_data() == client.get("/feeds/changes.atom").get_data()


def test_the_changes_themselves_are_no_atom(client: CheckedClient) -> None:
    """They begin at the other end and go on elsewhere: another answer, not another form of it."""
    answer = client.get("/changes", headers={"Accept": "application/atom+xml"})
    assert answer.status_code == 406
    feed = '</feeds/changes.atom>; rel="alternate"; type="application/atom+xml"'
    assert feed in client.get("/changes").headers["Link"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_collection_is_no_feed(client: CheckedClient, resource: Any) -> None:
    assert not set(list_formats(resource)) & set(feed_formats())
    assert not set(history_formats()) & set(feed_formats())
    for format_ in feed_formats():
        assert client.get(f"/{resource.name}?format={format_.name}").status_code == 400
        accept = {"Accept": format_.media_type}
        assert client.get(f"/{resource.name}", headers=accept).status_code == 406


def test_every_format_can_write_something() -> None:
    for format_ in FORMATS:
        records = (format_.write_page, format_.write_item, format_.write_history)
        assert any((*records, format_.write_feed, format_.write_dictionary)), format_.name
        assert bool(format_.write_feed) == bool(format_.extension)


@pytest.mark.parametrize(
    ("question", "feed"),
    [
        ("", "/feeds/changes"),
        ("?since=v3&per_page=5", "/feeds/changes"),
        ("?program=procompite", "/feeds/programs/procompite"),
        ("?region=PE-PIU", "/feeds/regions/PE-PIU"),
        ("?region=PE-PIU,PE-TAC", None),
        ("?region=PE-PIU&kind=created", None),
        ("?kind=created", None),
    ],
)
def test_changes_lead_to_the_feed_that_tells_of_the_same(
    client: CheckedClient, question: str, feed: str | None
) -> None:
    header = client.get(f"/changes{question}").headers["Link"]
    for extension, media_type in TYPES.items():
        link = f'<{feed}.{extension}>; rel="alternate"; type="{media_type}"'
        assert (link in header) == (feed is not None)
    assert ("alternate" in header) == (feed is not None)


def test_a_record_leads_to_its_feed(client: CheckedClient) -> None:
    for address in ("/programs/procompite", "/regions/PE-PIU"):
        answer = client.get(address)
        for extension in TYPES:
            target = answer.get_json()["links"][f"feed.{extension}"]
            assert f"<{target}>" in answer.headers["Link"]
            assert read(client, target).entries
    links = client.get("/figures/procompite-financing").get_json()["links"]
    assert not [name for name in links if name.startswith("feed")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_feed_costs_a_304_until_something_changes(
    client: CheckedClient, database: Path, dataset: Path, statements: list[str], address: str
) -> None:
    first = client.get(address)
    statements.clear()
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, len(statements)) == (304, 1)
    part = client.get(f"{address}?archive=v4")
    change(dataset, "status: achieved", "status: in_progress")
    load_folder(database, dataset)
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    same = client.get(f"{address}?archive=v4", headers={"If-None-Match": part.headers["ETag"]})
    assert same.status_code == 304
    assert client.get(f"{address}?archive=v4").get_data() == part.get_data()


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_says_what_get_says(client: CheckedClient, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert head.get_data() == b""
    for name in ("ETag", "Link", "Content-Type", "Quipu-Data-Version", "Cache-Control", "Vary"):
        assert head.headers[name] == got.headers[name]


def test_a_feed_costs_the_same_number_of_statements_whatever_it_tells(
    client: CheckedClient, database: Path, statements: list[str]
) -> None:
    """The version, the record that it is about, the changes, and each kind of thing they name."""
    counts = []
    db = open_writer(str(database), 1000)
    for number in (1, 40):
        records = [
            figure(f"g-{n}", n, program="procompite", scope="regional", regions=["PE-PIU"])
            for n in range(number)
        ]
        assert not load_dataset(db, bundle_of(records), now).findings
        statements.clear()
        client.get(f"/feeds/programs/procompite.atom?archive=v{4 + len(counts) + 1}")
        counts.append(len(statements))
    db.conn.close()
    assert counts[0] == counts[1] <= 3 + len(RESOURCES) + 2


@pytest.mark.parametrize(
    ("address", "status", "name", "code"),
    [
        ("/feeds/changes.atom?archive=v5", 404, "archive", "no_such_version"),
        ("/feeds/changes.atom?archive=v4.abcd", 404, "archive", "no_such_place"),
        ("/feeds/changes.atom?archive=v4.WyJhIl0", 404, "archive", "no_such_place"),
        ("/feeds/changes.atom?archive=v0", 400, "archive", "invalid"),
        ("/feeds/changes.atom?archive=4", 400, "archive", "invalid"),
        ("/feeds/changes.json?lang=qu", 400, "lang", "invalid"),
        ("/feeds/changes.json?lang=ES", 400, "lang", "invalid"),
        ("/feeds/changes.json?lang=en&lang=es", 400, "lang", "repeated"),
        ("/feeds/changes.json?languge=es", 400, "languge", "unknown"),
        ("/feeds/changes.json?per_page=5", 400, "per_page", "unknown"),
        ("/feeds/changes.atom?format=atom", 400, "format", "unknown"),
        ("/feeds/programs/procompite.atom?as_of=3", 400, "as_of", "unknown"),
        ("/feeds?lang=es", 400, "lang", "unknown"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, address: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, address, status)
    assert (error["name"], error["code"]) == (name, code)


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/programs/no-such-program.atom",
        "/feeds/programs/procompite.rss",
        "/feeds/programs/procompite",
        "/feeds/regions/PE-XXX.json",
        "/feeds/figures/procompite-financing.atom",
        # It came with version 4.
        "/feeds/programs/procompite.atom?archive=v3",
        "/feeds/programs/%2F.atom",
    ],
)
def test_what_never_was_there_has_no_feed(client: CheckedClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_what_was_withdrawn_keeps_its_feed_and_its_last_name(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    for path in (dataset / "programs.yaml", dataset / "figures.yaml"):
        blocks = path.read_text(encoding="utf-8").split("\n- ")
        kept = [b for b in blocks if "cluster-support-program" not in b]
        path.write_text("\n- ".join(kept), encoding="utf-8")
    version = load_folder(database, dataset)
    for extension in TYPES:
        feed = read(client, f"/feeds/programs/cluster-support-program.{extension}?lang=es")
        assert feed.title == "Quipu – Cambios: Programa de Apoyo a Clústeres"
        assert f"{version}/programs/cluster-support-program" in map(key_of, feed.entries)
    assert client.get("/programs/cluster-support-program").status_code == 404


def test_an_entry_leads_to_the_record_at_its_version_or_before_it_went(
    client: CheckedClient, database: Path
) -> None:
    db = open_writer(str(database), 1000)
    for records in ([figure("a")], [figure("a", 7)], []):
        assert not load_dataset(db, bundle_of(records), now).findings
    db.conn.close()
    items = client.get("/feeds/changes.json").get_json()["items"]
    found = {item["_quipu"]["kind"]: item for item in items if item["_quipu"]["id"] == "a"}
    for kind, version, value in (("created", 5, 25), ("changed", 6, 7), ("deleted", 6, 7)):
        assert found[kind]["url"] == f"/figures/a?as_of={version}"
        assert client.get(found[kind]["url"]).get_json()["value"] == value
    assert found["deleted"]["_quipu"]["key"] == "7/figures/a"


def test_the_same_is_said_in_atom_and_in_json_feed(client: CheckedClient) -> None:
    for language in ("en", "es"):
        atom = feedparser.parse(client.get(f"/feeds/changes.atom?lang={language}").get_data())
        feed = client.get(f"/feeds/changes.json?lang={language}").get_json()
        assert atom.feed.title == feed["title"]
        assert atom.feed.updated == feed["_quipu"]["updated"]
        assert len(atom.entries) == len(feed["items"]) == 50
        for entry, item in zip(atom.entries, feed["items"], strict=True):
            assert entry.id == item["id"]
            assert entry.title == item["title"]
            assert entry.summary == item["summary"]
            assert entry.link == item["url"]
            assert entry.updated == entry.published == item["date_published"]
            assert [tag.term for tag in entry.tags] == item["tags"]
            lines = etree.HTML(entry.content[0].value).itertext()
            said = [line.removeprefix("- ") for line in item["content_text"].split("\n")]
            assert [line for line in lines if line.strip()] == said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(client: CheckedClient, database: Path, text: str) -> None:
    db = open_writer(str(database), 1000)
    record = figure("a", label={"en": text, "es": text})
    record["attribution"] = {**record["attribution"], "speaker": text}
    for notes in (None, {"en": text, "es": text}):
        assert not load_dataset(db, bundle_of([{**record, "notes": notes}]), now).findings
    db.conn.close()
    # XML has no place for the last two characters of its plane, JSON has.
    shown = re.sub("[\ufffe\uffff]", "\ufffd", text)
    answer = client.get("/feeds/changes.atom?archive=v6")
    assert atom_faults(answer.get_data()) == []
    entry = parsed(answer.get_data()).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == f"Changed figure: {shown} – 25"
    assert f"“{shown}”" in entry.findtext(f"{ATOM}summary")
    elements = {element.tag.split("}")[1] for element in entry.find(f"{ATOM}content").iter()}
    assert elements == {"content", "div", "p", "ul", "li"}
    item = client.get("/feeds/changes.json?archive=v6").get_json()["items"][0]
    assert item["title"] == f"Changed figure: {text} – 25"
    assert json.dumps(text)[1:-1] in json.dumps(item["content_text"])


def test_a_feed_is_as_new_as_what_it_tells_of(client: CheckedClient, database: Path) -> None:
    address = "/feeds/programs/procompite.json"
    before = client.get(address).get_json()["_quipu"]["updated"]
    db = open_writer(str(database), 1000)
    assert load_dataset(db, bundle_of([figure("g-1")]), now).version == 5
    db.conn.close()
    after = client.get(address).get_json()
    assert after["_quipu"]["updated"] == before == after["items"][0]["date_published"]


def test_a_code_is_called_what_the_list_that_came_first_calls_it(
    client: CheckedClient, database: Path, dataset: Path, tmp_path: Path
) -> None:
    """Whatever the ids of the lists, and whenever they changed."""
    another = {
        "id": "a-kinds",
        "concept": "program-kinds",
        "name": BOTH,
        "codes": [{"code": code, "name": BOTH} for code in ("fund", "brought")],
    }
    file = tmp_path / "another.ndjson"
    lines = [{"dataset": {**DESCRIPTION, "id": "another"}}, {"codelists": another}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert load_folder(database, file) == 5
    core = tmp_path / "core"
    copytree(SEEDS / "core", core)
    change(core, "Gives money, goods", "Awards money, goods", "codelists.yaml")
    assert load_folder(database, core) == 6
    change(dataset, "kind: fund", "kind: brought", "programs.yaml")
    assert load_folder(database, dataset) == 7
    newest = client.get("/feeds/changes.json").get_json()["items"][0]
    assert "from “fund” to “a text”" in newest["content_text"]
