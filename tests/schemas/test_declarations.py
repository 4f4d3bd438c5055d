"""The declarations themselves: every one of them is whole."""

from typing import Any

import pytest
from marshmallow import fields

from schemas import BY_NAME, RESOURCES, Resource
from schemas.codes import CLOSED
from schemas.fields import Code, Reference
from schemas.filter import OPERATORS, TAKES_LIST, Filter, Sort
from schemas.parameters import Parameter, filter_parameters, list_parameters
from schemas.paths import Place
from schemas.query import CONTRADICTION, read_query
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


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_field_says_what_it_means(resource: Resource) -> None:
    def walk(schema: Any) -> None:
        for name, field in schema.fields.items():
            assert field.metadata.get("description"), f"{resource.name}: {name}"
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Nested):
                walk(inner.schema)

    walk(resource.instance)


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
