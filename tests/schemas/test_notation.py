"""Reading quantities as they were printed."""

import re
from decimal import Decimal
from pathlib import Path
from unicodedata import combining, normalize

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from schemas.evidence import in_words
from schemas.fields import Language
from schemas.notation import NOTATIONS
from schemas.printed import printed_value, read_printed

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("stated", "language", "value"),
    [
        ("25", "en", "25"),
        ("143,095", "en", "143095"),
        ("9,723", "en", "9723"),
        ("9.723", "en", "9.723"),
        ("9.723", "es", "9723"),
        ("9,723", "es", "9.723"),
        ("9,723", "es-PE", "9723"),
        ("9.723", "es-PE", "9.723"),
        ("9.723", "es-AR", "9723"),
        ("S/. 1.874 billion", "en", "1874000000"),
        ("S/. 1.874 billion", "en-GB", "1874000000"),
        ("100 million soles", "en", "100000000"),
        ("100 MILLION soles", "en", "100000000"),
        ("20\u00a0million", "en", "20000000"),
        ("2 thousand", "en", "2000"),
        ("1.5 trillion", "en", "1500000000000"),
        ("1,5 millones", "es", "1500000"),
        ("1.874 mil millones", "es-PE", "1874000000"),
        ("2 mil", "es", "2000"),
        ("un 1 millón", "es", "1000000"),
        ("1 billón", "es", "1000000000000"),
        ("10 millionaires", "en", "10"),
        ("0.25", "en", "0.25"),
        ("1,234,567.89", "en", "1234567.89"),
        ("more than 7.", "en", "7"),
        ("7, at least", "en", "7"),
        ("0007", "en", "7"),
        ("1 mil\u00a0millones", "es", "1000000000"),
        ("1 mil  millones", "es-PE", "1000000000"),
        ("5 millo\u0301n", "es", "5000000"),
        ("5 MILLONES", "es", "5000000"),
        ("5 thou\u017fand", "en", "5000"),
        ("1,234", "es-MX", "1234"),
        ("£20m", "en", "20000000"),
        ("$2.3 mn", "en", "2300000"),
        ("$20M", "en", "20000000"),
        ("1bn", "en", "1000000000"),
        ("1 Bn", "en", "1000000000"),
        ("US$ 3k", "en", "3000"),
        ("2tn", "en", "2000000000000"),
        ("1.5 millions", "en", "1500000"),
        ("3 thousand million", "en", "3000000000"),
        ("20million", "en", "20000000"),
        ("a 20-million fund", "en", "20000000"),
        ("20 million-dollar", "en", "20000000"),
        ("COVID-19", "en", "19"),
        ("- 5 plans", "en", "5"),
        ("5%", "en", "5"),
        ("25 mm", "en", "25"),
        ("25 kg", "en", "25"),
        ("S/ 25 MM", "es-PE", "25000000"),
        ("S/ 25MM", "es-PE", "25000000"),
        ("25 mm", "es-PE", "25"),
        ("5 m", "es", "5"),
        ("5 mill. de soles", "es-PE", "5000000"),
        ("5 MILLON", "es", "5000000"),
        ("3,25 M€", "es", "3250000"),
        ("2mil", "es", "2000"),
        ("2 millardos", "es", "2000000000"),
        ("3 miles de millones", "es", "3000000000"),
        ("12 trillones", "es", "12000000000000000000"),
        ("31 237 385", "es-PE", "31237385"),
        ("19\u00a0500,5", "es", "19500.5"),
        ("25 000", "es-CR", "25000"),
        ("R$ 1.234,5 milhões", "pt", "1234500000"),
        ("R$ 20 mi", "pt-BR", "20000000"),
        ("2 bilhões", "pt", "2000000000"),
        ("2 BILHOES", "pt", "2000000000"),
        ("3 mil milhões", "pt", "3000000000"),
        ("1 trilhão", "pt", "1000000000000"),
        ("1.234,5", "pt-PT", "1234.5"),
        ("1\u00a0234,5", "pt-PT", "1234.5"),
        ("2 biliões", "pt-PT", "2000000000000"),
        ("2 biliões", "pt-MZ", "2000000000000"),
        ("1\u202f234\u202f567,5 euros", "fr", "1234567.5"),
        ("10 mille", "fr", "10000"),
        ("1,5 milliard d'euros", "fr", "1500000000"),
        ("3 Md€", "fr-BE", "3000000000"),
        ("2 billions", "fr", "2000000000000"),
    ],
)
def test_a_quantity_is_read_as_its_language_prints_it(
    stated: str, language: str, value: str
) -> None:
    assert printed_value(stated, language) == Decimal(value)


