"""Settings are read strictly: what cannot be one is refused with the variable's name."""

import pytest

from api.settings import SETTINGS, SettingError, Settings, read_settings


def test_without_an_environment_there_are_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert {setting.name: setting.default for setting in SETTINGS} == vars(Settings())


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
