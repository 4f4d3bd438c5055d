"""What people are told: on stderr, because stdout is for data."""

import os
import sys
from contextlib import suppress

import click


def say(message: str) -> None:
    """A message for people. Where it cannot be written the command goes on: it is not the data."""
    try:
        click.echo(message, err=True)
    except OSError:
        with suppress(OSError):
            let_go(sys.stderr.fileno())


def let_go(stream: int) -> None:
    """Let what is still to be written to a stream go nowhere: at its end Python would try again,
    and fail with an exit code of its own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    os.close(nowhere)
