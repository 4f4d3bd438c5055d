"""Patterns of conflicting claims, evidence, citations and the search."""

from contract.mutants.mutant import CITED, CLAIMED, EVIDENCE, SEARCHED, Mutant

CONFLICTS = "tests/store/test_conflicts.py"

CLAIMS = (
    Mutant(
        "a conflict that is over is closed",
        "api/store/conflicts.py",
        'f"UPDATE {table} SET to_version = :version WHERE to_version IS NULL "',
        'f"UPDATE {table} SET to_version = :version WHERE to_version IS NULL AND 1 = 0 "',
        CONFLICTS,
    ),
    Mutant(
        "only what lies beyond the others' bounds is contradicted",
        "api/store/conflicts.py",
        'f"WHERE (t.{low} > span.high OR t.{high} < span.low) AND',
        'f"WHERE',
        CONFLICTS,
    ),
    Mutant(
        "conflicts of an old version are those of that version",
        "api/store/conflicts.py",
        """f"WHERE c.contradicted = row AND {in_version(at, 'c')})\"""",
        'f"WHERE c.contradicted = row)"',
        f"{CONFLICTS} {CLAIMED}",
    ),
    Mutant(
        "digits in the middle of a longer number are not those of the figure",
        "api/intake/evidence.py",
        "before[-1:].isnumeric() or _joins(before[:-3:-1]) or",
        "",
        "tests/intake/test_evidence.py",
    ),
    Mutant(
        "a word that multiplies what was multiplied, or is not read, is refused",
        "schemas/notation.py",
        r'rf"(?!{TO_SECOND}(?:{self.words})(?!\w))",',
        '"",',
        "tests/schemas/test_notation.py",
    ),
    Mutant(
        "a minus before digits is not passed over",
        "schemas/printed.py",
        "if before and _ends_in_minus(before):",
        "if False:",
        "tests/schemas/test_notation.py",
    ),
    Mutant(
        "a word that multiplies is not left off",
        "api/intake/evidence.py",
        "elif word := word_left_off(stated, after, language):",
        "elif word := None:",
        "tests/intake/test_evidence.py",
    ),
    Mutant(
        "a source's text is known by its hash",
        "api/intake/evidence.py",
        'if digest != source["sha256"]:',
        "if False:",
        "tests/intake/test_evidence.py tests/cli/test_validate.py",
    ),
    Mutant(
        "digits that are printed say the value",
        "api/intake/evidence.py",
        'if printed != figure["value"]:',
        "if False:",
        "tests/intake/test_evidence.py tests/intake/test_wrong_records.py",
    ),
    Mutant(
        "a check of another place says nothing of this one",
        "api/store/snapshot.py",
        'if parse(body)["source"] == figure["source"]:',
        "if True:",
        f"{EVIDENCE} tests/store/test_checks.py",
    ),
    Mutant(
        "what a search shows can do no harm",
        "api/wire/highlight.py",
        "<mark>{escape(text[first:last])}</mark>",
        "<mark>{text[first:last]}</mark>",
        "tests/wire/test_highlight.py",
    ),
    Mutant(
        "what stands beside a mark can do no harm",
        "api/wire/highlight.py",
        "    yield escape(text[done:end])\n",
        "    yield text[done:end]\n",
        f"tests/wire/test_highlight.py {SEARCHED}",
    ),
    Mutant(
        "what is called just so comes first",
        "api/store/relevance.py",
        """    if sought.whole in [titles.get(name) or fold(name) for name in names]:
        return "exact", (0, 0, 0)
""",
        "",
        SEARCHED,
    ),
    Mutant(
        "only the last word may be a beginning",
        "api/store/relevance.py",
        """return [*(f" {word} " for word in some), f" {last}"]""",
        """return [f" {word}" for word in self.words]""",
        f"{SEARCHED} tests/store/test_text.py",
    ),
    Mutant(
        "no record of later takes a place in the search of an old version",
        "api/store/search.py",
        "    elif at is not None:\n        # No row",
        "    elif False:\n        # No row",
        SEARCHED,
    ),
    Mutant(
        "LaTeX does not take a text for a command",
        "api/wire/citations/as_bibtex.py",
        '        "\\\\": r"\\textbackslash{}",\n',
        "",
        CITED,
    ),
)
