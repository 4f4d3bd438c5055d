"""What people are told: on stderr, because stdout is for data."""

import re

import click

# Control characters, breaks of lines, and marks that turn the direction of writing.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def say(message: str) -> None:
    """A message for people."""
    click.echo(on_one_line(message), err=True)


def on_one_line(text: str) -> str:
    """A text with what is not seen escaped: what a data set or a file's name says must not steer
    the terminal of who reads it, nor look like another message."""
    return UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)
