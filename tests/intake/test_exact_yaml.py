"""YAML without its surprises."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.intake.exact_yaml import read_yaml
from api.intake.finding import Unreadable


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "figures.yaml"


def read(file: Path, text: str | bytes) -> Any:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(file)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("12345678901.2345", Decimal("12345678901.2345")),
        ("1.50", Decimal("1.50")),
        ("1e3", Decimal("1e3")),
        ("12600000", 12_600_000),
        ("-5", -5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_numbers_are_exact_and_json_has_the_words(file: Path, text: str, value: Any) -> None:
    found = read(file, f"a: {text}\n")["a"]
    assert (found, type(found)) == (value, type(value))
    assert str(found) == str(value)


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "no", "on", "off", "y", "n", "True", "TRUE", "False", "Null", "NULL"),
        *("2021-04-28", "2021-04-28T12:00:00Z", "12:30:45", "1_000", "0x1F", "0o17", "017", "08"),
        *(".5", "5.", "+5", ".nan", ".inf", "-.inf", "1e", "=", "<<"),
    ],
)
def test_everything_else_is_text(file: Path, text: str) -> None:
    assert read(file, f"a: {text}\n") == {"a": text}


def test_quoted_numbers_are_text(file: Path) -> None:
    assert read(file, "a: '25'\nb: \"1.5\"\n") == {"a": "25", "b": "1.5"}


def test_accents_stay_what_they_are(file: Path) -> None:
    assert read(file, "a: Balcázar, ñandú 🦙\n") == {"a": "Balcázar, ñandú 🦙"}
    assert read(file, b"\xef\xbb\xbfa: 1\n") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2\n", "the key 'a' stands twice"),
        ("a: {b: 1, 'b': 2}\n", "the key 'b' stands twice"),
        ("- {c: 1}\n- {c: 1, d: 2, c: 1}\n", "the key 'c' stands twice"),
        ("a: &x 1\nb: *x\n", "aliases are not allowed: write out what '*x' stands for, line 2"),
        ("a: &x [1]\nb: [*x, *x]\n", "aliases are not allowed"),
        ("a: !!python/object/apply:os.system ['true']\n", "tags such as"),
        ("a: !!python/name:os.system\n", "tags such as"),
        ("a: !!binary aGk=\n", "tags such as"),
        ("a: !!set {b, c}\n", "tags such as"),
        ("a: !!float nan\n", "tags such as"),
        ("a: !!int 1_0\n", "tags such as"),
        ("a: !!map [b]\n", "tags such as"),
        ("a: !local b\n", "tags such as"),
        ("!!omap [a: 1]\n", "tags such as"),
        ("? [a, b]\n: 1\n", "a key must be text"),
        ("{a: b}: 1\n", "a key must be text"),
        ("a: 1\n---\nb: 2\n", "expected a single document"),
        ("a: [1, 2\n", "expected"),
        ("a: b: c\n", "mapping values are not allowed"),
        ("\ta: 1\n", "cannot start any token"),
        ("a: 1\nb: \x00\n", "special characters are not allowed: U+0000, line 2"),
        ('a: "\\ud800"\n', "half of a surrogate pair"),
        ('"\\udfff": 1\n', "half of a surrogate pair"),
        (b"a: 1\nb: \xff\n", "is not UTF-8, line 2"),
        ("a: 1\n".encode("utf-16"), "is not UTF-8, line 1; it may be UTF-16: save it as UTF-8"),
        ("a: 1\n".encode("utf-16-le"), "U+0000, line 1; it may be UTF-16: save it as UTF-8"),
        ("a: " + "[" * 2000 + "]" * 2000, "nested too deeply"),
        ("a: 1e" + "9" * 30, "too large to read"),
        ('a: "\\UFFFFFFFF"\n', "an escape stands for no character"),
        ('a: 1\nb: "x\n  \\U00110000"\n', "is \\U0010FFFF, line 3, column 5"),
    ],
    ids=lambda part: repr(part)[:30],
)
def test_what_is_not_plain_is_refused(file: Path, text: str | bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(file, text)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "unicode string" not in str(refused.value)


def test_a_refusal_says_where(file: Path) -> None:
    with pytest.raises(Unreadable, match="line 3, column 1"):
        read(file, "a: 1\nb: 2\na: 3\n")


def test_a_key_that_is_quoted_is_cut(file: Path) -> None:
    key = "k" * 500
    with pytest.raises(Unreadable) as refused:
        read(file, f"{key}: 1\n{key}: 2\n")
    assert "(500 characters) stands twice in one map, line 2, column 1" in str(refused.value)
    assert key not in str(refused.value)


def test_a_nest_of_aliases_does_not_blow_up(file: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    with pytest.raises(Unreadable, match="aliases"):
        read(file, "\n".join(lines))
