"""A record is loaded and dumped directly with the same result as by its schema."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, post_dump, pre_load, validates

from api.intake.packaged import packaged_datasets
from schemas import BY_NAME, RESOURCES, Resource
from schemas.direct import dumper, loader
from schemas.record import StrictSchema

RECORDS = {
    resource.name: [
        raw.data
        for bundle in packaged_datasets()
        for raw in bundle.records
        if raw.resource == resource.name
    ]
    for resource in RESOURCES
}
TEXTS = [
    "",
    "a",
    "procompite",
    "PE",
    "PE-PIU",
    "2021-04-28",
    "P8Y",
    "exact",
    "money",
    "PEN",
    "x\n",
    "x\x85",
]
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 30),
    st.sampled_from([10**15, 2**53, Decimal("0.5"), Decimal("1E+2"), Decimal("1.23456"), 1.5]),
    st.sampled_from(TEXTS),
    st.text(max_size=3),
    st.just("\ud800"),
    st.lists(st.sampled_from(TEXTS), max_size=2),
    st.sampled_from([{}, {"en": "a"}, {"en": "a", "es": "b"}, {"en": "a", "es": 1}, {"id": "a"}]),
)
KEYS = ["colour", "dataset", "version", "updated_at", "display", "lower", "upper_inclusive", "en"]
PROVENANCE = {"dataset": "d", "version": 3, "updated_at": "2021-04-28T00:00:00.000Z"}


def outcome(load: Any, record: Any) -> Any:
    """What is loaded, with the types of all of it; None if it is refused."""
    try:
        return repr(load(record))
    except ValidationError:
        return None


def spoilt(draw: st.DrawFn, value: Any, more: int) -> Any:
    """The same with something else in it: deeper at times."""
    if isinstance(value, dict) and value:
        changed, key = dict(value), draw(st.sampled_from([*value, draw(st.sampled_from(KEYS))]))
        if key in changed and draw(st.booleans()):
            if draw(st.booleans()):
                del changed[key]
            else:
                changed[key] = spoilt(draw, changed[key], more)
        else:
            changed[key] = draw(ODD)
        return spoilt(draw, changed, more - 1) if more > 1 else changed
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        repeated = [value[0]] if draw(st.booleans()) else []
        return [*value[:place], spoilt(draw, value[place], 1), *value[place + 1 :], *repeated]
    return draw(ODD)


@st.composite
def records(draw: st.DrawFn) -> tuple[Resource, Any]:
    """A record of the program's, as it is or with up to three things in it changed."""
    resource = BY_NAME[draw(st.sampled_from([r.name for r in RESOURCES]))]
    record = draw(st.sampled_from(RECORDS[resource.name]))
    changes = draw(st.integers(0, 3))
    return resource, spoilt(draw, record, changes) if changes else record


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_what_is_right_is_accepted_directly(resource: Resource) -> None:
    """Nothing is gained if the schema is asked after all."""
    load = loader(resource.instance)
    assert load != resource.instance.load
    assert RECORDS[resource.name]
    for record in RECORDS[resource.name]:
        assert repr(load(record)) == repr(resource.instance.load(record))


@settings(max_examples=1500)
@given(found=records())
def test_the_same_is_accepted_refused_and_dumped(found: tuple[Resource, Any]) -> None:
    resource, record = found
    expected = outcome(resource.instance.load, record)
    assert outcome(loader(resource.instance), record) == expected
    if expected is None:
        return
    loaded = {**resource.load(record), **PROVENANCE}
    assert json.dumps(resource.dump(loaded)) == json.dumps(resource.instance.dump(loaded))


@settings(max_examples=300)
@given(found=records())
def test_what_is_refused_is_refused_in_the_schemas_words(found: tuple[Resource, Any]) -> None:
    def said(load: Any) -> Any:
        try:
            return load(record)
        except ValidationError as error:
            return error.messages

    resource, record = found
    assert said(resource.load) == said(resource.instance.load)


