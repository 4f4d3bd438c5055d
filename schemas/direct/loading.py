"""A record on its way in: each field's own way to load a value, read off its schema once."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

from schemas.direct.hooks import has_hooks, hooks
from schemas.fields import Many

Loaded = dict[str, Any]
# As a field's own method is called: with the value, its name, and the record (which none looks at).
LoadValue = Callable[[Any, str, None], Any]


class _Part(NamedTuple):
    """A field of a record on its way in."""

    name: str
    load: LoadValue
    nullable: bool
    required: bool
    default: Any


def loader(schema: Schema) -> Callable[[Any], Loaded]:
    """What loads a record as the schema does. Raises ValidationError, not saying all that is wrong,
    where the schema refuses it."""
    checks, after = hooks(schema, VALIDATES_SCHEMA), hooks(schema, POST_LOAD)
    unusual = has_hooks(schema, PRE_LOAD, VALIDATES) or schema.unknown != RAISE or schema.many
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
    asked = field.asked() if hasattr(field, "asked") else field
    load, from_text = _value_loader(asked), field.from_text
    return lambda text: load(from_text(text), "", None)


def _unvalidated(field: Any) -> LoadValue:
    if isinstance(field, fields.Nested) and not field.many and field.unknown is None:
        inner = loader(field.schema)
        return lambda value, name, record: inner(value)
    if type(field)._deserialize in (fields.List._deserialize, Many._deserialize):
        element, nullable = _value_loader(field.inner), field.inner.allow_none

        def load_list(values: Any, name: str, record: None) -> Any:
            if type(values) is not list or (None in values and not nullable):
                raise ValidationError("is no list of values", name)
            return [None if value is None else element(value, name, record) for value in values]

        return load_list
    deserialize: LoadValue = field._deserialize
    return deserialize
