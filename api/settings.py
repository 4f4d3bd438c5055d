"""The settings: each with its name, type, default and meaning, read from QUIPU_* once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class SettingError(ValueError):
    """A setting's text cannot be read; says which and why."""


class Setting(NamedTuple):
    name: str
    read: Callable[[str], Any]
    default: Any
    help: str

    @property
    def variable(self) -> str:
        return f"QUIPU_{self.name.upper()}"


def _address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text.rstrip("/")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("must be a whole number from 1")
    return int(text)


SETTINGS = (
    Setting("database", str, "quipu.db", "The SQLite file that is served and loaded into."),
    Setting("public_url", _address, "", "Where the service is reached; makes links absolute."),
    Setting("iati_reporter", str, "quipu", "Who reports in IATI: an organization's identifier."),
    Setting("statement_timeout_ms", _positive, 1000, "When a query is given up, with a 503."),
    Setting("spool", str, "", "The folder where downloads are kept; else a temporary one."),
    Setting("spool_mb", _positive, 4096, "Megabytes that the downloads may take together."),
    Setting("lock_timeout_ms", _positive, 30_000, "How long a load waits for another one."),
)


@dataclass(frozen=True)
class Settings:
    """The settings' values. Passed to who needs them, never looked up."""

    database: str = "quipu.db"
    public_url: str = ""
    iati_reporter: str = "quipu"
    statement_timeout_ms: int = 1000
    spool: str = ""
    spool_mb: int = 4096
    lock_timeout_ms: int = 30_000


def read_settings(environment: Mapping[str, str], **given: Any) -> Settings:
    """Settings from the environment; what is `given` (and not None) wins.

    Raises SettingError for a value that cannot be read, and for a QUIPU_ variable that is none.
    """
    known = {setting.variable: setting for setting in SETTINGS}
    values = {setting.name: setting.default for setting in SETTINGS}
    for variable, text in environment.items():
        if variable in known:
            try:
                values[known[variable].name] = known[variable].read(text)
            except ValueError as error:
                raise SettingError(f"{variable}={text!r} {error}") from error
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)
