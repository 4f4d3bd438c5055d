"""The declarations themselves: every one of them is whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields

from schemas import BY_NAME, RESOURCES, Resource
from schemas.about import DERIVED, ORIGINS, SYSTEM, Bilingual
from schemas.change import CHANGE
from schemas.codes import CLOSED, LANGUAGES
from schemas.fields import Code, LanguageMap, Reference, Text
from schemas.filter import OPERATORS, TAKES_LIST, Filter, Sort
from schemas.parameter import Parameter
from schemas.parameters import filter_parameters, list_parameters
from schemas.paths import Place
from schemas.reading import CONTRADICTION, read_query
from tests.contract.model import in_company

PLACES = [(r, place) for r in RESOURCES for place in r.places.values()]
FILTERS = [(r, declared) for r in RESOURCES for declared in r.filters]
SORTS = [(r, declared) for r in RESOURCES for declared in r.sorts]
# A cursor has no example: it would soon be stale.
PARAMETERS = [(r, p) for r in RESOURCES for p in list_parameters(r, ("json",)) if p.example]


def named(pairs: list[Any]) -> list[str]:
    return [f"{r.name}-{getattr(one, 'path', '') or one.name}" for r, one in pairs]


@pytest.mark.parametrize(("resource", "declared"), FILTERS, ids=named(FILTERS))
def test_a_filter_looks_at_a_field_that_is_there(resource: Resource, declared: Filter) -> None:
    assert declared.path in resource.asked_places
    assert {declared.bare, *declared.operators} <= set(OPERATORS)
    assert declared.help[0].isupper()


@pytest.mark.parametrize(("resource", "declared"), SORTS, ids=named(SORTS))
def test_a_sort_looks_at_one_value(resource: Resource, declared: Sort) -> None:
    assert not resource.places[declared.path].many


@pytest.mark.parametrize(
    ("resource", "place"),
    [pair for pair in PLACES if isinstance(pair[1].field, Reference | Code)],
    ids=lambda part: part.name if isinstance(part, Resource) else part.path,
)
def test_what_names_another_record_or_a_code_can_be_asked_for(
    resource: Resource, place: Place
) -> None:
    """The store finds by its filters what would be left dangling."""
    assert place.path in {declared.path for declared in resource.filters}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_reference_names_a_resource_that_is_there(resource: Resource) -> None:
    assert {place.field.target for place in resource.references.values()} <= set(BY_NAME)


def declared_fields(schema: Schema, prefix: str = "") -> Iterator[tuple[str, Schema, Any]]:
    """(path, schema, field) of every field, nested ones too."""
    for name, field in schema.fields.items():
        yield f"{prefix}{name}", schema, field
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from declared_fields(inner.schema, f"{prefix}{name}.")


DECLARED = [
    pytest.param(schema, field, id=f"{of}-{path}")
    for of, whole in [*((r.name, r.instance) for r in RESOURCES), ("changes", CHANGE)]
    for path, schema, field in declared_fields(whole)
]


@pytest.mark.parametrize(("schema", "field"), DECLARED)
def test_every_field_says_what_it_is_in_both_languages(schema: Schema, field: Any) -> None:
    found = schema.fields[field.name].metadata["about"]
    assert field.metadata["description"].startswith(found.meaning.en)
    for texts in filter(None, (found.meaning, found.label, found.unit)):
        assert all(text.strip() == text and text for text in texts)
    assert found.meaning.en != found.meaning.es
    assert all(text[0].isupper() or text[0] == "`" for text in found.meaning)


@pytest.mark.parametrize(("schema", "field"), DECLARED)
def test_every_field_says_where_its_values_come_from(schema: Schema, field: Any) -> None:
    found = field.metadata["about"]
    assert found.origin in ORIGINS
    assert set(found.of) <= set(schema.fields) - {field.name}
    assert found.origin == DERIVED or not found.of
    # What only the program writes is no statement of anybody.
    assert not field.dump_only or found.origin in (DERIVED, SYSTEM)


def test_a_text_in_both_languages_has_the_languages_of_the_house() -> None:
    assert Bilingual._fields == LANGUAGES
    assert {tuple(texts._fields) for texts in ORIGINS.values()} == {LANGUAGES}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_resource_says_what_it_is_in_both_languages(resource: Resource) -> None:
    assert all(text.endswith(".") for text in resource.help)
    assert resource.help.en != resource.help.es
    assert all(text and text.islower() for text in resource.noun)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_record_has_a_name_and_a_summary_for_people(resource: Resource) -> None:
    named = resource.instance.fields[resource.label]
    assert isinstance(named, Text | LanguageMap)
    assert named.required
    assert resource.summary
    assert set(resource.summary) <= set(resource.members) - {"id", resource.label}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_full_text_reads_fields_that_are_there(resource: Resource) -> None:
    assert set(resource.text) <= set(resource.members)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_no_two_parameters_have_one_name(resource: Resource) -> None:
    names = [parameter.name for parameter in list_parameters(resource, ("json",))]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("resource", "parameter"), PARAMETERS, ids=named(PARAMETERS))
def test_each_example_is_accepted_by_its_own_parameter(
    resource: Resource, parameter: Parameter
) -> None:
    parameters = list_parameters(resource, ("json", "csv"))
    pairs = in_company(parameter, parameters)
    query, mistakes = read_query(parameters, pairs)
    assert mistakes == []
    assert {name for name, _ in query.given} == {name for name, _ in pairs}


@pytest.mark.parametrize(("resource", "parameter"), PARAMETERS, ids=named(PARAMETERS))
def test_a_parameter_that_says_nothing_alone_is_not_taken_alone(
    resource: Resource, parameter: Parameter
) -> None:
    parameters = list_parameters(resource, ("json", "csv"))
    assert set(parameter.goes_with) <= {one.name for one in parameters}
    _, mistakes = read_query(parameters, [(parameter.name, parameter.example)])
    told = [(mistake.name, mistake.code) for mistake in mistakes]
    assert told == [(parameter.name, CONTRADICTION)] * bool(parameter.goes_with)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_what_may_be_null_can_be_asked_for_as_such(resource: Resource) -> None:
    names = {parameter.name for parameter in filter_parameters(resource)}
    for declared in resource.filters:
        place = resource.asked_places[declared.path]
        expected = bool(declared.operators) and (place.nullable or place.many)
        assert (f"{declared.name}__isnull" in names) == expected, declared.name


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_parameter_takes_a_list_where_its_operator_does(resource: Resource) -> None:
    for parameter in filter_parameters(resource):
        assert parameter.many == (parameter.operator in TAKES_LIST), parameter.name


def test_every_closed_list_is_used() -> None:
    used = {place.field.concept for _, place in PLACES if isinstance(place.field, Code)}
    assert set(CLOSED) <= used
