"""`quipu`: data to stdout, messages to stderr; 0 for done, 1 for findings, 2 for wrong usage."""

import os
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from api.settings import SettingError, read_settings
from api.software import VERSION

COMMANDS = ("serve", "load", "validate", "export", "openapi", "dictionary", "doctor")


class Commands(click.Group):
    """The commands, each in a module of its name: imported when it is asked for, so that none waits
    for what another one needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"api.cli.{cmd_name}"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from schemas.nearest import nearest  # noqa: PLC0415

            ctx.fail(f"No such command {name!r}{nearest(name, COMMANDS)[1]}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with suppress(MemoryError):
            return super().invoke(ctx)
        # After the block, which has let go of all that was held: to say it takes memory too.
        raise click.ClickException("there is not enough memory for it")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="quipu")
@click.option("--database", metavar="FILE", help="The SQLite file [QUIPU_DATABASE or quipu.db].")
@click.pass_context
def main(context: click.Context, database: str | None) -> None:
    """Public programmes and the figures stated about them, served so that each can be cited."""
    try:
        context.obj = read_settings(os.environ, database=database)
    except SettingError as error:
        raise click.UsageError(str(error)) from error
