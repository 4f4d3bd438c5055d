"""A record on its way out: each field's own way to dump a value, read off its schema once."""

from collections.abc import Callable
from types import NoneType
from typing import Any, NamedTuple

from marshmallow import Schema, fields, missing
from marshmallow.decorators import POST_DUMP, PRE_DUMP

from schemas.direct.hooks import has_hooks, hooks
from schemas.objects import Record

Dumped = dict[str, Any]
# As a field's own method is called: with the value, its name, and the record.
DumpValue = Callable[[Any, str, Record], Any]
# Where each value is dumped, whatever its class.
NONE_KEPT: frozenset[type] = frozenset()


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


def dumper(schema: Schema) -> Callable[[Any], Dumped]:
    """What dumps a loaded record as the schema does."""
    after = hooks(schema, POST_DUMP)
    if has_hooks(schema, PRE_DUMP) or schema.many or after is None:
        return schema.dump
    parts = [_outgoing(name, field) for name, field in schema.dump_fields.items()]

    def dump(record: Record) -> Dumped:
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
