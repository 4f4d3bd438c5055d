"""Reading a data set: a folder of YAML and NDJSON, or one file of either.

In a folder, `dataset.yaml` describes the data set, and `figures.yaml` or `figures.ndjson` holds
records of that resource (a further word may stand between: `figures.2021.yaml`). In one file,
the same names are keys: a YAML map, or NDJSON lines `{"dataset": {...}}`, `{"figures": {...}}`.
Numbers stay exact: a decimal never passes through a float.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from api.intake.exact_yaml import ExactLoader
from api.intake.finding import Finding
from schemas import RESOURCES

KINDS = {"dataset": "datasets"} | {
    resource.name: resource.name for resource in RESOURCES if resource.name != "datasets"
}
NOT_DATA = ("__init__.py", "__pycache__", "README.md")
SUFFIXES = (".yaml", ".yml", ".ndjson")


class RawRecord(NamedTuple):
    """A record as read, not yet checked. `name` says which one it is, even without an id."""

    resource: str
    data: Any
    file: str
    name: str


@dataclass
class Bundle:
    """All that a data set says, and what could not be read of it."""

    records: list[RawRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def dataset(self) -> str | None:
        """The data set's id, if its description could be read."""
        found = [r.data for r in self.records if r.resource == "datasets"]
        id_ = found[0].get("id") if found and isinstance(found[0], dict) else None
        return id_ if isinstance(id_, str) else None


class Unreadable(Exception):
    """A file that is no YAML or JSON; says where and why."""


def read_dataset(path: Path | Traversable) -> Bundle:
    """Read a folder or a file. What cannot be read becomes a finding; the rest is still read."""
    bundle = Bundle()
    if path.is_dir():
        for file in _files_of(path, bundle):
            if file.name not in NOT_DATA and not file.name.startswith("."):
                _read_file_of_folder(file, bundle)
    elif path.name.endswith(SUFFIXES):
        _guarded(path, bundle, _bundled(path))
    else:
        bundle.findings.append(
            Finding(path.name, "", "", f"is no folder and no file of: {', '.join(SUFFIXES)}")
        )
    described = [record for record in bundle.records if record.resource == "datasets"]
    if len(described) != 1:
        problem = "is described more than once" if described else "is not described"
        place = "dataset.yaml" if path.is_dir() else path.name
        bundle.findings.append(Finding(place, "", "", f"the data set {problem}"))
    return bundle


def _files_of(folder: Path | Traversable, bundle: Bundle) -> list[Path | Traversable]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        bundle.findings.append(Finding(folder.name, "", "", f"cannot be read: {error.strerror}"))
        return []


def _is_file(file: Path | Traversable) -> bool:
    try:
        return file.is_file()
    except OSError:  # its folder may not be entered: opening it will say so
        return True


def _read_file_of_folder(file: Path | Traversable, bundle: Bundle) -> None:
    kind = file.name.split(".")[0]
    if kind not in KINDS or not file.name.endswith(SUFFIXES) or not _is_file(file):
        names = ", ".join(KINDS)
        reason = f"is not a file of records; expected .yaml or .ndjson named after one of: {names}"
        bundle.findings.append(Finding(file.name, "", "", reason))
    else:
        _guarded(file, bundle, _of_one_kind(file, kind))


def _guarded(
    file: Path | Traversable, bundle: Bundle, records: Iterator[tuple[str, Any, str]]
) -> None:
    try:
        for kind, data, place in records:
            if isinstance(data, Unreadable):
                bundle.findings.append(Finding(file.name, place, "", str(data)))
                continue
            if kind not in KINDS:
                reason = f"{kind!r} is none of: {', '.join(KINDS)}"
                bundle.findings.append(Finding(file.name, place, "", reason))
                continue
            id_ = data.get("id") if isinstance(data, dict) else None
            name = id_ if isinstance(id_, str) and id_ else place
            bundle.records.append(RawRecord(KINDS[kind], data, file.name, name))
    except Unreadable as error:
        bundle.findings.append(Finding(file.name, "", "", str(error)))
    except OSError as error:
        bundle.findings.append(Finding(file.name, "", "", f"cannot be read: {error.strerror}"))


def _of_one_kind(file: Path | Traversable, kind: str) -> Iterator[tuple[str, Any, str]]:
    if file.name.endswith(".ndjson"):
        for number, data in read_ndjson(file):
            yield kind, data, f"line {number}"
    else:
        data = read_yaml(file)
        yield from _records(kind, data)


def _bundled(file: Path | Traversable) -> Iterator[tuple[str, Any, str]]:
    if file.name.endswith(".ndjson"):
        for number, data in read_ndjson(file):
            place = f"line {number}"
            if isinstance(data, dict) and len(data) == 1:
                ((kind, record),) = data.items()
                yield kind, record, place
            elif isinstance(data, Unreadable):
                yield "", data, place
            else:
                yield "", Unreadable('must be one kind and its record, {"kind": ...}'), place
    else:
        data = read_yaml(file)
        if not isinstance(data, dict):
            raise Unreadable("must be a map of 'dataset' and of the kinds of records")
        for kind, records in data.items():
            yield from _records(str(kind), records)


def _records(kind: str, data: Any) -> Iterator[tuple[str, Any, str]]:
    if kind == "dataset" or kind not in KINDS:
        yield kind, data, kind
    elif not isinstance(data, list):
        yield kind, Unreadable(f"must hold a list of {kind}"), kind
    else:
        for number, record in enumerate(data, 1):
            yield kind, record, f"record {number}"


def read_ndjson(file: Path | Traversable) -> Iterator[tuple[int, Any]]:
    """(line number, value) for each line that is not blank. For a line that cannot be read the
    value is an Unreadable: the lines after it are still read."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, _read_json(line)


def _read_json(line: bytes) -> Any:
    try:
        value = json.loads(
            line.decode(),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_distinct,
        )
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeDecodeError:
        return Unreadable("is not UTF-8")
    except UnicodeEncodeError:
        return Unreadable("half of a surrogate pair is no text")
    except RecursionError:
        return Unreadable("is nested too deeply")
    except InvalidOperation:
        return Unreadable("holds a number that is too large to read")
    except ValueError as error:
        return Unreadable(str(error))
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one map")
    return record


def read_yaml(file: Path | Traversable) -> Any:
    """The one document of a YAML file. Raises Unreadable."""
    try:
        return yaml.load(file.read_bytes().decode(), Loader=ExactLoader)  # noqa: S506
    except UnicodeDecodeError as error:
        raise Unreadable("is not UTF-8") from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply") from error
    except InvalidOperation as error:
        raise Unreadable("holds a number that is too large to read") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(" ".join(str(error).split())) from error
