"""Each kind of value accepts what it says, and refuses the rest with its own message."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.direct import text_loader
from schemas.fields import (
    Amount,
    Code,
    Date,
    Digest,
    Duration,
    Flag,
    Instant,
    Language,
    LanguageMap,
    Number,
    Reference,
    RegionCode,
    RegionId,
    Slug,
    Text,
    Url,
    Whole,
    Word,
    scaled,
    several,
)
from schemas.fields.asked import Cursor, Phrase, VersionOrInstant
from schemas.fields.time import Beginning
from schemas.region import Position, Ubigeo

TEXTS = (
    Text(),
    Slug(),
    Reference("programs"),
    RegionId(),
    RegionCode(),
    Word(),
    Code("metrics"),
    Digest(),
    Language(),
    Duration(),
    Url(),
    Date(),
    Instant(),
    Ubigeo(),
    Cursor(),
    Phrase(),
)
EXAMPLES: dict[type, str] = {
    Text: "Ley N.º 29337",
    Slug: "cluster-support-program",
    Reference: "procompite",
    RegionId: "PE",
    RegionCode: "PE-PIU",
    Word: "business_plans",
    Code: "business_plans",
    Digest: "0" * 64,
    Language: "es-PE",
    Duration: "P8Y",
    Url: "https://example.org/a?b=c",
    Date: "2021-04-28",
    Instant: "2021-04-28T12:00:00Z",
    Ubigeo: "01",
    Cursor: "v4.0123456789ab.abc_-1",
    Phrase: "plan",
}
NOT_TEXT = (None, True, 1, 1.5, Decimal(1), b"x", ["x"], {"x": 1})


def kind_of(field: object) -> str:
    return type(field).__name__


def refusal(field: Any, value: Any) -> str:
    """The message with which a value is refused."""
    with pytest.raises(ValidationError) as refused:
        field.deserialize(value)
    return str(refused.value.messages)


def refused_as(field: Any, value: Any) -> list[str]:
    """The messages with which a value is refused, as they are."""
    with pytest.raises(ValidationError) as refused:
        field.deserialize(value)
    return [str(message) for message in refused.value.messages]


def from_text(field: Any, text: str) -> Any:
    """A value as it is read from a query string."""
    return field.deserialize(field.from_text(text))


@pytest.mark.parametrize("field", TEXTS, ids=kind_of)
def test_text_is_text_and_nothing_that_looks_like_it(field: Text) -> None:
    example = EXAMPLES[type(field)]
    assert from_text(field, example)
    for other in NOT_TEXT:
        refusal(field, other)


@pytest.mark.parametrize("field", TEXTS, ids=kind_of)
@pytest.mark.parametrize(
    "hostile",
    [
        "\n",
        "\r",
        "\t",
        "\x00",
        "\x1b",
        "\x7f",
        "\x80",
        "\x85",
        "\x9f",
        "\u2028",
        "\u2029",
        "\ud800",
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_no_text_holds_control_characters_or_half_a_pair(field: Text, hostile: str) -> None:
    example = EXAMPLES[type(field)]
    for text in (hostile, example + hostile, hostile + example, example[0] + hostile + example[1:]):
        refusal(field, text)


@pytest.mark.parametrize("stray", ["\x85", "\x9b", "\u2028"])
def test_a_question_may_hold_what_the_document_has_always_let_through(stray: str) -> None:
    """What was stored before may hold it too."""
    assert text_loader(Text())(f"a{stray}") == f"a{stray}"
    for refused in ("\x1b", "\ud800", f"{stray}\ud800"):
        with pytest.raises(ValidationError):
            text_loader(Text())(refused)
    assert "on one line" in refusal(Text(), f"a{stray}")
    assert Text().deserialize("a\xa0\u2027\u202e") == "a\xa0\u2027\u202e"


@pytest.mark.parametrize("field", TEXTS, ids=kind_of)
def test_text_is_never_empty_and_never_too_long(field: Text) -> None:
    refusal(field, "")
    refusal(field, "a" * (field.longest + 1))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Text(), "a" * 2001),
        (Slug(), "a" * 81),
        (Code("metrics"), "a" * 41),
        (Url(), "https://example.org/" + "a" * 2000),
        (Cursor(), "v4.0123456789ab." + "a" * 12_000),
    ],
    ids=lambda value: kind_of(value) if isinstance(value, Text) else "",
)
def test_what_is_only_too_long_is_told_so(field: Text, text: str) -> None:
    assert f"at most {field.longest}" in refusal(field, text)


@pytest.mark.parametrize(
    ("field", "text", "form"),
    [
        (Date(), "2024-03-01 10:00:00", "a date such as 2021-04-28"),
        (RegionCode(), "PE-PIURA", "an ISO 3166-2 code such as PE-PIU"),
        (Language(), "spanish", "a language such as 'en' or 'es-PE'"),
        (Digest(), "sha256-" + "0" * 64, "64 hexadecimal digits"),
        (Ubigeo(), "150101", "two digits"),
    ],
)
def test_what_has_another_form_is_told_the_form_and_not_how_long_it_may_be(
    field: Text, text: str, form: str
) -> None:
    assert form in refusal(field, text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *((Slug(), text) for text in ("-a", "a-", "a--b", "A", "a_b", "a b", "ñ", "a/b", "а")),
        *((Word(), text) for text in ("1a", "_a", "a-b", "a b", "é")),
        *((RegionId(), text) for text in ("pe", "P", "PER", "PE-", "PE-PIUR", "PE_PIU", "PE-piu")),
        *((Digest(), text) for text in ("A" * 64, "0" * 63, "g" * 64)),
        *((Language(), text) for text in ("e", "EN", "en_US", "en-us", "en-USA")),
        *((Duration(), text) for text in ("P", "8Y", "P8", "PT1H", "P1D2Y", "P-1Y", "P1.5Y")),
        *((Url(), text) for text in ("ftp://a", "//a", "https://", "https://a b", "javascript:1")),
        *((Ubigeo(), text) for text in ("1", "001", "٠١", "1a")),
        *((Cursor(), text) for text in ("abc", "v0.0123456789ab.a", "v4.0123456789ab.a=")),
    ],
    ids=str,
)
def test_a_pattern_is_matched_whole(field: Text, text: str) -> None:
    refusal(field, text)


@pytest.mark.parametrize(
    "address",
    [
        "http://e.org",
        "https://e.org:8443/a/b;c=d/~e?f=g&h%5B%5D=i#j",
        "https://user:word@e.org/",
        "https://e.org/?a=http://b.org/c?d",
        "http://192.0.2.1/",
        "http://[2001:db8::1]:80/a",
        "http://[v1.a:b]/",
        "https://e.org/a%2Fb%c3%b1",
        "https://ministério.pe/año/Ñuñoa?q=ó#ü",
        "https://例え.jp/引き割り/\U00020000",
        "https://e.org/?q=\ue000",
        "https://e.org/!$&'()*+,;=:@",
    ],
)
def test_an_address_is_an_uri_or_an_iri_and_stays_as_it_is(address: str) -> None:
    assert Url().deserialize(address) == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://e.org/a b", "holds ' ', which an address cannot: write it as %20"),
        ("https://e.org/a\u00a0b", "an address cannot: write it as %C2%A0"),
        ('https://e.org/a"b', "holds '\"', which an address cannot: write it as %22"),
        ("https://e.org/a<b", "'<'"),
        ("https://e.org/a>b", "'>'"),
        ("https://e.org/a|b", "'|'"),
        ("https://e.org/{id}", "write it as %7B"),
        ("https://e.org/}", "'}'"),
        ("https://e.org/\\", "write it as %5C"),
        ("https://e.org/a^b", "'^'"),
        ("https://e.org/`", "'`'"),
        ("https://e.org/\u200e", "write it as %E2%80%8E"),
        ("https://e.org/\ufffe", "write it as %EF%BF%BE"),
        ("https://e.org/\ufdd0", "an address cannot"),
        ("https://e.org/\U0001fffe", "an address cannot"),
        ("https://e.org/\U000e0001", "an address cannot"),
        ("https://e.org/%zz", "holds '%zz'"),
        ("https://e.org/?q=100%", "a '%' itself is '%25'"),
        ("https://e.org/%a", "holds '%a'"),
        ("https://e.org/[x]", "holds '[' in its path, where it cannot stand: write it as %5B"),
        ("https://e.org/?a]", "holds ']' in its query"),
        ("https://e.org/#a#b", "holds '#' in its fragment"),
        ("https://e.org/#a[", "holds '[' in its fragment"),
        ("https://a[b@e.org/", "holds '[' in its user"),
        ("https://e.org/\ue000", "in its path"),
        ("https://e.org/#\ue000", "in its fragment"),
        ("https://\ue000.org/", "in its host"),
        ("http://[::bad/", "no host that can be read: '[::bad'"),
        ("http://[::good]/", "no host that can be read: '[::good]'"),
        ("http://[fe80::1%25eth0]/", "no host"),
        ("http://[v.a]/", "no host"),
        ("http://a[::1]/", "no host"),
        ("http://e.org:80a/", "no host that can be read: 'e.org:80a'"),
        ("http://e.org:80:80/", "no host"),
        ("http://a@b@e.org/", "no host"),
        ("https://:80/", "no host"),
        ("https:///a", "no host"),
        ("https://?a", "no host"),
        ("https://e.org\uff0fevil.org/", "no host"),
        ("https://\u2100.org/", "no host"),
    ],
)
def test_what_is_no_address_is_refused_and_told_by_what(address: str, reason: str) -> None:
    assert reason in "".join(refused_as(Url(), address))


@given(
    st.text(max_size=20).map("https://e.org/".__add__) | st.text(max_size=20).map("http://".__add__)
)
def test_an_address_that_is_accepted_is_one_to_others(address: str) -> None:
    try:
        Url().deserialize(address)
    except ValidationError:
        return
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.geturl().rstrip("?#") == address.rstrip("?#")
    assert not set('<>"{}|^`\\') & set(address)


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31", "2021-04-28"])
def test_a_date_stays_the_text_that_it_is(text: str) -> None:
    assert Date().deserialize(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "20240101",
        "2021-02-30",
        "2021-02-29",
        "0000-01-01",
        "2021-13-01",
        "2021-00-10",
        "2021-1-1",
        "2021-04-28\n",
        " 2021-04-28",
        "2021-W17-3",
        "2021-118",
        "2021-04-28T00:00:00",
        "٢٠٢١-٠٤-٢٨",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    refusal(Date(), text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-04-28", "2021-04-28T00:00:00.000Z"),
        ("2021-04-28T12:30:00Z", "2021-04-28T12:30:00.000Z"),
        ("2021-04-28T12:30:00.5Z", "2021-04-28T12:30:00.500Z"),
        ("2021-04-28T12:30:00.123456Z", "2021-04-28T12:30:00.123Z"),
        ("2021-04-28T19:30:00-05:00", "2021-04-29T00:30:00.000Z"),
        ("0900-01-01T00:00:00Z", "0900-01-01T00:00:00.000Z"),
        # Leap seconds: the next one, as by clocks that know none.
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2015-06-30T23:59:60.25Z", "2015-07-01T00:00:00.250Z"),
        ("2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00.000Z"),
    ],
)
def test_a_moment_is_kept_in_utc_with_milliseconds(text: str, moment: str) -> None:
    assert Instant().deserialize(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "20210428",
        "2021-04-28T12:30Z",
        "2021-04-28T12:30:00",
        "2021-04-28 12:30:00Z",
        "2021-04-28T24:00:00Z",
        "2021-04-28T23:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:58:60Z",
        "2016-12-31T23:59:61Z",
        "9999-12-31T23:59:60Z",
        "2021-04-28T12:30:00+25:00",
        "2021-04-31T12:30:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2021-04-28T12:30:00Z\n",
        "2021-04-28Z",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    refusal(Instant(), text)


@given(st.datetimes(timezones=st.timezones()))
def test_moments_sort_as_their_texts_do(moment: Any) -> None:
    try:
        text = Instant().deserialize(moment.isoformat(timespec="seconds")[:25])
    except ValidationError:
        return  # outside of the years that ISO texts have, or an offset with seconds
    assert len(text) == len("2021-04-28T00:00:00.000Z")


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0, "0"),
        (25, "25"),
        (0.1, "0.1"),
        (Decimal("0.0001"), "0.0001"),
        (Decimal("12345678901.2345"), "12345678901.2345"),
        (922_337_203_685_477, "922337203685477"),
        (Decimal("1E+14"), "100000000000000"),
        (Decimal("1.50000"), "1.5"),
        (-0.0, "0"),
        (Decimal("0E+99"), "0"),
    ],
)
def test_an_amount_is_exact(value: Any, amount: str) -> None:
    assert f"{Amount().deserialize(value):f}".rstrip("0").rstrip(".") == amount.rstrip("0")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "number"),
        (False, "number"),
        ("25", "number"),
        (b"25", "number"),
        ([25], "number"),
        (float("nan"), "number"),
        (float("inf"), "number"),
        (Decimal("NaN"), "number"),
        (Decimal("sNaN"), "number"),
        (Decimal("-Infinity"), "number"),
        (-1, "from 0 to"),
        (Decimal("-0.0001"), "from 0 to"),
        (922_337_203_685_478, "from 0 to"),
        (10**400, "from 0 to"),
        (Decimal("1e400"), "from 0 to"),
        (1_234_567_890_123_456, "from 0 to"),
        (Decimal("123456789012.3456"), "15 significant"),
        (Decimal("99999999999999.99"), "15 significant"),
        (Decimal("1." + "0" * 40), "15 significant"),
        (Decimal("0.00001"), "4 decimals"),
        (Decimal("1.00001"), "4 decimals"),
        (Decimal("1e-9999999999"), "4 decimals"),
        (5e-324, "4 decimals"),
    ],
    ids=str,
)
def test_what_is_no_amount_is_refused(value: Any, reason: str) -> None:
    assert reason in refusal(Amount(), value)


AMOUNTS = st.builds(
    lambda digits, decimals: Decimal(digits).scaleb(-decimals),
    st.integers(0, Amount.largest),
    st.integers(0, Amount.decimals),
)


@given(AMOUNTS)
def test_an_amount_survives_a_double_and_the_store(amount: Decimal) -> None:
    field = Amount()
    served = field._serialize(field.deserialize(amount), "value", {})
    assert Decimal(repr(served)) == amount
    assert Decimal(scaled(amount)).scaleb(-4) == amount
    assert scaled(amount) == scaled(served)  # type: ignore[arg-type]
    assert scaled(amount) < 2**63


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1_0",
        "1,000",
        "+1",
        "01",
        ".5",
        "5.",
        "0x1F",
        "1e",
        "1e9999",
        "٣",
        "NaN",
        "Infinity",
        "1\n",
        "9" * 41,
        "½",
    ],
)
def test_a_number_in_a_query_is_written_as_json_writes_it(text: str) -> None:
    for field in (Amount(), Whole(1, 100)):
        with pytest.raises(ValidationError):
            field.from_text(text)


def test_numbers_in_a_query_are_read() -> None:
    assert from_text(Amount(), "1.25e2") == 125
    assert from_text(Whole(), "12") == 12
    assert from_text(VersionOrInstant(), "3") == 3
    assert from_text(VersionOrInstant(), "2021-04-28") == "2021-04-28T00:00:00.000Z"
    for text in ("03", "0", "-1", "2147483648", "1.5", "", "now", "3\n"):
        with pytest.raises(ValidationError):
            from_text(VersionOrInstant(), text)


@pytest.mark.parametrize("value", [3, 3.0, Decimal("3.0"), Decimal("0.3e1")])
def test_a_whole_number_may_be_written_with_a_point(value: Any) -> None:
    found = Whole(1, 5).deserialize(value)
    assert (found, type(found)) == (3, int)


@pytest.mark.parametrize(
    "value",
    [True, "3", 3.5, Decimal("3.1"), 0, 6, float("nan"), Decimal("NaN"), Decimal("sNaN"), 10**5000],
    ids=lambda value: str(value)[:9] if not isinstance(value, int) else type(value).__name__,
)
def test_what_is_no_whole_number_within_bounds_is_refused(value: Any) -> None:
    refusal(Whole(1, 5), value)


@pytest.mark.parametrize(
    "value", [True, "1", None, 180.1, -180.1, float("nan"), float("inf"), Decimal("NaN"), 10**400]
)
def test_a_coordinate_is_a_number_within_bounds(value: Any) -> None:
    assert Number(-180, 180).deserialize(Decimal("-77.03")) == -77.03
    refusal(Number(-180, 180), value)


def test_a_position_has_two_numbers() -> None:
    assert Position().deserialize([-80.63, -5.19]) == (-80.63, -5.19)
    for wrong in ([-80.63], [-80.63, -5.19, 0], [-5.19, -91], "ab", [None, None]):
        refusal(Position(), wrong)


@pytest.mark.parametrize("value", ["true", "yes", "no", 1, 0, "1", "on", "", 1.0])
def test_a_flag_is_true_or_false_and_nothing_looser(value: Any) -> None:
    assert Flag().deserialize(True) is True
    assert Flag().deserialize(False) is False
    refusal(Flag(), value)


@pytest.mark.parametrize(
    "text", ["yes", "no", "1", "0", "True", "TRUE", "t", "", " true", "true\n"]
)
def test_a_flag_in_a_query_is_one_of_two_words(text: str) -> None:
    assert from_text(Flag(), "true") is True
    assert from_text(Flag(), "false") is False
    with pytest.raises(ValidationError):
        from_text(Flag(), text)


def test_a_closed_list_is_checked_and_an_open_one_comes_with_the_data() -> None:
    assert Code("statuses").deserialize("achieved") == "achieved"
    assert "must be one of: achieved, " in refusal(Code("statuses"), "done")
    assert Code("metrics").deserialize("done") == "done"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Ley", "must be a map"),
        (["Ley"], "must be a map"),
        ({"en": "Law"}, "es"),
        ({"en": "Law", "es": None}, "es"),
        ({"en": "Law", "es": ""}, "not empty"),
        ({"en": "Law", "es": 1}, "must be text"),
        ({"en": "Law", "es": "Ley\n"}, "one line"),
        ({"en": "Law", "es": "Ley", "qu": "Kamachiy"}, "unknown language 'qu'"),
        ({"en": "Law", "es": "Ley", 1: "x"}, "unknown language 1"),
    ],
)
def test_a_name_has_a_text_in_each_language_and_no_other(value: Any, reason: str) -> None:
    assert reason in refusal(LanguageMap(), value)


def test_languages_come_in_one_order() -> None:
    found = LanguageMap().deserialize({"es": "Ley", "en": "Law"})
    assert list(found.items()) == [("en", "Law"), ("es", "Ley")]


def test_a_list_names_nothing_twice() -> None:
    assert several(Slug()).deserialize(["a", "b"]) == ["a", "b"]
    assert several(Slug()).deserialize([]) == []
    assert "twice" in refusal(several(Slug()), ["a", "b", "a"])
    assert "at least 1" in refusal(several(Slug(), at_least=1), [])
    refusal(several(Slug()), "a")
    refusal(several(Slug()), {"a": "b"})


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2024-01-05", "2024-01-05T00:00:00.000Z"),
        ("2024-01-05T00:00:00.001Z", "2024-01-05T00:00:00.001Z"),
        ("2024-01-05T00:00:00.0010Z", "2024-01-05T00:00:00.001Z"),
        ("2024-01-05T00:00:00.0005Z", "2024-01-05T00:00:00.001Z"),
        ("2024-01-05T00:00:00.000000000001Z", "2024-01-05T00:00:00.001Z"),
        ("2024-01-04T23:59:59.9999+00:00", "2024-01-05T00:00:00.000Z"),
    ],
)
def test_what_begins_between_two_milliseconds_begins_with_the_later_one(
    text: str, begins: str
) -> None:
    assert Beginning().deserialize(text) == begins


def test_what_would_begin_after_the_last_moment_is_refused() -> None:
    refusal(Beginning(), "9999-12-31T23:59:59.9999Z")
