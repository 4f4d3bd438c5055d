"""Records loaded and dumped directly: field by field, without what marshmallow does around it.

Both are read off the schema once, and use its own fields, validators and hooks. A record that is
right is accepted and dumped with the same result as by the schema, in a fraction of the time. What
is not accepted is for the schema to judge: only it says what is wrong, and all of it. A test
holds one against the other.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.decorators import (
    POST_DUMP,
    POST_LOAD,
    PRE_DUMP,
    PRE_LOAD,
    VALIDATES,
    VALIDATES_SCHEMA,
)

Record = Mapping[str, Any]
Loaded = dict[str, Any]
OfRecord = Callable[[Any], Loaded]
# As a field's own method is called: with the value, its name, and the record (which none looks at).
LoadValue = Callable[[Any, str, None], Any]
DumpValue = Callable[[Any, str, Record], Any]
# Where each value is dumped, whatever its class.
NONE_KEPT: frozenset[type] = frozenset()


class _Part(NamedTuple):
    """A field of a record on its way in."""

    name: str
    load: LoadValue
    nullable: bool
    required: bool
    default: Any


class _Outgoing(NamedTuple):
    """A field of a record on its way out, to stand at `key`.

    `find` finds and dumps its value where that is no member of the record, or must be found in its
    own way; `dump` dumps the member, unless it is of one of the classes that are `kept`, or stands
    as it is (None).
    """

    name: str
    key: str
    find: Callable[[Record], Any] | None
    kept: frozenset[type]
    dump: DumpValue | None


def loader(schema: Schema) -> OfRecord:
    """What loads a record as the schema does. Raises ValidationError, not saying all that is wrong,
    where the schema refuses it."""
    checks, after = _hooks(schema, VALIDATES_SCHEMA), _hooks(schema, POST_LOAD)
    unusual = _has_hooks(schema, PRE_LOAD, VALIDATES) or schema.unknown != RAISE or schema.many
    if unusual or checks is None or after is None or schema.partial:
        return schema.load
    parts = [
        _Part(name, _value_loader(field), field.allow_none, field.required, field.load_default)
        for name, field in schema.load_fields.items()
    ]

    def load(record: Any) -> Loaded:
        if not isinstance(record, dict):
            raise ValidationError("is no map")
        loaded, known = {}, 0
        for name, load_value, nullable, required, default in parts:
            value = record.get(name, missing)
            if value is not missing:
                known += 1
                if value is not None:
                    loaded[name] = load_value(value, name, None)
                elif nullable:
                    loaded[name] = None
                else:
                    raise ValidationError("is null", name)
            elif required:
                raise ValidationError("is missing", name)
            elif default is not missing:
                loaded[name] = default() if callable(default) else default
        if known != len(record):
            raise ValidationError("has a field that is not known")
        for check in checks:
            check(loaded, many=False, partial=None, unknown=RAISE)
        for process in after:
            loaded = process(loaded, many=False, partial=None, unknown=RAISE)
        return loaded

    return load


def dumper(schema: Schema) -> OfRecord:
    """What dumps a loaded record as the schema does."""
    after = _hooks(schema, POST_DUMP)
    if _has_hooks(schema, PRE_DUMP) or schema.many or after is None:
        return schema.dump
    parts = [_outgoing(name, field) for name, field in schema.dump_fields.items()]

    def dump(record: Record) -> Loaded:
        dumped = {}
        for name, key, find, kept, dump_value in parts:
            value = record.get(name, missing) if find is None else find(record)
            if value is missing:
                continue
            if dump_value is not None and value.__class__ not in kept:
                value = dump_value(value, name, record)
            dumped[key] = value
        for process in after:
            dumped = process(dumped, many=False)
        return dumped

    return dump


def _value_loader(field: Any) -> LoadValue:
    """What loads a field's values, but for null."""
    if field.pre_load or field.post_load or field.data_key or field.attribute:
        raise LookupError(f"{field.name}: fields that are renamed or processed are not known here")
    load, validate = _unvalidated(field), field._validate
    if not field.validators:
        return load

    def load_validated(value: Any, name: str, record: None) -> Any:
        loaded = load(value, name, record)
        validate(loaded)
        return loaded

    return load_validated


@cache
def text_loader(field: Any) -> Callable[[str], Any]:
    """What reads a field's value from the text that stands for it in a question. Raises
    ValidationError."""
    load, from_text = _value_loader(field), field.from_text
    return lambda text: load(from_text(text), "", None)


def _unvalidated(field: Any) -> LoadValue:
    if isinstance(field, fields.Nested) and not field.many and field.unknown is None:
        inner = loader(field.schema)
        return lambda value, name, record: inner(value)
    if type(field)._deserialize is fields.List._deserialize:
        element, nullable = _value_loader(field.inner), field.inner.allow_none

        def load_list(values: Any, name: str, record: None) -> Any:
            if type(values) is not list or (None in values and not nullable):
                raise ValidationError("is no list of values", name)
            return [None if value is None else element(value, name, record) for value in values]

        return load_list
    deserialize: LoadValue = field._deserialize
    return deserialize


def _outgoing(name: str, field: Any) -> _Outgoing:
    key = name if field.data_key is None else field.data_key
    is_a_member = type(field).serialize is fields.Field.serialize and field._CHECK_ATTRIBUTE
    if not is_a_member or field.attribute or field.dump_default is not missing:
        return _Outgoing(name, key, lambda record: field.serialize(name, record), NONE_KEPT, None)
    return _Outgoing(name, key, None, *_value_dumper(field))


def _value_dumper(field: Any) -> tuple[frozenset[type], DumpValue | None]:
    """The classes whose values are dumped as they are, and what dumps the others; None where there
    are none."""
    serialize = type(field)._serialize
    if serialize is fields.Field._serialize:
        return NONE_KEPT, None
    if serialize is fields.String._serialize:
        return frozenset({str, NoneType}), field._serialize
    if serialize is fields.Integer._serialize and not field.as_string:
        return frozenset({int, NoneType}), field._serialize
    if isinstance(field, fields.Nested) and not field.many:
        inner = dumper(field.schema)
        return frozenset({NoneType}), lambda value, name, record: inner(value)
    if serialize is fields.List._serialize:
        kept, element = _value_dumper(field.inner)

        def dump_list(values: Any, name: str, record: Record) -> list[Any]:
            if element is None:
                return list(values)
            return [
                value if value.__class__ in kept else element(value, name, record)
                for value in values
            ]

        return frozenset({NoneType}), dump_list
    return NONE_KEPT, field._serialize


def _has_hooks(schema: Any, *tags: str) -> bool:
    return any(schema._hooks[tag] for tag in tags)


def _hooks(schema: Any, tag: str) -> list[Callable[..., Any]] | None:
    """The methods that a schema runs, in order; None if one of them wants more than the record."""
    found = schema._hooks[tag]
    if any(whole or options.get("pass_original") for _, whole, options in found):
        return None
    return [getattr(schema, name) for name, _, _ in found]
