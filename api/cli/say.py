"""What people are told: on stderr, because stdout is for data."""

import click


def say(message: str) -> None:
    """A message for people."""
    click.echo(message, err=True)
