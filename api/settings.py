"""The settings: each with its name, type, default and meaning, read from QUIPU_* once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PREFIX = "QUIPU_"
# RFC 3986, as far as it goes for where a service is: a name or an IP address, a port, a path.
ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
)
# The engine counts milliseconds in so many bits: of more it would wait for none.
MOST_MS = 2**31 - 1
# How much alike two names are of which one is taken for a misspelling of the other.
NEAR = 0.85


class SettingError(ValueError):
    """A setting's text cannot be read; says which and why."""


@dataclass(frozen=True)
class Settings:
    """The settings' values, and their defaults. Passed to who needs them, never looked up."""

    database: str = "quipu.db"
    public_url: str = ""
    tag_authority: str = "quipu.invalid,2021"
    iati_reporter: str = "quipu"
    statement_timeout_ms: int = 1000
    spool: str = ""
    spool_mb: int = 4096
    lock_timeout_ms: int = 30_000
    cache_bytes: int = 32 << 20


class Setting(NamedTuple):
    name: str
    read: Callable[[str], Any]
    help: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def default(self) -> Any:
        return getattr(Settings, self.name)


def _address(text: str) -> str:
    """What addresses begin with: their path and query follow it."""
    if not text:
        return text
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    if "?" in text or "#" in text:
        raise ValueError("must have no query and no fragment: paths are added to it")
    if not ADDRESS.fullmatch(text) or not _is_read(text):
        raise ValueError("must be an address with a host, in ASCII: https://data.example.org/quipu")
    return text.rstrip("/")


def _is_read(address: str) -> bool:
    """Whether its host and port are such."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise ValueError(f"must be a whole number from {least}")
        if most is not None and int(text) > most:
            raise ValueError(f"must be a whole number up to {most}")
        return int(text)

    return read


def _tag_authority(text: str) -> str:
    """RFC 4151: a domain or a mail address, a comma, and a day (or month, or year) on which it was
    one's own."""
    name = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    domain = rf"{name}(?:\.{name})*"
    day = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
    if not re.fullmatch(rf"(?:[A-Za-z0-9._-]+@)?{domain},{day}", text):
        raise ValueError("must be a domain or a mail address, and a day: data.example.org,2021-04")
    return text


def _iati_reporter(text: str) -> str:
    if not text.isprintable() or not re.fullmatch(r"[^\s/&|?]+", text):
        raise ValueError(
            "must be an identifier of an organisation as IATI has it: no blanks, none of / & | ?"
        )
    return text


SETTINGS = (
    Setting("database", str, "The SQLite file that is served and loaded into."),
    Setting("public_url", _address, "Where the service is reached; makes links absolute."),
    Setting(
        "tag_authority",
        _tag_authority,
        "Who coins the ids of feeds and their entries (RFC 4151): keep it for good.",
    ),
    Setting("iati_reporter", _iati_reporter, "Who reports in IATI: an organization's identifier."),
    Setting("statement_timeout_ms", _whole(1, MOST_MS), "When a question is given up, with a 503."),
    Setting("spool", str, "The folder where downloads are kept; else a temporary one."),
    Setting("spool_mb", _whole(1), "Megabytes that the downloads may take together."),
    Setting("lock_timeout_ms", _whole(1, MOST_MS), "How long a load waits for another one."),
    Setting("cache_bytes", _whole(0), "How much of its answers a worker keeps."),
)


def read_settings(environment: Mapping[str, str], **given: Any) -> Settings:
    """Settings from the environment; what is `given` (and not None) wins.

    Raises SettingError for a value that cannot be read, and for a variable that is none and is
    spelt nearly like one. Others that begin with QUIPU_ may be somebody's own.
    """
    known = {setting.variable: setting for setting in SETTINGS}
    values: dict[str, Any] = {}
    names = [variable.removeprefix(PREFIX) for variable in known]
    for variable, text in environment.items():
        if variable in known:
            try:
                values[known[variable].name] = known[variable].read(text)
            except ValueError as error:
                raise SettingError(f"{variable}={text!r} {error}") from error
        elif variable.startswith(PREFIX):
            for nearest in get_close_matches(variable.removeprefix(PREFIX), names, 1, NEAR):
                said = f"{variable} is no setting; did you mean {PREFIX}{nearest}?"
                raise SettingError(said)
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)
