"""Numbers: exact amounts, whole numbers, measured numbers; and the flag that JSON takes for one."""

import math
import operator
import re
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, ClassVar

from marshmallow import fields

NUMBER_PATTERN = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$"
WHOLE_PATTERN = r"^-?(?:0|[1-9][0-9]*)$"
WRITTEN_NUMBER, WRITTEN_WHOLE = (
    re.compile(pattern.strip("^$")).fullmatch for pattern in (NUMBER_PATTERN, WHOLE_PATTERN)
)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; `true` is none."""
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Amount(fields.Field[Decimal]):
    """An exact quantity, a JSON number.

    At most 15 significant digits and 4 decimals: so a double carries it without loss. Stored as
    a whole number of ten-thousandths in 64 bits, which is where `largest` comes from.
    """

    significant_digits: ClassVar[int] = 15
    decimals: ClassVar[int] = 4
    largest: ClassVar[int] = 922_337_203_685_477
    default_error_messages = {
        "invalid": "must be a number such as 12600000 or 0.25",
        "range": "must be from 0 to {largest}",
        "digits": "must have at most {digits} significant digits",
        "decimals": "must have at most {decimals} decimals",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "minimum": 0, "maximum": self.largest}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if not is_number(value):
            raise self.make_error("invalid")
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        if not number:
            # '-0' and '0e9' are zero, and are not to be shown or stored as they were written.
            return Decimal(0)
        if number.adjusted() < -self.decimals:
            # So small that to normalize it could make it zero.
            raise self.make_error("decimals", decimals=self.decimals)
        _, digits, exponent = number.normalize().as_tuple()
        if len(digits) > self.significant_digits or len(number.as_tuple().digits) > 28:
            raise self.make_error("digits", digits=self.significant_digits)
        if -int(exponent) > self.decimals:
            raise self.make_error("decimals", decimals=self.decimals)
        return number

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> int | float | None:
        return number_of(value)

    def from_text(self, text: str) -> Decimal:
        if len(text) > 40 or not WRITTEN_NUMBER(text):
            raise self.make_error("invalid")
        return Decimal(text)


class AskedAmount(Amount):
    """An amount to compare with: any number will do, it need not be one that could be stored."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        number = Decimal(value)
        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        return number


class Sum(fields.Field[Decimal]):
    """A sum of amounts, a JSON number. Past 15 digits a double no longer carries it exactly.

    A bound goes `outwards` then, to minus or plus infinity: what it encloses stays enclosed.
    """

    def __init__(self, outwards: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "minimum": 0}
        self._outwards = outwards

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> int | float | None:
        if value is None or self._outwards is None:
            return number_of(value)
        return enclosing(value, self._outwards)


def number_of(value: Decimal | None) -> int | float | None:
    """An exact decimal as the number that JSON has for it."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def enclosing(value: Decimal, outwards: float) -> int | float | None:
    """An exact decimal as a number that a double carries: itself, or the next one `outwards`.

    Past 15 digits the double is not just what is written for it: 922349549364378.2 is ...378.25.
    Both must enclose, because some read the digits, and others the double.
    """
    beyond = operator.ge if outwards > value else operator.le
    number = float(value)
    while (shown := _as_read(number)) != value and not (
        beyond(shown, value) and beyond(Decimal(number), value)
    ):
        number = math.nextafter(number, outwards)
    return number_of(shown)


def _as_read(number: float) -> Decimal:
    """What a double is to its readers: if whole, what it is; else the shortest that is it."""
    return Decimal(number) if number.is_integer() else Decimal(repr(number))


TEN_THOUSANDTHS: int = 10**Amount.decimals
# With room for every digit that a number may have: what it moves is not rounded.
EXACTLY = Context(prec=400)


def scaled(value: Decimal | int | float, towards: Callable[[Fraction], int] = int) -> int:
    """An amount in ten-thousandths: what is stored, compared and summed.

    Whole for every amount that is stored. A number to compare with may fall between two of them:
    `towards` says which one stands for it. Nothing passes through a float.
    """
    if isinstance(value, int):
        return value * TEN_THOUSANDTHS
    if isinstance(value, Decimal):
        moved = EXACTLY.scaleb(value, Amount.decimals)
        whole = int(moved)
        if moved == whole:
            return whole
    return towards(Fraction(str(value)) * TEN_THOUSANDTHS)


class Whole(fields.Integer):
    """A whole number between bounds; `3.0` is one, as JSON has it, `true` and "3" are not."""

    default_error_messages = {
        "invalid": "must be a whole number",
        "range": "must be from {minimum} to {maximum}",
    }

    def __init__(self, minimum: int = 0, maximum: int = 2**53 - 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.metadata = {**self.metadata, "minimum": minimum, "maximum": maximum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if not is_number(value):
            raise self.make_error("invalid")
        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        if value != int(value):
            raise self.make_error("invalid")
        return int(value)

    def from_text(self, text: str) -> int:
        if len(text) > 40 or not WRITTEN_WHOLE(text):
            raise self.make_error("invalid")
        return int(text)


class Number(fields.Float):
    """A measured number between bounds, such as a coordinate."""

    default_error_messages = {
        "invalid": "must be a number",
        "range": "must be from {minimum} to {maximum}",
    }

    def __init__(self, minimum: float, maximum: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.metadata = {**self.metadata, "minimum": minimum, "maximum": maximum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if not is_number(value):
            raise self.make_error("invalid")
        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        return float(value)


class Flag(fields.Boolean):
    """true or false; in a query the words `true` and `false`, nothing looser."""

    default_error_messages = {"invalid": "must be true or false"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value

    def from_text(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise self.make_error("invalid")
        return text == "true"
