"""A change in words: what people read of it, in both languages."""

import json
from typing import Any

import pytest
from marshmallow import fields

from api.spec.examples import recorded
from api.wire.names import Names, wanted_by
from api.wire.wording import TITLES, wording
from api.wire.words import KINDS, PHRASES, Words
from schemas import BY_NAME, FIGURE, ORGANIZATION, RESOURCES, Resource
from schemas.change import KINDS as HAPPENED
from schemas.change import Change
from schemas.codes import LANGUAGES
from schemas.fields import Duration, Language, several
from schemas.fields import Text as TextField
from schemas.paths import places

RECORDS: dict[str, dict[str, Any]] = {
    resource.name: next(
        example["value"]
        for example in recorded()
        if (example["operation"], example["media_type"])
        == (f"get_{resource.singular}", "application/json")
    )
    for resource in RESOURCES
}
CODES = {
    "statuses": {"achieved": ("achieved", "logrado"), "planned": ("planned", "previsto")},
    "scopes": {"regional": ("regional", "regional")},
}


@pytest.fixture
def names() -> Names:
    """What things were called in version 4, and that Piura got another name with version 9."""
    found = Names()
    for resource, record in RECORDS.items():
        found.add_records(resource, [(1, None, json.dumps(record))])
    regions = {"PE-CUS": "Cusco", "PE-ICA": "Ica", "PE-LIM": "Lima", "PE-LMA": "Lima"}
    for id_, name in regions.items():
        record = {"id": id_, "name": {"en": name, "es": name}}
        found.add_records("regions", [(1, None, json.dumps(record))])
    for id_ in ("minam", "minam-2"):
        record = {"id": id_, "name": dict.fromkeys(LANGUAGES, "Environment")}
        found.add_records("organizations", [(1, None, json.dumps(record))])
    for concept, codes in CODES.items():
        entries = [
            {"code": code, "name": dict(zip(LANGUAGES, texts, strict=True)), "definition": None}
            for code, texts in codes.items()
        ]
        body = {"id": concept, "concept": concept, "codes": entries}
        found.add_codelists([(1, None, json.dumps(body))])
    return found


def changed(before: dict[str, Any], **members: Any) -> Change:
    after = {**before, **members}
    bodies = json.dumps(before), json.dumps(after)
    return Change(9, "2030-01-01T00:00:00.000Z", "d", "figures", before["id"], *bodies)


def lines(change: Change, names: Names, language: str = "en") -> list[str]:
    """What is said to have changed."""
    told = wording(change, names, language)
    return list(told.sections[0].lines)


FIGURE_NOW = {name: v for name, v in RECORDS["figures"].items() if name != "links"}


@pytest.mark.parametrize("kind", HAPPENED)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_whatever_happens_to_whatever_record_is_told(
    names: Names, resource: Resource, language: str, kind: str
) -> None:
    record = RECORDS[resource.name]
    name = record[resource.label]
    another = "Other" if isinstance(name, str) else {"en": "Other", "es": "Otro"}
    other = {**record, resource.label: another, "version": 8}
    before = json.dumps(record if kind == "deleted" else other)
    bodies = {"created": (None, json.dumps(record)), "deleted": (before, None)}
    change = Change(
        9, "2030-01-01T00:00:00.000Z", "d", resource.name, record["id"],
        *bodies.get(kind, (before, json.dumps(record))),
    )  # fmt: skip
    told = wording(change, names, language)
    assert (name if isinstance(name, str) else name[language]) in told.title
    assert resource.noun.of(language) in told.title.lower()
    assert told.summary
    text = "\n".join(
        line for section in told.sections for line in (section.heading, *section.lines)
    )
    assert text[0].isupper()
    for raw in ("None", "{", "}", "[", "null", "True"):
        assert raw not in text


def test_the_ending_follows_the_noun_in_spanish() -> None:
    said = {
        resource.name: TITLES["created"].es.format(
            noun=resource.noun.es, ending="a" if resource.feminine else "o"
        )
        for resource in RESOURCES
    }
    assert said["figures"] == "cifra nueva"
    assert said["programs"] == "programa nuevo"
    assert said["datasets"] == "conjunto de datos nuevo"
    assert said["codelists"] == "lista de códigos nueva"


def test_a_figure_is_told_with_value_qualifier_period_source_and_speaker(names: Names) -> None:
    change = Change(4, "", "d", "figures", FIGURE_NOW["id"], None, json.dumps(FIGURE_NOW))
    told = wording(change, names, "es")
    assert told.title.startswith("Cifra nueva: ")
    assert told.title.endswith(" – alrededor de S/\u00a01,874,000,000.00")
    assert set(told.sections[0].lines) >= {
        "Valor: alrededor de S/\u00a01,874,000,000.00",
        "Fuente: «Produce seeks to promote productive chains in the regions», perumin, "
        "28 de abril de 2021",
    }
    (said,) = [line for line in told.sections[0].lines if line.startswith("Dicho por: ")]
    assert said == (
        "Dicho por: Rosa Ana Balcázar, Viceministra de MYPE e Industria, "
        "Ministerio de la Producción, 28 de abril de 2021"
    )


