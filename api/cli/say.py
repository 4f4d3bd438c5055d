"""What people are told: on stderr, because stdout is for data."""

import os
import re
import sys
from contextlib import suppress
from typing import IO

import click

# Control characters, breaks of lines, and marks that turn the direction of writing.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def say(message: str) -> None:
    """A message for people. Where it cannot be written the command goes on: it is not the data."""
    try:
        click.echo(on_one_line(message), err=True)
    except OSError:
        let_go(sys.stderr)


def on_one_line(text: str) -> str:
    """A text with what is not seen escaped: what a data set or a file's name says must not steer
    the terminal of who reads it, nor look like another message."""
    return UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def let_go(stream: IO[str]) -> None:
    """Let what is still to be written to a stream go nowhere: at its end Python would try again,
    and fail with an exit code of its own."""
    with suppress(OSError):  # it is of no file
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
