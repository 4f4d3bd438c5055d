"""`quipu openapi`"""

import sys
from importlib.metadata import version
from pathlib import Path

import click

from api.cli.database import FOUND
from api.cli.report import say, writing
from api.spec import build, to_yaml


@click.command()
@click.option("--check", is_flag=True, help="Compare with the file instead of writing.")
@click.argument("file", default="openapi.yaml", type=click.Path(dir_okay=False, path_type=Path))
def openapi(check: bool, file: Path) -> None:
    """Write the OpenAPI document to FILE (openapi.yaml; `-` for stdout), or --check it."""
    text = to_yaml(build(version("quipu-api")))
    with writing("stdout" if str(file) == "-" else str(file)):
        _write_or_compare(text, file, check=check)


def _write_or_compare(text: str, file: Path, *, check: bool) -> None:
    if str(file) == "-":
        click.echo(text, nl=False)
    elif not check:
        file.write_text(text, encoding="utf-8")
        say(f"{file} written")
    elif not file.exists() or file.read_bytes() != text.encode():
        say(f"{file} is not what the program says: run `quipu openapi` and commit it")
        sys.exit(FOUND)
    else:
        say(f"{file} is up to date")
