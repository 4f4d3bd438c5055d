"""What people are told: on stderr, because stdout is for data."""

import os
import sys
from contextlib import suppress
from typing import IO

import click


def say(message: str) -> None:
    """A message for people. Where it cannot be written the command goes on: it is not the data."""
    try:
        click.echo(message, err=True)
    except OSError:
        let_go(sys.stderr)


def let_go(stream: IO[str]) -> None:
    """Let what is still to be written to a stream go nowhere: at its end Python would try again,
    and fail with an exit code of its own."""
    with suppress(OSError):  # it is of no file
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