def test_another_value_is_told_once_in_words_and_not_by_what_follows_from_it(names: Names) -> None:
    after = {
        "value": 2_000_000_000,
        "qualifier": "more_than",
        "lower": 2_000_000_000,
        "lower_inclusive": False,
        "display": {"en": "more than PEN 2", "es": "más de S/ 2"},
    }
    assert lines(changed(FIGURE_NOW, **after), names) == [
        "Value: from “about PEN\u00a01,874,000,000.00” to “more than PEN 2”"
    ]
    assert lines(changed(FIGURE_NOW, **after), names, "es") == [
        "Valor: de «alrededor de S/\u00a01,874,000,000.00» a «más de S/ 2»"
    ]


def test_what_changed_in_another_language_only_is_told_all_the_same(names: Names) -> None:
    after = {"display": {**FIGURE_NOW["display"], "es": "cerca de S/ 1"}}
    (line,) = lines(changed(FIGURE_NOW, **after), names)
    assert line.startswith("Value: from “alrededor de")


@pytest.mark.parametrize(
    ("before", "after", "english", "spanish"),
    [
        (
            {"status": "achieved"},
            {"status": "planned"},
            "Status: from “achieved” to “planned”",
            "Estado: de «logrado» a «previsto»",
        ),
        (
            {"period": None},
            {"period": {"start": None, "end": "2021-12-31", "duration": "P8Y"}},
            "Period: “until December 31, 2021, 8 years” (before: not stated)",
            "Periodo: «hasta el 31 de diciembre de 2021, 8 años» (antes: no consta)",
        ),
        (
            {"period": {"start": "2021-01-01", "end": "2021-12-31", "duration": None}},
            {"period": {"start": None, "end": "2022-12-31", "duration": None}},
            "Period, first day: not stated (before: “January 1, 2021”)"
            "|Period, last day: from “December 31, 2021” to “December 31, 2022”",
            "Periodo, primer día: no consta (antes: «1 de enero de 2021»)"
            "|Periodo, último día: de «31 de diciembre de 2021» a «31 de diciembre de 2022»",
        ),
        (
            {"regions": ["PE-LIM", "PE-CUS"]},
            {"regions": ["PE-CUS", "PE-PIU", "PE-ICA"]},
            "Regions: added: Piura and Ica; removed: Lima",
            "Regiones: se agrega: Piura e Ica; se retira: Lima",
        ),
        (
            {"regions": ["PE-LIM", "PE-CUS"]},
            {"regions": ["PE-CUS", "PE-LIM"]},
            "Regions: in another order",
            "Regiones: en otro orden",
        ),
        (
            {"regions": ["PE-LIM", "PE-LMA", "PE-ICA"]},
            {"regions": ["PE-LMA", "PE-ICA"]},
            "Regions: removed: Lima (PE-LIM)",
            "Regiones: se retira: Lima (PE-LIM)",
        ),
        (
            {"regions": ["PE-LIM", "PE-ICA"]},
            {"regions": ["PE-LMA", "PE-ICA"]},
            "Regions: added: Lima (PE-LMA); removed: Lima (PE-LIM)",
            "Regiones: se agrega: Lima (PE-LMA); se retira: Lima (PE-LIM)",
        ),
        (
            {"regions": ["PE-LIM", "PE-LMA"]},
            {"regions": ["PE-LMA", "PE-LIM"]},
            "Regions: in another order",
            "Regiones: en otro orden",
        ),
        (
            {"organization": "minam"},
            {"organization": "minam-2"},
            "Organization: from “Environment (minam)” to “Environment (minam-2)”",
            "Organización: de «Environment (minam)» a «Environment (minam-2)»",
        ),
        (
            {"label": {"en": "a", "es": "b"}},
            {"label": {"en": "a", "es": "c"}},
            "Label (Spanish): from “b” to “c”",
            "Rótulo (español): de «b» a «c»",
        ),
        (
            {"program": "procompite"},
            {"program": "no-longer-known"},
            "Programme: from “Procompite” to “no-longer-known”",
            "Programa: de «Procompite» a «no-longer-known»",
        ),
        (
            {"source": {"id": "perumin-2021-04-28", "start": 1000, "end": 1002, "stated": "25"}},
            {"source": {"id": "perumin-2021-04-28", "start": 2000, "end": 2002, "stated": "25"}},
            "Source, start: from “1,000” to “2,000”|Source, end: from “1,002” to “2,002”",
            "Fuente, inicio: de «1,000» a «2,000»|Fuente, fin: de «1,002» a «2,002»",
        ),
    ],
)
def test_what_changed_is_told_from_what_to_what(
    names: Names, before: Any, after: Any, english: str, spanish: str
) -> None:
    change = changed({**FIGURE_NOW, **before}, **after)
    assert lines(change, names) == english.split("|")
    assert lines(change, names, "es") == spanish.split("|")


