"""`quipu serve`"""

import os
import socket
from dataclasses import replace

import click

from api.bulk.spool import TemporaryFolder
from api.cli.database import FOUND, is_empty, seed, writer
from api.cli.fixture import fixture_settings
from api.cli.report import say, say_outcome
from api.settings import SETTINGS, Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option(
    "--fixture",
    is_flag=True,
    help="Serve the frozen data of contract tests, from a database of their own.",
)
@click.pass_context
def serve(context: click.Context, host: str, port: int, workers: int, fixture: bool) -> None:
    """Serve the API. Creates and seeds the database when there is none."""
    settings: Settings = context.obj
    port = _free_port(host, port)
    if fixture:
        with fixture_settings(settings) as own:
            _run(own, host, port, workers)
    else:
        _seed(settings, context)
        _run(settings, host, port, workers)


def _seed(settings: Settings, context: click.Context) -> None:
    with writer(settings) as db:
        outcomes = seed(db) if is_empty(db) else []
    for outcome in outcomes:
        say_outcome(outcome)
    if any(outcome.findings for outcome in outcomes):
        context.exit(FOUND)


def _run(settings: Settings, host: str, port: int, workers: int) -> None:
    spool = None if settings.spool else TemporaryFolder()
    if spool:
        # One for all the workers, and gone when this ends.
        settings = replace(settings, spool=str(spool.path))
    # The workers are processes of their own: they read the same settings from the environment.
    for setting in SETTINGS:
        os.environ[setting.variable] = str(getattr(settings, setting.name))
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def announce() -> None:
        say(f"Quipu listens on {address} (database: {settings.database})")
        say(f"The documentation is at {address}/apidocs/; stop with Ctrl-C")

    # Here, because the other commands start faster without it.
    from api.cli.server import run  # noqa: PLC0415

    try:
        run(host, port, workers, announce)
    finally:
        if spool:
            spool.remove()


def _free_port(host: str, port: int) -> int:
    """The port, if it can be had. Ends the command with a hint if it cannot."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            found: int = probe.getsockname()[1]
            return found
    except (OSError, UnicodeError) as error:  # UnicodeError: the host can be no name of one
        hint = "try another one with --port (make run PORT=8123)"
        raise click.ClickException(f"cannot listen on {host}:{port}: {error}; {hint}") from error
