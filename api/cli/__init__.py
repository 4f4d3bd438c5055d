"""`quipu`: data to stdout, messages to stderr; 0 for done, 1 for findings, 2 for wrong usage."""

import os
from importlib.metadata import version

import click

from api.cli.dictionary import dictionary
from api.cli.doctor import doctor
from api.cli.export import export
from api.cli.load import load
from api.cli.openapi import openapi
from api.cli.serve import serve
from api.cli.validate import validate
from api.settings import SettingError, read_settings

COMMANDS = (serve, load, validate, export, openapi, dictionary, doctor)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("quipu-api"), prog_name="quipu")
@click.option("--database", metavar="FILE", help="The SQLite file [QUIPU_DATABASE or quipu.db].")
@click.pass_context
def main(context: click.Context, database: str | None) -> None:
    """Public programmes and the figures stated about them, served so that each can be cited."""
    try:
        context.obj = read_settings(os.environ, database=database)
    except SettingError as error:
        raise click.UsageError(str(error)) from error


for command in COMMANDS:
    main.add_command(command)
