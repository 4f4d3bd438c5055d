"""What the fields of one record must be to each other."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from api.intake.finding import flatten
from schemas import (
    CODELIST,
    DATASET,
    FIGURE,
    ORGANIZATION,
    PROGRAM,
    REGION,
    RESOURCES,
    SOURCE,
    Resource,
)
from schemas.codes import CLOSED
from schemas.fields import Many

BOTH = {"en": "a text", "es": "un texto"}

FIGURE_RECORD = {
    "id": "a-figure",
    "program": "a-program",
    "metric": "plans",
    "label": BOTH,
    "measure": "count",
    "unit": "plans",
    "value": 25,
    "qualifier": "exact",
    "status": "achieved",
    "source": {"id": "a-source", "start": 10, "end": 12, "stated": "25"},
    "attribution": {"organization": "an-organization", "on": "2021-04-28"},
}
PROGRAM_RECORD = {
    "id": "a-program",
    "name": BOTH,
    "description": BOTH,
    "kind": "fund",
    "status": "launched",
    "source": "a-source",
}
ORGANIZATION_RECORD = {
    "id": "an-organization",
    "name": BOTH,
    "kind": "ministry",
    "roles": ["lead"],
}
REGION_RECORD = {
    "id": "PE-PIU",
    "name": BOTH,
    "kind": "department",
    "parent": "PE",
    "capital": "Piura",
}
SOURCE_RECORD = {
    "id": "a-source",
    "title": "A title",
    "publisher": "an-organization",
    "published_on": "2021-04-28",
    "language": "en",
    "possibly_translated": False,
    "sha256": "0" * 64,
    "length": 100,
}
CODELIST_RECORD = {
    "id": "a-list",
    "concept": "a-concept",
    "name": BOTH,
    "codes": [{"code": "one", "name": BOTH}, {"code": "two", "name": BOTH}],
}
RECORDS = [
    (FIGURE, FIGURE_RECORD),
    (PROGRAM, PROGRAM_RECORD),
    (ORGANIZATION, ORGANIZATION_RECORD),
    (REGION, REGION_RECORD),
    (SOURCE, SOURCE_RECORD),
    (CODELIST, CODELIST_RECORD),
]
BY_RESOURCE = pytest.mark.parametrize(
    ("resource", "record"), RECORDS, ids=[resource.name for resource, _ in RECORDS]
)


def wrong(resource: Resource, record: Any) -> dict[str, str]:
    """{field: reasons} for which a record is refused; empty when it is accepted."""
    try:
        resource.instance.load(record)
    except ValidationError as error:
        found: dict[str, str] = {}
        for path, reason in flatten(error.messages):
            found[path] = f"{found.get(path, '')} {reason}".strip()
        return found
    return {}


def figure(**changes: Any) -> dict[str, Any]:
    return {**FIGURE_RECORD, **changes}


@BY_RESOURCE
def test_the_smallest_record_is_accepted(resource: Resource, record: dict[str, Any]) -> None:
    assert wrong(resource, record) == {}


@BY_RESOURCE
def test_a_record_without_what_it_needs_is_refused(
    resource: Resource, record: dict[str, Any]
) -> None:
    required = {name for name, field in resource.instance.fields.items() if field.required}
    assert set(wrong(resource, {})) == required
    for name in required:
        assert list(wrong(resource, {k: v for k, v in record.items() if k != name})) == [name]
        assert any(path.startswith(name) for path in wrong(resource, {**record, name: None}))


@BY_RESOURCE
@pytest.mark.parametrize("name", ["colour", "dataset", "version", "updated_at", 1, "\udcff"])
def test_a_field_that_is_none_of_the_records_own_is_refused(
    resource: Resource, record: dict[str, Any], name: Any
) -> None:
    assert wrong(resource, {**record, name: "x"}) == {str(name): "is not a field of this record"}


@pytest.mark.parametrize("record", [None, [], "x", 1, True, [FIGURE_RECORD]])
def test_a_record_is_a_map(record: Any) -> None:
    assert wrong(FIGURE, record)


def test_what_is_derived_cannot_be_loaded() -> None:
    assert "display" in wrong(FIGURE, figure(display=BOTH))


@pytest.mark.parametrize(
    ("qualifier", "stated"),
    [
        ("exact", {"lower": 25, "upper": 25, "lower_inclusive": True, "upper_inclusive": True}),
        ("about", {"lower": None, "upper": None}),
        ("more_than", {"lower": 25, "lower_inclusive": False, "upper": None}),
        ("at_most", {"upper": Decimal("25.0"), "upper_inclusive": True}),
    ],
)
def test_bounds_that_follow_may_be_stated(qualifier: str, stated: dict[str, Any]) -> None:
    record = FIGURE.instance.load(figure(qualifier=qualifier, **stated))
    assert record == FIGURE.instance.load(figure(qualifier=qualifier))


@pytest.mark.parametrize(
    ("qualifier", "stated", "reason"),
    [
        ("exact", {"lower": 24}, "does not follow from 'exact': it must be 25"),
        ("exact", {"upper": None}, "it must be 25"),
        ("about", {"lower": 20}, "it must be null"),
        ("more_than", {"lower": 26}, "it must be 25"),
        ("more_than", {"lower_inclusive": True}, "it must be false"),
        ("at_least", {"lower_inclusive": False}, "it must be true"),
        ("at_least", {"upper": 30}, "it must be null"),
        ("less_than", {"lower": 0}, "it must be null"),
    ],
)
def test_bounds_that_do_not_follow_are_refused(
    qualifier: str, stated: dict[str, Any], reason: str
) -> None:
    found = wrong(FIGURE, figure(qualifier=qualifier, **stated))
    assert list(found) == list(stated)
    assert reason in found[next(iter(stated))]


@pytest.mark.parametrize("value", [1, 0, Decimal("1E+8")])
def test_the_bound_that_would_follow_is_named_as_a_number(value: Any) -> None:
    found = wrong(FIGURE, figure(value=value, lower=7))
    assert found["lower"].endswith(f"it must be {int(value)}")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"program": None}, "organization"),
        ({"measure": "money"}, "unit"),
        ({"measure": "money", "unit": "soles"}, "unit"),
        ({"unit": "PEN"}, "unit"),
        ({"status": "unclear"}, "notes"),
        ({"status": "unclear", "notes": None}, "notes"),
        ({"same_claim_as": "a-figure"}, "same_claim_as"),
        ({"allocation": "joint"}, "allocation"),
        ({"period": {"start": "2021-02-01", "end": "2021-01-31"}}, "period.end"),
        ({"period": {}}, "period"),
        ({"period": {"start": None, "end": None, "duration": None}}, "period"),
        ({"period": {"end": "2021-02-29"}}, "period.end"),
        ({"scope": "regional"}, "regions"),
        ({"scope": "national"}, "regions"),
        ({"regions": ["PE-PIU"]}, "scope"),
        ({"scope": "regional", "regions": ["PE"]}, "regions"),
        ({"scope": "regional", "regions": ["PE-PIU", "PE"]}, "regions"),
        ({"scope": "national", "regions": ["PE-PIU"]}, "regions"),
        ({"scope": "national", "regions": ["PE", "PE-PIU"]}, "regions"),
        ({"scope": "regional", "regions": ["PE-PIU", "PE-PIU"]}, "regions"),
        ({"value": Decimal("1234567890123456e-1")}, "value"),
        ({"source": {**FIGURE_RECORD["source"], "end": 13}}, "source.end"),  # type: ignore[dict-item]
        ({"source": {**FIGURE_RECORD["source"], "page": 1}}, "source.page"),  # type: ignore[dict-item]
        ({"attribution": {"on": "2021-04-28"}}, "attribution.organization"),
        ({"rank": None}, "rank"),
    ],
    ids=str,
)
def test_a_figure_whose_parts_do_not_agree_is_refused(changes: dict[str, Any], field: str) -> None:
    assert list(wrong(FIGURE, figure(**changes))) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"program": None, "organization": "an-organization"},
        {"measure": "money", "unit": "PEN"},
        {"status": "unclear", "notes": BOTH},
        {"period": {"start": "2021-01-31", "end": "2021-01-31"}},
        {"period": {"duration": "P8Y"}},
        {"period": None},
        {"scope": "regional", "regions": ["PE-PIU", "BR-SP"], "allocation": "joint"},
        {"scope": "national", "regions": ["PE", "BR"], "allocation": "each"},
        {"value": 0},
        {"value": Decimal("0.0001")},
    ],
    ids=str,
)
def test_a_figure_whose_parts_agree_is_accepted(changes: dict[str, Any]) -> None:
    assert wrong(FIGURE, figure(**changes)) == {}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = wrong(
        FIGURE,
        figure(
            program=None,
            unit="PEN",
            lower=1,
            upper=2,
            scope="regional",
            allocation="joint",
            status="unclear",
            same_claim_as="a-figure",
        ),
    )
    expected = "allocation lower notes organization regions same_claim_as unit upper"
    assert sorted(found) == expected.split()


def test_a_program_follows_the_same_rules_about_regions() -> None:
    assert list(wrong(PROGRAM, {**PROGRAM_RECORD, "regions": ["PE-PIU"]})) == ["scope"]
    assert list(wrong(PROGRAM, {**PROGRAM_RECORD, "scope": "national"})) == ["regions"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parent": None}, "parent"),
        ({"parent": "BR"}, "parent"),
        ({"parent": "PE-PIU"}, "parent"),
        ({"id": "PE"}, "parent"),
        ({"ubigeo_inei": 20}, "ubigeo_inei"),
        ({"location": {"type": "Polygon", "coordinates": [-80.63, -5.19]}}, "location.type"),
        ({"location": {"type": "Point", "coordinates": [0]}}, "location.coordinates"),
        ({"location": {"type": "Point", "coordinates": [0, 91]}}, "location.coordinates.1"),
    ],
    ids=str,
)
def test_a_region_is_part_of_its_country(changes: dict[str, Any], field: str) -> None:
    assert list(wrong(REGION, {**REGION_RECORD, **changes})) == [field]


def test_an_alias_ends_after_it_starts() -> None:
    alias = {"name": "ProInnóvate", "start": "2021-02-01", "end": "2021-01-01"}
    assert list(wrong(ORGANIZATION, {**ORGANIZATION_RECORD, "aliases": [alias]})) == [
        "aliases.0.end"
    ]
    assert list(wrong(ORGANIZATION, {**ORGANIZATION_RECORD, "roles": []})) == ["roles"]


def test_a_codelist_holds_each_code_once() -> None:
    one = CODELIST_RECORD["codes"][0]
    assert "twice" in wrong(CODELIST, {**CODELIST_RECORD, "codes": [one, one]})["codes"]
    assert "at least one" in wrong(CODELIST, {**CODELIST_RECORD, "codes": []})["codes"]


@pytest.mark.parametrize("concept", CLOSED)
def test_a_closed_list_holds_exactly_its_codes(concept: str) -> None:
    codes = [{"code": code, "name": BOTH} for code in CLOSED[concept]]
    record = {**CODELIST_RECORD, "concept": concept}
    assert wrong(CODELIST, {**record, "codes": codes}) == {}
    for other in (codes[1:], [*codes, {"code": "another", "name": BOTH}]):
        assert list(wrong(CODELIST, {**record, "codes": other})) == ["codes"]


@BY_RESOURCE
def test_what_is_dumped_can_be_loaded_and_is_the_same(
    resource: Resource, record: dict[str, Any]
) -> None:
    schema = resource.instance
    loaded = schema.load(record)
    dumped = schema.dump(loaded)
    assert tuple(dumped) == tuple(name for name in resource.members if name in dumped)
    again = {name: v for name, v in dumped.items() if not schema.fields[name].dump_only}
    assert schema.load(again) == loaded


@BY_RESOURCE
def test_a_record_does_not_name_itself(resource: Resource, record: dict[str, Any]) -> None:
    for place in resource.references.values():
        if place.field.target == resource.name:
            refused = wrong(resource, {**record, place.path: record["id"]})
            assert list(refused) == [place.path]


def test_what_a_record_is_part_of_is_another_one() -> None:
    """All that is wrong is said, not the first."""
    own = {**PROGRAM_RECORD, "parent": "a-program", "scope": "regional"}
    found = wrong(PROGRAM, own)
    assert found.pop("parent") == "must be another programme"
    assert list(found) == ["regions"]
    own = {**ORGANIZATION_RECORD, "parent": "an-organization"}
    assert wrong(ORGANIZATION, own) == {"parent": "must be another organization"}


LISTS = [
    (resource, record, name)
    for resource, record in RECORDS
    for name, field in resource.instance.load_fields.items()
    if isinstance(field, Many)
]


class Elements(list[Any]):
    """A list that counts how many of its elements are looked at."""

    looked = 0

    def __iter__(self) -> Iterator[Any]:
        for element in super().__iter__():
            self.looked += 1
            yield element


@pytest.mark.parametrize(("resource", "record", "name"), LISTS)
def test_of_very_many_wrong_elements_the_first_are_told_and_no_more_looked_at(
    resource: Resource, record: dict[str, Any], name: str
) -> None:
    elements = Elements([[]] * 100_000)
    with pytest.raises(ValidationError) as refused:
        resource.load({**record, name: elements, "colour": "red"})
    assert elements.looked == 1_000
    told = [path for path, _ in flatten(refused.value.messages)]
    assert len(told) == 1_001
    assert {f"{name}.0", f"{name}.999", "colour"} <= set(told)


def test_every_list_in_a_record_is_bounded_so() -> None:
    assert {name for _, _, name in LISTS} == {
        "regions", "funders", "sectors", "instruments", "identifiers", "roles", "aliases", "codes",
    }  # fmt: skip
    assert isinstance(DATASET.instance.load_fields["depends_on"], Many)
    for resource in RESOURCES:
        lists = [f for f in resource.instance.load_fields.values() if isinstance(f, fields.List)]
        assert all(isinstance(field, Many) for field in lists)
