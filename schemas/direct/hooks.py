"""What a schema does to a record beside its fields."""

from collections.abc import Callable
from typing import Any


def has_hooks(schema: Any, *tags: str) -> bool:
    return any(schema._hooks[tag] for tag in tags)


def hooks(schema: Any, tag: str) -> list[Callable[..., Any]] | None:
    """The methods that a schema runs, in order; None if one of them wants more than the record."""
    found = schema._hooks[tag]
    if any(whole or options.get("pass_original") for _, whole, options in found):
        return None
    return [getattr(schema, name) for name, _, _ in found]
