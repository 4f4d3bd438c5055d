"""Patterns of values and records."""

from contract.mutants.mutant import (
    BOUNDS,
    FIELDS,
    MOMENTS,
    NUMBER,
    PARAMETERS,
    QUERY,
    RECORDS,
    TEXT,
    Mutant,
)

VALUES = (
    Mutant(
        "a whole number has bounds",
        NUMBER,
        """        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        if value != int(value):""",
        "        if value != int(value):",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "a whole number is whole",
        NUMBER,
        """        if value != int(value):
            raise self.make_error("invalid")
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a whole number in a query is plain digits",
        NUMBER,
        r'WHOLE_PATTERN = r"^-?(?:0|[1-9][0-9]*)$"',
        r'WHOLE_PATTERN = r"^\s*[+-]?[\d_]+\s*$"',
        f"{FIELDS} {PARAMETERS}",
    ),
    Mutant(
        "an amount is at least zero and fits the store",
        NUMBER,
        """        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        if not number:""",
        "        if not number:",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "an amount has at most fifteen digits",
        NUMBER,
        """        if len(digits) > self.significant_digits or len(number.as_tuple().digits) > 28:
            raise self.make_error("digits", digits=self.significant_digits)
""",
        "",
        FIELDS,
    ),
    Mutant(
        "an amount has at most four decimals",
        NUMBER,
        """        if -int(exponent) > self.decimals:
            raise self.make_error("decimals", decimals=self.decimals)
""",
        "",
        FIELDS,
    ),
    Mutant(
        "true is no number",
        NUMBER,
        "return isinstance(value, int) and not isinstance(value, bool)",
        "return isinstance(value, int)",
        FIELDS,
    ),
    Mutant(
        "an amount never passes through a float",
        NUMBER,
        "return towards(Fraction(str(value)) * TEN_THOUSANDTHS)",
        "return towards(Fraction(float(value)) * 10**Amount.decimals)",
        f"{FIELDS} tests/store/test_tables.py tests/store/test_filters.py",
    ),
    Mutant(
        "a flag is one of two words",
        NUMBER,
        """        if text not in ("true", "false"):
            raise self.make_error("invalid")
        return text == "true\"""",
        '        return text in ("true", "yes", "1")',
        FIELDS,
    ),
    Mutant(
        "a pattern is matched whole",
        TEXT,
        """.removesuffix("$")).fullmatch""",
        """.removesuffix("$")).match""",
        FIELDS,
    ),
    Mutant(
        "control characters are refused",
        TEXT,
        r'TEXT_PATTERN = rf"^[^{CONTROL}]+$"',
        r'TEXT_PATTERN = r"^[\s\S]+$"',
        f"{FIELDS} {QUERY}",
    ),
    Mutant(
        "half a surrogate pair is no text",
        TEXT,
        """        if not value.isascii() and self.stray.search(value):
            raise self.make_error("invalid" if HALF_PAIR.search(value) else "pattern")
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a text ends somewhere",
        TEXT,
        """        if len(value) > self.longest:
            raise self.make_error("too_long", longest=self.longest)
""",
        "",
        f"{FIELDS} {BOUNDS}",
    ),
    Mutant(
        "a code of a closed list is one of it",
        TEXT,
        """        if self.choices and code not in self.choices:
            meant = meant_of(code, self.choices)
            raise self.make_error("closed", choices=", ".join(self.choices), meant=meant)
""",
        "",
        FIELDS,
    ),
    Mutant(
        "a date is written with hyphens",
        MOMENTS,
        r'DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"',
        r'DATE_PATTERN = r"^[0-9-]{8,10}$"',
        FIELDS,
    ),
    Mutant(
        "a date is one of the calendar",
        MOMENTS,
        """        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("calendar") from error
        return text""",
        "        return text",
        FIELDS,
    ),
    Mutant(
        "an unknown field of a record is refused",
        "schemas/record.py",
        "        unknown = RAISE",
        '        unknown = "exclude"',
        RECORDS,
    ),
    Mutant(
        "bounds follow from the qualifier",
        "schemas/figure_checks.py",
        "    check_bounds,\n",
        "",
        RECORDS,
    ),
    Mutant(
        "about gives no bounds",
        "schemas/bounds.py",
        """        case _:
            return Bounds()""",
        """        case _:
            return Bounds(value, value, True, True)""",
        "tests/schemas/test_bounds.py",
    ),
)
