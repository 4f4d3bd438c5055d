"""`quipu serve`: starts quickly, so that what is needed is imported where it is needed."""

import errno
import gc
import os
import socket
from dataclasses import replace
from typing import NamedTuple

import click

from api.cli.say import say
from api.settings import SETTINGS, Settings

# What is wrong with a port, and not with the host: it is taken, or kept for the system.
OF_THE_PORT = (errno.EADDRINUSE, errno.EACCES)
OTHER_PORT = "try another one with --port (make run PORT=8123)"
OTHER_HOST = "the host is none of this machine's: name another one with --host (127.0.0.1)"


class Place(NamedTuple):
    """Where to listen: a host as it was named, its number, and a port."""

    host: str
    number: str
    port: int

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


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
    place = _free_place(host, port)
    # What is made while it starts stays: see `api.wsgi`.
    gc.disable()
    try:
        _serve(context, settings, place, workers, fixture=fixture)
    finally:
        gc.enable()


def _serve(
    context: click.Context, settings: Settings, place: Place, workers: int, *, fixture: bool
) -> None:
    if fixture:
        from api.cli.fixture import fixture_settings  # noqa: PLC0415

        with fixture_settings(settings) as own:
            _run(own, place, workers)
    else:
        if not _is_ready(settings):
            _seed(settings, context)
        _run(settings, place, workers)


def _is_ready(settings: Settings) -> bool:
    """Whether the database can be served as it is."""
    from api.store.engine import Unavailable  # noqa: PLC0415
    from api.store.pool import Store  # noqa: PLC0415

    store = Store(settings.database, settings.statement_timeout_ms)
    try:
        store.check()
    except Unavailable:
        return False
    finally:
        store.close()
    return True


def _seed(settings: Settings, context: click.Context) -> None:
    from api.cli.database import FOUND, is_empty, seed, writer  # noqa: PLC0415
    from api.cli.report import say_outcome  # noqa: PLC0415

    with writer(settings) as db:
        outcomes = seed(db) if is_empty(db) else []
    for outcome in outcomes:
        say_outcome(outcome)
    if any(outcome.findings for outcome in outcomes):
        context.exit(FOUND)


def _run(settings: Settings, place: Place, workers: int) -> None:
    from api.cli import server  # noqa: PLC0415
    from api.cli.temporary import temporary_folder  # noqa: PLC0415

    spool = None if settings.spool else temporary_folder("spool")
    if spool:
        # One for all the workers, and gone when this ends.
        settings = replace(settings, spool=str(spool.path))
    # The workers are processes of their own: they read the same settings from the environment.
    for setting in SETTINGS:
        os.environ[setting.variable] = str(getattr(settings, setting.name))

    def announce() -> None:
        say(f"Quipu listens on {place.address} (database: {settings.database})")
        say(f"The documentation is at {place.address}/apidocs/; stop with Ctrl-C")

    try:
        server.serve("api.wsgi:create", place.number, place.port, workers, announce)
    finally:
        if spool:
            spool.remove()


def _free_place(host: str, port: int) -> Place:
    """Where that is, and that it can be had. Ends the command with a hint if it cannot."""
    try:
        # Granian takes numbers alone.
        family, _, _, _, named = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(named)
            number, free, *_ = probe.getsockname()
            return Place(host, number, free)
    except (OSError, UnicodeError) as error:  # UnicodeError: the host can be no name of one
        hint = OTHER_PORT if getattr(error, "errno", None) in OF_THE_PORT else OTHER_HOST
        raise click.ClickException(f"cannot listen on {host}:{port}: {error}; {hint}") from error
