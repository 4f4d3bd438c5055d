"""A temporary folder for a command, which ends where there can be none."""

import click

from api.temporary import TemporaryFolder


def temporary_folder(purpose: str) -> TemporaryFolder:
    """A `TemporaryFolder`. Ends the command with a message where none can be made."""
    try:
        return TemporaryFolder(purpose)
    except OSError as error:
        said = f"no temporary folder can be written: set TMPDIR ({error.strerror or error})"
        raise click.ClickException(said) from error