def test_an_entry_of_a_list_that_is_not_the_same_was_altered(names: Names) -> None:
    before = RECORDS["codelists"]
    first, second, *_ = before["codes"]
    altered = {**first, "definition": {"en": "x", "es": "y"}}
    new = {"code": "new", "name": {"en": "New", "es": "Nuevo"}, "definition": None}
    rest = [code for code in before["codes"] if code not in (first, second)]
    after = {**before, "codes": [altered, new, *rest]}
    change = Change(
        9, "", "d", "codelists", before["id"], json.dumps(before), json.dumps(after)
    )  # fmt: skip
    (line,) = lines(change, names)
    assert line == (
        f"Codes: added: New (new); removed: {second['name']['en']} ({second['code']}); "
        f"altered: {first['name']['en']} ({first['code']})"
    )


def test_each_side_of_a_change_has_the_names_of_its_time() -> None:
    names = Names()
    for first, last, name in ((1, 9, "Old"), (9, None, "New")):
        record = {"id": "procompite", "name": {"en": name, "es": name}}
        names.add_records("programs", [(first, last, json.dumps(record))])
    before = {**FIGURE_NOW, "program": "procompite"}
    assert lines(changed(before, program=None), names) == ["Programme: not stated (before: “Old”)"]
    assert lines(changed({**before, "program": None}, program="procompite"), names) == [
        "Programme: “New” (before: not stated)"
    ]


def test_a_member_of_an_older_program_is_passed_over(names: Names) -> None:
    before = {**FIGURE_NOW, "abandoned": {"deep": 1}}
    after = {name: value for name, value in before.items() if name != "abandoned"}
    change = Change(9, "", "d", "figures", "x", json.dumps(before), json.dumps(after))
    assert [section.heading for section in wording(change, names, "en").sections] == [
        "What it says now"
    ]


def test_a_long_list_is_counted_where_it_is_not_told() -> None:
    words = Words("es", Names(), 1)
    texts = [str(n) for n in range(20)]
    said = words.of(several(TextField()), texts)
    assert said.startswith("0, 1, 2, ")
    assert said.endswith(", 11 y 8 más")


ALIAS = ORGANIZATION.instance.fields["aliases"].inner


@pytest.mark.parametrize(
    ("field", "value", "english", "spanish"),
    [
        (Duration(), "P1Y", "1 year", "1 año"),
        (Duration(), "P2Y6M10D", "2 years, 6 months, and 10 days", "2 años, 6 meses y 10 días"),
        (Language(), "en", "English", "inglés"),
        (Language(), "es-PE", "Spanish (Peru)", "español (Perú)"),
        (Language(), "zz", "zz", "zz"),
        (ALIAS, {"name": "P", "start": "2021-07-01"},
         "P (from July 1, 2021 on)", "P (desde el 1 de julio de 2021)"),
        (ALIAS, {"name": "P", "start": None, "end": "2021-07-01"},
         "P (until July 1, 2021)", "P (hasta el 1 de julio de 2021)"),
        (ALIAS, {"name": "P", "start": "2020-07-01", "end": "2021-07-01"},
         "P (from July 1, 2020 to July 1, 2021)",
         "P (del 1 de julio de 2020 al 1 de julio de 2021)"),
        (ALIAS, {"name": "P", "start": None, "end": None}, "P", "P"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_say_them(
    field: fields.Field[Any], value: Any, english: str, spanish: str
) -> None:
    assert Words("en", Names(), 1).of(field, value) == english
    assert Words("es", Names(), 1).of(field, value) == spanish


def test_every_kind_of_field_has_its_words() -> None:
    """A kind without any would be said as JSON has it: only what is text already may be."""
    known = tuple(kind for kind, _ in KINDS)
    for resource in RESOURCES:
        for place in places(resource.instance):
            field = place.field
            assert isinstance(field, (*known, fields.String)), f"{resource.name}: {place.path}"
    assert {kind.__name__ for kind in PHRASES} == {
        "PeriodSchema", "LocatorSchema", "AttributionSchema", "EntrySchema",
        "AliasSchema",
    }  # fmt: skip


def test_what_changes_name_is_asked_for_once() -> None:
    change = Change(4, "", "d", "figures", "x", json.dumps(FIGURE_NOW), json.dumps(FIGURE_NOW))
    wanted = wanted_by([change, change])
    assert list(wanted.records["programs"]) == ["procompite"]
    assert list(wanted.records["organizations"]) == ["produce"]
    assert {"statuses", "metrics", "units", "qualifiers"} <= set(wanted.concepts)
    assert set(wanted.records) <= set(BY_NAME)
    assert FIGURE.label == "label"
