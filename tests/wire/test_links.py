"""Addresses: what they are made of needs no quoting, and what does is quoted."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.link_header import LONGEST_HEADER, link_header
from api.wire.links import PLAIN, Links, dependents, followed
from schemas import BY_NAME, RESOURCES
from schemas.resource import Resource


def field_of_id(resource: Resource) -> Any:
    return resource.instance.fields["id"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
@given(data=st.data())
def test_whatever_may_be_an_id_needs_no_quoting(resource: Resource, data: st.DataObject) -> None:
    pattern = field_of_id(resource).pattern
    assert PLAIN(data.draw(st.from_regex(re.compile(pattern), fullmatch=True)))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_whatever_a_record_names_is_an_id(resource: Resource) -> None:
    for name, target, _ in followed(resource):
        place = resource.references[name]
        assert place.field.pattern == field_of_id(BY_NAME[target]).pattern


@pytest.mark.parametrize("base", ["", "https://figures.example/api"])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_the_links_of_a_record_are_those_that_are_made_one_by_one(
    resource: Resource, base: str
) -> None:
    links, id_ = Links(base, "example.org,2026"), resource.example
    record: dict[str, Any] = {"id": id_, "version": 3}
    for place in resource.references.values():
        first, *more = place.path.split(".")
        record[first] = {more[0]: place.field.target} if more else place.field.target
    pin, shape = [("as_of", "4")], [("fields", "id"), ("q", "a b")]
    expected = {
        "self": links.item(resource, id_, [*shape, *pin]),
        "latest": links.item(resource, id_, shape),
        "collection": links.collection(resource, pin),
        "release": links.release(3),
        **links.aspects(resource, id_, pin),
        **{name: links.to(f"/{target}/{target}", pin) for name, target, _ in followed(resource)},
        **{
            other.name: links.collection(other, [(parameter, id_), *pin])
            for other, parameter in dependents(resource)
        },
    }
    assert links.of_item(resource, record, 4, shape) == expected


@given(path=st.text(), value=st.text())
def test_an_address_holds_no_character_that_an_address_cannot(path: str, value: str) -> None:
    made = Links("", "example.org,2026").to(f"/{path}", [("q", value)])
    assert re.fullmatch(r"[A-Za-z0-9_.~,:/%-]*\?q=[A-Za-z0-9_.~,:/%-]*", made)


def test_what_parts_links_counts_for_how_long_a_header_is() -> None:
    links = {"self": "s" * 986, "prev": "p" * 986, "next": "n" * 986, "first": "f" * 900}
    assert len(link_header(links)) <= LONGEST_HEADER
