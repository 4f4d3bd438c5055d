"""Settings are read strictly: what cannot be one is refused with the variable's name."""

import pytest

from api.settings import SETTINGS, SettingError, Settings, read_settings


def test_without_an_environment_there_are_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert [setting.name for setting in SETTINGS] == list(vars(Settings()))


@pytest.mark.parametrize(
    "authority",
    [
        "data.example.org,2021",
        "data.example.org,2021-04",
        "example.org,2021-04-28",
        "datos@example.org,2021",
        "quipu.invalid,2021",
    ],
)
def test_a_tag_authority_is_a_name_and_a_day_on_which_it_was_ones_own(authority: str) -> None:
    assert read_settings({"QUIPU_TAG_AUTHORITY": authority}).tag_authority == authority


@pytest.mark.parametrize(
    "authority",
    [
        "",
        "example.org",
        "example.org,",
        ",2021",
        "example.org,21",
        "example.org,2021-13",
        "example.org,2021-04-32",
        "example.org:8000,2021",
        "https://example.org,2021",
        "Example.org,2021",
        "-example.org,2021",
        "exa mple.org,2021",
        "a@b@example.org,2021",
        "example.org,2021\n",
        "tag:example.org,2021",
    ],
)
def test_what_is_no_tag_authority_is_refused(authority: str) -> None:
    with pytest.raises(SettingError, match="QUIPU_TAG_AUTHORITY"):
        read_settings({"QUIPU_TAG_AUTHORITY": authority})


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("", ""),
        ("https://data.example.org", "https://data.example.org"),
        ("https://data.example.org/", "https://data.example.org"),
        ("http://localhost:8000/v1/", "http://localhost:8000/v1"),
        ("http://192.0.2.1/", "http://192.0.2.1"),
        ("http://[2001:db8::1]:8000/a%20b", "http://[2001:db8::1]:8000/a%20b"),
    ],
)
def test_a_public_url_is_what_addresses_begin_with(address: str, read: str) -> None:
    assert read_settings({"QUIPU_PUBLIC_URL": address}).public_url == read


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("data.example.org", "must begin with http:// or https://"),
        ("ftp://data.example.org", "must begin with"),
        ("https://a.org?x=1", "no query and no fragment"),
        ("https://a.org/#f", "no query and no fragment"),
        ("https://a.org?", "no query and no fragment"),
        ('https://ex ample"', "must be an address with a host"),
        ("https://", "must be an address with a host"),
        ("https:///path", "must be an address with a host"),
        ("https://:80", "must be an address with a host"),
        ("https://a.org:port", "must be an address with a host"),
        ("https://a.org:0", "must be an address with a host"),
        ("https://a.org:65536", "must be an address with a host"),
        ("https://a.org\n", "must be an address with a host"),
        ("https://a.org/a b", "must be an address with a host"),
        ("https://a.org/%zz", "must be an address with a host"),
        ("https://user:word@a.org", "must be an address with a host"),
        ("https://[::g]", "must be an address with a host"),
        ("https://[1:2]", "must be an address with a host"),
        ("https://año.pe", "in ASCII"),
    ],
)
def test_what_is_no_public_url_is_refused(address: str, reason: str) -> None:
    with pytest.raises(SettingError, match=f"QUIPU_PUBLIC_URL=.* {reason}"):
        read_settings({"QUIPU_PUBLIC_URL": address})


@pytest.mark.parametrize("reporter", ["quipu", "PE-RUC-20131370645", "XI-EXAMPLE-1", "PE-Ñ"])
def test_who_reports_in_iati_is_an_identifier(reporter: str) -> None:
    assert read_settings({"QUIPU_IATI_REPORTER": reporter}).iati_reporter == reporter


@pytest.mark.parametrize(
    "reporter",
    [
        "",
        "PE X",
        "PE/X",
        "PE&X",
        "PE|X",
        "PE?X",
        'PE<&"/x y',
        "PE\n",
        "PE\u00a0X",
        "PE\x00",
        "P\u200bE",
    ],
)
def test_what_is_no_identifier_of_a_reporter_is_refused(reporter: str) -> None:
    with pytest.raises(SettingError, match="must be an identifier of an organisation"):
        read_settings({"QUIPU_IATI_REPORTER": reporter})


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("QUIPU_DATABSE", "QUIPU_DATABASE"),
        ("QUIPU_DATABASES", "QUIPU_DATABASE"),
        ("QUIPU_CACHE_BYTE", "QUIPU_CACHE_BYTES"),
        ("QUIPU_SPOOL_GB", "QUIPU_SPOOL_MB"),
        ("QUIPU_PUBLIC_URI", "QUIPU_PUBLIC_URL"),
    ],
)
def test_a_misspelt_variable_is_not_passed_over(variable: str, meant: str) -> None:
    with pytest.raises(SettingError, match=f"{variable} is no setting; did you mean {meant}?"):
        read_settings({variable: "1"})


@pytest.mark.parametrize(
    "variable", ["QUIPU", "QUIPU_", "QUIPU_SOURCE_TEXTS", "QUIPU_DATABASE_URL"]
)
def test_what_is_spelt_like_no_setting_is_somebody_elses(variable: str) -> None:
    assert read_settings({variable: "1"}) == Settings()
