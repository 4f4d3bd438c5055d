"""The data sets that come with the program, and the order in which data sets are loaded."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from api.intake.read import Bundle, read_dataset


def packaged_datasets() -> list[Bundle]:
    """The data sets that come with the program, each after those that it depends on."""
    folders = [
        read_dataset(folder)
        for folder in sorted(files("seed_data").iterdir(), key=lambda entry: entry.name)
        if _is_dataset(folder)
    ]
    return in_order(folders)


def in_order(bundles: list[Bundle]) -> list[Bundle]:
    """Bundles, each after those that it depends on (a circle comes last, as it is)."""
    waiting, ordered = list(bundles), []
    while waiting:
        names = {bundle.dataset for bundle in waiting}
        ready = [b for b in waiting if not needs(b) & (names - {b.dataset})] or waiting
        ordered.extend(ready)
        waiting = [b for b in waiting if not any(b is one for one in ready)]
    return ordered


def _is_dataset(folder: Traversable | Path) -> bool:
    return folder.is_dir() and (folder / "dataset.yaml").is_file()


def needs(bundle: Bundle) -> set[str]:
    """The data sets that a bundle says it depends on."""
    for record in bundle.records:
        if record.resource == "datasets" and isinstance(record.data, dict):
            found = record.data.get("depends_on")
            return set(map(str, found)) if isinstance(found, list) else set()
    return set()
