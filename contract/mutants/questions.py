"""Patterns of reading a question."""

from contract.mutants.mutant import (
    BOUNDS,
    CHANGES,
    FORMATS,
    LISTS,
    PARAMETERS,
    QUERY,
    READING,
    TIME,
    Mutant,
)

QUESTIONS = (
    Mutant(
        "an unknown parameter is refused",
        READING,
        "            mistakes.append(_unknown(name, known, guesses))",
        "            continue",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a scalar is given once",
        READING,
        "        elif known[name].many:\n",
        "        elif True:\n",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a list ends somewhere",
        READING,
        """    if len(parts) > parameter.most:
        raise ValidationError(f"must name at most {parameter.most} values")
""",
        "",
        f"{QUERY} {BOUNDS}",
    ),
    Mutant(
        "a choice is one of those that there are",
        READING,
        """        if any(part not in parameter.choices for part in parts):
            raise ValidationError(f"must be one of: {', '.join(parameter.choices)}")
""",
        "",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "the nearest name is suggested",
        "schemas/nearest.py",
        "found = next(iter(get_close_matches(word, among, 1, least)), None)",
        "found = None",
        QUERY,
    ),
    Mutant(
        "what was meant is looked for a while only",
        "schemas/nearest.py",
        "and len(self._found) < self._words and self._letters > 0:",
        "and True:",
        "tests/schemas/test_nearest.py",
    ),
    Mutant(
        "a page and a cursor contradict",
        READING,
        'if "page" in values and "cursor" in values:',
        "if False:",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "a sort both ways contradicts itself",
        READING,
        "    if both:\n",
        "    if False:\n",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "pages end at ten thousand records",
        READING,
        'if values.get("page", (1,))[0] * per_page > PAGED_ROWS:',
        "if False:",
        f"{QUERY} {PARAMETERS}",
    ),
    Mutant(
        "the same question has one form",
        READING,
        "return tuple(sorted(distinct) if parameter.operator else distinct)",
        "return tuple(distinct)",
        QUERY,
    ),
    Mutant(
        "a broken escape is malformed",
        "api/wire/querystring.py",
        """    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Problem("malformed-request", "the query string has a '%' that escapes nothing")
""",
        "",
        PARAMETERS,
    ),
    Mutant(
        "a query that is no UTF-8 is malformed",
        "api/wire/querystring.py",
        'return unquote_to_bytes(part.replace(b"+", b" ")).decode()',
        'return unquote_to_bytes(part.replace(b"+", b" ")).decode(errors="replace")',
        PARAMETERS,
    ),
    Mutant(
        "a query ends somewhere",
        "api/wire/querystring.py",
        "if length > LONGEST:",
        "if False:",
        PARAMETERS,
    ),
    Mutant(
        "the parameters of a query end somewhere",
        "api/wire/querystring.py",
        'if length > PAIRS and text.count("&") >= PAIRS:',
        "if False:",
        PARAMETERS,
    ),
    Mutant(
        "a cursor belongs to its question",
        "api/views/place.py",
        """    if f".{asked}." not in query.cursor:""",
        "    if False:",
        LISTS,
    ),
    Mutant(
        "a forged cursor leads nowhere",
        "api/wire/cursor.py",
        """    if not isinstance(after, list) or not all(map(_is_key, after)):
        raise NoSuchPlace
""",
        "",
        PARAMETERS,
    ),
    Mutant(
        "a cursor keeps to its version",
        "api/views/place.py",
        "if query.as_of is not None and query.as_of != cursor.version:",
        "if False:",
        f"{TIME} {PARAMETERS}",
    ),
    Mutant(
        "a place beyond the newest version is refused",
        "api/views/changes.py",
        "    if since.version > release.newest:",
        "    if False:",
        f"{CHANGES} {PARAMETERS}",
    ),
    Mutant(
        "a format that was asked for stays in the links",
        "schemas/query.py",
        "        if parameter in self.names or name == default:\n            return self\n",
        "        if name == default:\n"
        "            return self._replace(given=self.without(parameter))\n",
        FORMATS,
    ),
)
