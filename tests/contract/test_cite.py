"""`/figures/{id}/cite`: a reference that says what was stated, and stays what it is."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pybtex.database import Entry, parse_string

from api.wire.citations import STYLES
from api.wire.citations.as_bibtex import escaped
from schemas import FIGURE
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_filters import everything
from tests.contract.test_search import HOSTILE, label, load
from tests.contract.test_time import change
from tests.contract.test_time import load as load_dataset
from tests.store.generated import figure

ONE = "/figures/procompite-financing/cite"
# What of CSL's own schema for data concerns these members.
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": ["string", "number"]},
            "type": {"enum": ["article", "book", "dataset", "document", "report", "webpage"]},
            "title": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "family": {"type": "string"},
                        "given": {"type": "string"},
                        "literal": {"type": "string"},
                    },
                    "additionalProperties": False,
                },
            },
            "issued": {
                "type": "object",
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": ["string", "number"]},
                        },
                    }
                },
                "additionalProperties": False,
            },
            **{
                name: {"type": "string"}
                for name in ("URL", "container-title", "publisher", "source", "language", "note")
            },
            "version": {"type": "string"},
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}


def cite(client: CheckedClient, id_: str, **question: str) -> str:
    answer = client.get(f"/figures/{id_}/cite", query_string=question)
    assert answer.status_code == 200, answer.text
    return answer.get_data(as_text=True)


def test_the_text_says_who_said_what_where_and_when(client: CheckedClient) -> None:
    assert client.get(ONE).text == (
        "Rosa Ana Balcázar (Vice Minister of MYPE and Industry, Ministry of Production), "
        "28 April 2021: about PEN\u00a01,874,000,000.00. Financing of the business plans by "
        "regional and local governments (Procompite). Stated as “S/. 1.874 billion” in: Produce "
        "seeks to promote productive chains in the regions. PERUMIN, 28 April 2021. "
        "Quipu, data version 4: /figures/procompite-financing?as_of=4\n"
    )
    assert client.get(f"{ONE}?lang=es").text == (
        "Rosa Ana Balcázar (Viceministra de MYPE e Industria, Ministerio de la Producción), "
        "28 de abril de 2021: alrededor de S/\u00a01,874,000,000.00. Financiamiento de los planes "
        "de negocio por gobiernos regionales y locales (Procompite). Dicho como «S/. 1.874 "
        "billion» en: Produce seeks to promote productive chains in the regions. PERUMIN, "
        "28 de abril de 2021. Quipu, versión 4 de los datos: "
        "/figures/procompite-financing?as_of=4\n"
    )


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_figure_is_cited_with_its_value_its_source_and_its_version(
    client: CheckedClient, style: Any, language: str
) -> None:
    for record in everything(client, FIGURE):
        text = cite(client, record["id"], style=style.name, lang=language).replace("~", "\u00a0")
        for part in (
            record["display"][language],
            record["label"][language],
            "Produce seeks to promote productive chains in the regions",
            "PERUMIN",
            "Rosa Ana Balcázar",
            record["source"]["stated"],
            f"/figures/{record['id']}?as_of=4",
        ):
            assert part in text or json.dumps(part)[1:-1] in text, part


def test_a_style_is_asked_for_by_name_or_by_media_type(client: CheckedClient) -> None:
    for style in STYLES:
        named = client.get(f"{ONE}?style={style.name}")
        assert named.content_type == style.content_type
        accepted = client.get(ONE, headers={"Accept": style.media_type})
        assert accepted.get_data() == named.get_data()
        # Who names the first one says what others leave out: another question, the same answer.
        same = accepted.headers["ETag"] == named.headers["ETag"]
        assert same is (style is not STYLES[0])
    assert client.get(ONE, headers={"Accept": "*/*"}).mimetype == "text/plain"
    refused = client.get(ONE, headers={"Accept": "application/json"})
    assert refused.status_code == 406
    assert "style=bibtex" in refused.get_json()["detail"]
    both = client.get(f"{ONE}?style=text", headers={"Accept": "application/x-bibtex"})
    assert both.mimetype == "text/plain"


def test_the_address_has_the_host_that_the_service_knows(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://data.example.org").test_client()
    address = "https://data.example.org/figures/procompite-financing?as_of=4"
    for style in STYLES:
        assert address in client.get(f"{ONE}?style={style.name}").get_data(as_text=True)


def test_a_citation_leads_to_the_figure_as_it_was(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = client.get(ONE).text
    address = before.split()[-1]
    change(dataset, "value: 1874000000", "value: 1875000000")
    change(dataset, 'stated: "S/. 1.874 billion"', 'stated: "S/. 1.875 billion"')
    load_dataset(database, dataset)
    assert client.get(address).get_json()["value"] == 1874000000
    assert client.get(f"{ONE}?as_of=4").text == before
    assert "1,875,000,000" in client.get(ONE).text
    assert client.get(ONE).text.split()[-1].endswith("as_of=5")


def entry(text: str) -> Entry:
    """The one entry of a BibTeX text, read by pybtex."""
    (found,) = parse_string(text, "bibtex").entries.values()
    return found


def test_bibtex_is_read_by_a_parser_of_bibtex(client: CheckedClient) -> None:
    for record in everything(client, FIGURE):
        found = entry(cite(client, record["id"], style="bibtex"))
        assert found.type == "misc"
        assert found.key == f"{record['id']}-v4"
        assert found.fields["year"] == "2021"
        assert found.fields["month"] == "April"
        assert found.fields["url"] == f"/figures/{record['id']}?as_of=4"
        # Braced as a whole: nobody's name is taken apart.
        (author,) = found.persons["author"]
        assert author.last_names == ["{Rosa Ana Balcázar}"]
        assert re.fullmatch(r"{.*}", found.fields["title"])


def spoken(record: dict[str, Any], text: str) -> dict[str, Any]:
    """A figure whose every text is this one."""
    return {
        **record,
        "label": label(text),
        "attribution": {
            "organization": "produce",
            "on": "2021-02-09",
            "speaker": text,
            "role": label(text),
        },
    }


def test_hostile_texts_are_cited_as_they_are(client: CheckedClient, database: Path) -> None:
    texts = [*HOSTILE, "{", "}", "}{", "\\", "\\input{/etc/passwd}", "a % b $c$ #1 _x^2~ & \\&"]
    texts += ['"quoted" @misc{x,', "{0} {value} %s", "a|b"]
    load(database, [spoken(figure(f"h-{n}"), text) for n, text in enumerate(texts)])
    for n, text in enumerate(texts):
        assert f": 25. {text} (" in cite(client, f"h-{n}")
        found = entry(cite(client, f"h-{n}", style="bibtex"))
        assert found.key.startswith(f"h-{n}-v")
        assert set(found.fields) == {
            "title", "howpublished", "publisher", "year", "month", "day", "url", "note", "langid",
        }  # fmt: skip
        assert found.fields["title"] == f"{{{escaped(text)}: 25}}"
        assert plain(found.fields["title"]) == f"{text}: 25"
        (item,) = json.loads(cite(client, f"h-{n}", style="csl-json"))
        assert item["title"] == f"{text}: 25"
        assert item["author"] == [{"literal": text}]


COMMANDS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^",
    "textasciitilde": "~", "textless": "<", "textgreater": ">", "textbar": "|",
    "textquotedbl": '"', "textasciigrave": "`",
}  # fmt: skip


def plain(value: str) -> str:
    """What LaTeX prints of a value, for the commands that stand in it."""
    text = re.sub(
        r"\\(text[a-z]+){}|\\([$&#%_])|(~)|[{}]",
        lambda m: COMMANDS[m[1]] if m[1] else m[2] or ("\u00a0" if m[3] else ""),
        value,
    )
    assert "\\" not in re.sub(r"\\text[a-z]+{}|\\[$&#%_]", "", value)
    return text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1))
@example("2010--2014, ``so'' ,,so'' ?`no <<no>> --- ''''")
def test_any_text_is_escaped_and_its_braces_are_balanced(text: str) -> None:
    found = escaped(text)
    assert plain(found) == text
    # No two characters that TeX's fonts make one of.
    assert not re.search("--|''|,,|`|<<|>>", found)
    # BibTeX counts braces, also those after a backslash.
    assert found.count("{") == found.count("}")
    (parsed,) = parse_string(f"@misc{{k, title = {{{found}}}}}", "bibtex").entries.values()
    assert " ".join(parsed.fields["title"].split()) == " ".join(found.split())


def test_csl_json_is_valid_and_is_rendered_by_a_processor(client: CheckedClient) -> None:
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    for record in everything(client, FIGURE):
        items = json.loads(cite(client, record["id"], style="csl-json"))
        assert list(Draft202012Validator(CSL).iter_errors(items)) == []
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        bibliography.register(Citation([CitationItem(items[0]["id"])]))
        (line,) = map(str, bibliography.bibliography())
        assert "Rosa Ana Balcázar" in line
        assert "2021" in line
        assert record["label"]["en"] in line


def test_without_a_speaker_the_organization_is_the_author(
    client: CheckedClient, database: Path
) -> None:
    load(database, [figure("g-1", program="procompite")])
    assert cite(client, "g-1").startswith("Ministry of Production, 28 April 2021: 25. a text (Proc")
    (item,) = json.loads(cite(client, "g-1", style="csl-json", lang="es"))
    assert item["author"] == [{"literal": "Ministerio de la Producción"}]
    found = entry(cite(client, "g-1", style="bibtex"))
    assert found.persons["author"][0].last_names == ["{Ministry of Production}"]


def test_no_citation_has_the_day_of_today(client: CheckedClient) -> None:
    today = date.today()
    for style in STYLES:
        text = client.get(f"{ONE}?style={style.name}").get_data(as_text=True)
        assert str(today.year) not in text
        assert "accessed" not in text


@pytest.mark.parametrize(
    ("question", "status", "name", "code", "suggestion"),
    [
        ("style=bibtx", 400, "style", "invalid", "bibtex"),
        ("style=", 400, "style", "invalid", None),
        ("lang=fr", 400, "lang", "invalid", None),
        ("lang=es&lang=en", 400, "lang", "repeated", None),
        ("format=bibtex", 400, "format", "unknown", None),
        ("as_of=9", 404, "as_of", "no_such_version", "4"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str, code: str, suggestion: str | None
) -> None:
    error = only_mistake(client, f"{ONE}?{question}", status)
    assert (error["name"], error["code"], error["suggestion"]) == (name, code, suggestion)


def test_a_figure_that_there_is_not_cannot_be_cited(client: CheckedClient) -> None:
    assert client.get("/figures/none/cite").status_code == 404
    assert client.get(f"{ONE}?as_of=3").status_code == 404
