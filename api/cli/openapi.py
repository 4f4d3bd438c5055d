"""`quipu openapi`"""

from pathlib import Path

import click

from api.cli.generated import write_or_compare
from api.cli.report import writing
from api.software import VERSION
from api.spec import build, to_yaml


@click.command()
@click.option("--check", is_flag=True, help="Compare with the file instead of writing.")
@click.argument("file", default="openapi.yaml", type=click.Path(dir_okay=False, path_type=Path))
def openapi(check: bool, file: Path) -> None:
    """Write the OpenAPI document to FILE (openapi.yaml; `-` for stdout), or --check it."""
    text = to_yaml(build(VERSION))
    if str(file) == "-":
        with writing():
            click.echo(text, nl=False)
    else:
        write_or_compare({file: text}, "quipu openapi", check=check)