class Before(StrictSchema):
    one = fields.Integer()

    @pre_load
    def change(self, data: Any, **_: Any) -> Any:
        return {"one": data["two"]}


class Validating(StrictSchema):
    one = fields.Integer()

    @validates("one")
    def check(self, value: int, data_key: str) -> None:
        if value > 1:
            raise ValidationError(data_key)


class Original(StrictSchema):
    one = fields.Integer()

    @post_dump(pass_original=True)
    def add(self, data: Any, original: Any, **_: Any) -> Any:
        return {**data, "two": original["two"]}


@pytest.mark.parametrize("schema", [Before, Validating], ids=lambda schema: schema.__name__)
@pytest.mark.parametrize("record", [{"one": 1}, {"one": 2}, {"two": 3}])
def test_a_schema_that_does_something_unusual_is_asked_itself(schema: Any, record: Any) -> None:
    def load(of: Any) -> Any:
        try:
            return outcome(of, record)
        except KeyError:
            return KeyError

    assert load(loader(schema())) == load(schema().load)


def test_a_dump_that_looks_at_what_is_dumped_is_left_to_the_schema() -> None:
    assert dumper(Original())({"one": 1, "two": 2}) == {"one": 1, "two": 2}
    assert dumper(Original(many=True))([{"one": 1, "two": 2}]) == [{"one": 1, "two": 2}]


class Part(Schema):
    name = fields.String(allow_none=True, data_key="called")
    any = fields.Raw()


class Served(Schema):
    """One field of each kind that is served, with each of what marshmallow can do on the way."""

    key = fields.String()
    number = fields.Integer()
    written = fields.Integer(as_string=True)
    amount = fields.Decimal(as_string=True)
    moment = fields.Date()
    flag = fields.Boolean()
    other = fields.String(attribute="held")
    absent = fields.String(dump_default="none")
    telling = fields.Function(len)
    renamed = fields.Integer(data_key="re-named")
    one = fields.Nested(Part)
    several = fields.Nested(Part, many=True)
    parts = fields.List(fields.Nested(Part))
    words = fields.List(fields.String())
    anything = fields.List(fields.Raw())
    by_name = fields.Dict()


def test_a_schema_of_many_records_dumps_them_itself() -> None:
    assert dumper(Part(many=True))([{"name": "a"}]) == [{"called": "a"}]


TOLD = st.none() | st.text(max_size=3)
PART = st.fixed_dictionaries({}, optional={"name": TOLD, "any": ODD})
SERVED = st.fixed_dictionaries(
    {},
    optional={
        "key": TOLD | st.integers(),
        "number": st.none() | st.integers() | st.booleans() | st.sampled_from([2.0, "3"]),
        "written": st.none() | st.integers(),
        "amount": st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        "moment": st.none() | st.dates(),
        "flag": st.none() | st.booleans() | st.sampled_from(["yes", 0]),
        "held": TOLD,
        "absent": TOLD,
        "renamed": st.none() | st.integers(),
        "one": st.none() | PART,
        "several": st.lists(PART, max_size=2),
        "parts": st.none() | st.lists(st.none() | PART, max_size=2),
        "words": st.none() | st.lists(TOLD | st.integers(), max_size=2) | st.tuples(TOLD),
        "anything": st.lists(ODD, max_size=2) | st.tuples(ODD),
        "by_name": st.dictionaries(st.text(max_size=2), ODD, max_size=2),
        "unknown": ODD,
    },
)


@given(record=SERVED)
def test_every_kind_of_field_is_dumped_as_marshmallow_dumps_it(record: dict[str, Any]) -> None:
    assert repr(dumper(Served())(record)) == repr(Served().dump(record))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_place_is_read_quickly_as_it_is_read_slowly(resource: Resource) -> None:
    bodies = [resource.dump(resource.load(record)) for record in RECORDS[resource.name]]
    for place in (*resource.asked_places.values(), *resource.compared):
        if not place.many:
            read = place.reader()
            assert [read(body) for body in bodies] == [place.value(body) for body in bodies]