@pytest.mark.parametrize(
    ("stated", "language"),
    [
        ("1,23", "en"),
        ("1,2345", "en"),
        ("12,34,567", "en"),
        ("1234,567", "en"),
        (",123", "en"),
        (".5", "en"),
        ("1.234.567", "en"),
        ("1.23", "es"),
        ("1,234,567", "es"),
        ("5 to 7", "en"),
        ("5-7", "en"),
        ("2 of 10", "en"),
        ("7²", "en"),
        ("٣", "en"),
        ("seven", "en"),
        ("5 m\u0131llion", "en"),
        ("5 M\u0130LLONES", "es"),
        ("5m\u0131llion", "en"),
        ("", "en"),
        ("3½", "en"),
        ("3 ½", "en"),
        ("½3", "en"),
        ("2 mil 500 millones", "es"),
        ("1,23 million", "en"),
        ("2019 500", "es"),
        ("12 3456", "es"),
        ("12 345 6", "es"),
        ("1234 567", "fr"),
        ("1 234.567", "es"),
        ("1.234 567", "pt-PT"),
        ("31\u202f237\u00a0385", "es-PE"),
        ("25 000", "pt"),
        ("25 000", "en"),
        ("1.234", "fr"),
    ],
)
def test_what_is_not_one_number_is_refused(stated: str, language: str) -> None:
    with pytest.raises(ValueError, match="exactly one number"):
        printed_value(stated, language)


@pytest.mark.parametrize(
    ("stated", "language", "words"),
    [
        ("5 k", "en", "k"),
        ("5 m", "en", "m"),
        ("US$1.2B", "en", "B"),
        ("25 MM", "en", "MM"),
        ("3 hundred", "en", "hundred"),
        ("3 hundred thousand", "en", "hundred thousand"),
        ("2 dozen", "en", "dozen"),
        ("2 score", "en", "score"),
        ("5 lakh", "en", "lakh"),
        ("5 crores", "en", "crores"),
        ("2 and a half million", "en", "and a half million"),
        ("5 million million", "en", "million million"),
        ("5 million-million", "en", "million-million"),
        ("3 bn thousand", "en", "bn thousand"),
        ("5 millones de millones", "es", "millones de millones"),
        ("1 millón y medio", "es", "millón y medio"),
        ("2 docenas", "es", "docenas"),
        ("3 cientos", "es", "cientos"),
        ("3 millares", "es", "millares"),
        ("3 M", "es", "M"),
        ("25 MMUSD", "es-PE", "MMUSD"),
        ("2 dúzias", "pt", "dúzias"),
        ("2 duzias", "pt", "duzias"),
        ("2 biliões", "pt", "biliões"),
        ("2 bilhões", "pt-PT", "bilhões"),
        ("2 douzaines", "fr", "douzaines"),
        ("3 cents", "fr", "cents"),
    ],
)
def test_a_word_that_multiplies_and_is_not_read_is_refused_by_name(
    stated: str, language: str, words: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"multiplies by {words!r}")):
        printed_value(stated, language)


@pytest.mark.parametrize("stated", ["25kg", "x25", "7th", "20mio", "EUR25", "25º"])
def test_letters_that_touch_the_digits_are_a_scale_or_refused(stated: str) -> None:
    with pytest.raises(ValueError, match="letters at its digits"):
        printed_value(stated, "en")


@pytest.mark.parametrize(
    "stated",
    ["-5", "\u22125", "-$5", "-$ 5", "\u2212US$ 5", "-S/ 5", "-S/. 5", "-Bs 5", "(-5)", "US$ -5"],
)
def test_what_is_below_zero_is_refused(stated: str) -> None:
    with pytest.raises(ValueError, match="minus before its digits"):
        printed_value(stated, "en")


@pytest.mark.parametrize("stated", ["5 mil\u00adlones", "20\u200bmillones", "5\u2060000"])
def test_a_character_that_is_not_seen_is_refused(stated: str) -> None:
    with pytest.raises(ValueError, match="not seen"):
        printed_value(stated, "es")


# Of a part of the world, es_419, no source can be.
LOCALES = [
    name
    for name in locale_identifiers()
    if name.partition("_")[0] in {"es", "fr", "pt"} and not name.endswith("_419")
]
# Where French is printed otherwise: a point there would be a decimal's to others.
NOT_READ = {"fr_LU"}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_is_read_as_each_country_prints_it(locale: str) -> None:
    symbols = Locale.parse(locale).number_symbols["latn"]
    language = locale.replace("_", "-")
    group, decimal = symbols["group"], symbols["decimal"]
    assert printed_value(f"1{decimal}25", language) == Decimal("1.25")
    if locale in NOT_READ:
        with pytest.raises(ValueError, match="exactly one number"):
            printed_value(f"1{group}234", language)
    else:
        assert printed_value(f"1{group}234{decimal}5", language) == Decimal("1234.5")


