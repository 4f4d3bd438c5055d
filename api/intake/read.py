"""Reading a data set: a folder of YAML and NDJSON, or one file of either.

In a folder, `dataset.yaml` describes the data set, and `figures.yaml` or `figures.ndjson` holds
records of that resource (a further word may stand between: `figures.2021.yaml`). In one file,
the same names are keys: a YAML map, or NDJSON lines `{"dataset": {...}}`, `{"figures": {...}}`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from errno import EBADF, ELOOP, ENOENT, ENOTDIR
from importlib.resources.abc import Traversable
from pathlib import Path
from stat import S_ISREG
from typing import Any

from api.intake.exact_json import read_ndjson
from api.intake.exact_yaml import read_yaml
from api.intake.finding import Finding, Unreadable
from api.intake.lines import Lines, Unread, read, survey
from api.intake.records import DATASETS, KINDS, Found, RawRecord, guarded, of_line, record_of
from schemas.nearest import nearest

NOT_DATA = ("__init__.py", "__pycache__", "README.md")
SUFFIXES = (".yaml", ".yml", ".ndjson")
# What the system says where there is nothing at the end of a path or a link.
NO_FILE = (ENOENT, ENOTDIR, EBADF, ELOOP)


@dataclass
class Bundle:
    """All that a data set says, and what could not be read of it.

    What `lines` hold is read when it is asked for, and again each time: so it need not be held.
    """

    records: list[RawRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)

    @property
    def dataset(self) -> str | None:
        """The data set's id, if its description could be read."""
        found = [r.data for r in self.records if r.resource == DATASETS]
        id_ = found[0].get("id") if found and isinstance(found[0], dict) else None
        return id_ if isinstance(id_, str) else None

    @property
    def number(self) -> int:
        """How many records there are, read or not."""
        left = (lines.numbers.total() - lines.numbers[DATASETS] for lines in self.lines)
        return len(self.records) + sum(left)

    def number_of(self, resource: str) -> int:
        """How many records there are of a resource, as far as can be seen without reading them."""
        held = sum(record.resource == resource for record in self.records)
        return held + sum(lines.numbers[resource] for lines in self.lines)

    def read(self, resource: str) -> Iterator[RawRecord | Finding]:
        """The records of a resource; between them, the lines that could not be read as such."""
        return map(read, self.unread(resource))

    def unread(self, resource: str) -> Iterator[Unread]:
        """The same, but of what is left in a file the lines as they stand there."""
        yield from (record for record in self.records if record.resource == resource)
        for lines in self.lines:
            yield from lines.unread(resource)


Leave = Callable[[Path | Traversable, str | None], Lines | None]


def read_dataset(path: Path | Traversable) -> Bundle:
    """Read a folder or a file. What cannot be read becomes a finding; the rest is still read."""
    return _gathered(path, lambda file, kind: None)


def open_dataset(path: Path) -> Bundle:
    """The same, but NDJSON is left where it is: only what describes the data set is read."""
    return _gathered(path, survey)


def _gathered(path: Path | Traversable, leave: Leave) -> Bundle:
    bundle = Bundle()
    if path.is_dir():
        for file in _files_of(path, bundle):
            if file.name not in NOT_DATA and not file.name.startswith("."):
                _gather_of_folder(file, bundle, leave)
    elif not path.name.endswith(SUFFIXES):
        bundle.findings.append(
            Finding(path.name, "", "", f"is no folder and no file of: {', '.join(SUFFIXES)}")
        )
    elif not _is_file(path):
        # To open a pipe would be to wait for whoever writes into it.
        bundle.findings.append(Finding(path.name, "", "", "is no regular file"))
    else:
        _gather(path, bundle, None, leave)
    described = [record for record in bundle.records if record.resource == DATASETS]
    if len(described) > 1 or not (described or _is_unread(path, bundle)):
        problem = "is described more than once" if described else "is not described"
        place = "dataset.yaml" if path.is_dir() else path.name
        bundle.findings.append(Finding(place, "", "", f"the data set {problem}"))
    return bundle


def _is_unread(path: Path | Traversable, bundle: Bundle) -> bool:
    """Whether what would describe the data set could not be read, and it was said why."""
    unread = [finding.file for finding in bundle.findings if not finding.record]
    return path.name in unread or any(file.split(".")[0] == "dataset" for file in unread)


def _files_of(folder: Path | Traversable, bundle: Bundle) -> list[Path | Traversable]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        bundle.findings.append(Finding(folder.name, "", "", f"cannot be read: {error.strerror}"))
        return []


def _is_file(file: Path | Traversable) -> bool:
    if not isinstance(file, Path):
        return file.is_file()
    try:
        return S_ISREG(file.stat().st_mode)
    except OSError as error:
        # Its folder may not be entered, or something else is wrong: opening it will say so.
        return error.errno not in NO_FILE


def _gather_of_folder(file: Path | Traversable, bundle: Bundle, leave: Leave) -> None:
    kind = file.name.split(".")[0]
    if kind not in KINDS or not file.name.endswith(SUFFIXES):
        names, hint = ", ".join(KINDS), "" if kind in KINDS else nearest(kind, KINDS)[1]
        expected = f"expected .yaml or .ndjson named after one of: {names}{hint}"
        reason = f"is not a file of records; {expected}"
        bundle.findings.append(Finding(file.name, "", "", reason))
    elif not _is_file(file):
        bundle.findings.append(Finding(file.name, "", "", _instead_of_a_file(file)))
    else:
        _gather(file, bundle, kind, leave)


def _instead_of_a_file(entry: Path | Traversable) -> str:
    """What an entry of a folder is that is no file."""
    if entry.is_dir():
        return "is a folder; expected a file of records"
    if isinstance(entry, Path) and entry.is_symlink() and not entry.exists():
        return "is a link to what is not there"
    return "is no regular file"


def _gather(file: Path | Traversable, bundle: Bundle, kind: str | None, leave: Leave) -> None:
    is_of_lines = file.name.endswith(".ndjson")
    left = leave(file, kind) if is_of_lines and kind != "dataset" else None
    if left:
        bundle.lines.append(left)
        ones = left.described()
    else:
        found = _of_lines(file, kind) if is_of_lines else _of_yaml(file, kind)
        ones = guarded(file.name, (record_of(file.name, one) for one in found))
    for one in ones:
        if isinstance(one, Finding):
            bundle.findings.append(one)
        else:
            bundle.records.append(one)


def _of_yaml(file: Path | Traversable, kind: str | None) -> Iterator[Found]:
    data = read_yaml(file)
    if kind is not None:
        yield from _records(kind, data)
    elif not isinstance(data, dict):
        raise Unreadable("must be a map of 'dataset' and of the kinds of records")
    else:
        for name, records in data.items():
            yield from _records(str(name), records)


def _of_lines(file: Path | Traversable, kind: str | None) -> Iterator[Found]:
    for number, data in read_ndjson(file):
        yield of_line(data, kind, number)


def _records(kind: str, data: Any) -> Iterator[tuple[str, Any, str]]:
    if kind == "dataset" or kind not in KINDS:
        yield kind, data, kind
    elif not isinstance(data, list):
        yield kind, Unreadable(f"must hold a list of {kind}"), kind
    else:
        for number, record in enumerate(data, 1):
            yield kind, record, f"record {number}"
