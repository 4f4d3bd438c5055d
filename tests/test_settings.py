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


@pytest.mark.parametrize("variable", ["QUIPU", "QUIPU_", "QUIPU_SOURCE_TEXTS", "QUIPU_API_KEY"])
def test_what_is_spelt_like_no_setting_is_somebody_elses(variable: str) -> None:
    assert read_settings({variable: "1"}) == Settings()
