"""Lists in records."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.repeated import repeated

# Of the elements of a list so many are told to be wrong; those after them are not looked at.
MOST_WRONG = 1_000


class Many(fields.List[Any]):
    """A list of any length; what is said of a wrong one does not grow with it for ever."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        right: list[Any] = []
        wrong: dict[int, Any] = {}
        for number, element in enumerate(value):
            try:
                right.append(self.inner.deserialize(element, **kwargs))
            except ValidationError as error:
                wrong[number] = error.messages
                if error.valid_data is not None:
                    right.append(error.valid_data)
                if len(wrong) >= MOST_WRONG:
                    break
        if wrong:
            raise ValidationError(wrong, valid_data=right)
        return right


def several(inner: fields.Field[Any], *, at_least: int = 0, **kwargs: Any) -> Many:
    """A list without repetitions."""

    def distinct(values: list[Any]) -> None:
        if repeated(map(str, values)) is not None:
            raise ValidationError("must not name the same thing twice")

    lengths = validate.Length(min=at_least, error="must name at least {min}")
    return Many(inner, validate=[lengths, distinct] if at_least else [distinct], **kwargs)
