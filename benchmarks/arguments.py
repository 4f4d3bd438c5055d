"""How the benchmarks' commands are called: numbers that can be, names that there are."""

import argparse
from collections.abc import Callable, Iterable
from typing import Any


def parser_of(name: str, description: str | None) -> argparse.ArgumentParser:
    """The parser of the command that is the module of this name."""
    return argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)


def at_least(least: int) -> Callable[[str], int]:
    """A whole number, and not less."""

    def number(text: str) -> int:
        found = int(text)
        if found < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more, not {found}")
        return found

    return number


def several(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """Several, with commas between, each read alike; one at least."""

    def values(text: str) -> list[Any]:
        return [read(one) for one in text.split(",")]

    return values


def one_of(known: Iterable[str]) -> Callable[[str], str]:
    """A name that there is."""
    names = list(known)

    def name(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"there is no {text!r}: {', '.join(names)}")
        return text

    return name


def whole_if_written(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End the command where a part would take the place of a whole table in the documents."""
    if options.write and options.only:
        parser.error("--write puts the whole table into the documents: not with --only")