@given(
    groups=st.lists(
        st.integers(0, 999).map("{:03}".format) | st.integers(0, 9999).map(str),
        min_size=2,
        max_size=4,
    ),
    language=st.sampled_from(["es", "es-PE", "fr", "pt-PT"]),
    blank=st.sampled_from(" \u00a0\u202f"),
)
def test_blanks_part_full_groups_of_three_and_nothing_else(
    groups: list[str], language: str, blank: str
) -> None:
    first, *others = groups
    printed = blank.join(groups)
    if len(first) <= 3 and all(len(group) == 3 for group in others):
        reading = read_printed(printed, language)
        assert (reading.value, reading.group) == (int("".join(groups)), blank)
    else:
        with pytest.raises(ValueError, match="exactly one number"):
            read_printed(printed, language)


@pytest.mark.parametrize(
    ("language", "word"),
    [(name, word) for name in NOTATIONS for word in NOTATIONS[name].scales.refused],
)
def test_no_word_is_both_read_and_refused(language: str, word: str) -> None:
    assert word not in NOTATIONS[language].scales.read
    with pytest.raises(ValueError, match="multiplies by"):
        printed_value(f"5 {word}", language)


@given(
    words=st.lists(st.integers(0, 100), min_size=2, max_size=3),
    language=st.sampled_from(sorted(NOTATIONS)),
)
def test_two_words_are_one_scale_or_refused(words: list[int], language: str) -> None:
    known = sorted(NOTATIONS[language].scales.read)
    phrase = " ".join(known[number % len(known)] for number in words)
    if phrase in known:
        assert printed_value(f"5 {phrase}", language) == 5 * NOTATIONS[language].scales.read[phrase]
    else:
        with pytest.raises(ValueError, match="multiplies by"):
            printed_value(f"5 {phrase}", language)


@pytest.mark.parametrize("language", sorted(NOTATIONS))
def test_every_word_that_is_read_is_documented(language: str) -> None:
    page = _plain((ROOT / "docs" / "data.md").read_text(encoding="utf-8"))
    for word in [*NOTATIONS[language].scales.read, *NOTATIONS[language].scales.touching]:
        # The page has one form of a word: singular and plural end differently.
        stem = word[:-3] if len(word) > 5 else word
        assert re.search(rf"(?<!\w){re.escape(_plain(stem))}", page), word


def test_every_language_that_is_read_is_one_that_a_source_can_state() -> None:
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    table = page.partition("| `language` |")[2].partition("\n\n")[0]
    first = " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))
    documented = re.findall(r"`([\w-]+)`", first)
    assert {"en", "es-PE", "pt-PT"} < {*documented} <= {*NOTATIONS}
    for language in NOTATIONS:
        assert Language().deserialize(language) == language


def _plain(text: str) -> str:
    return "".join(mark for mark in normalize("NFD", text) if not combining(mark))


def test_a_blank_between_groups_is_named_where_a_reading_is_told() -> None:
    told = in_words(read_printed("31 237", "es-PE"))
    assert "a blank parts thousands" in told["en"]
    assert "un espacio separa los miles" in told["es"]
    assert "',' parts thousands" in in_words(read_printed("31,237", "es-PE"))["en"]


def test_a_language_without_a_notation_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no notation is known for language 'qu'"):
        printed_value("25", "qu")


@given(
    digits=st.integers(0, 10**15 - 1),
    decimals=st.integers(0, 4),
    language=st.sampled_from(sorted(NOTATIONS)),
    around=st.sampled_from([("", ""), ("S/. ", " soles"), ("more than ", "")]),
)
def test_what_is_printed_is_read_again(
    digits: int, decimals: int, language: str, around: tuple[str, str]
) -> None:
    value = Decimal(digits).scaleb(-decimals)
    locale = "es_AR" if language == "es" else language.replace("-", "_")
    printed = format_decimal(value, locale=locale, decimal_quantization=False)
    assert printed_value(around[0] + printed + around[1], language) == value


@given(
    whole=st.integers(1, 999),
    language=st.sampled_from(sorted(NOTATIONS)),
    data=st.data(),
)
def test_a_word_multiplies(whole: int, language: str, data: st.DataObject) -> None:
    word, factor = data.draw(st.sampled_from(sorted(NOTATIONS[language].scales.read.items())))
    assert printed_value(f"{whole} {word}", language) == whole * factor
    if word.isalpha():
        assert printed_value(f"{whole} {word}x", language) == whole
