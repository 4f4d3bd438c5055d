"""`quipu dictionary`"""

from pathlib import Path

import click

from api.cli.generated import write_or_compare
from api.settings import Settings
from api.spec.dictionary import dictionary as build
from api.wire.formats.as_markdown import write_dictionary
from api.wire.links import Links
from schemas.codes import LANGUAGES


@click.command()
@click.option("--check", is_flag=True, help="Compare with the files instead of writing.")
@click.argument(
    "folder", default="docs", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def dictionary(check: bool, folder: Path) -> None:
    """Write the data dictionary to FOLDER (docs), a page a language, or --check the pages."""
    # As any service has it: without the addresses of one.
    found = build(Links("", Settings.tag_authority))
    pages = {
        folder / f"dictionary.{language}.md": write_dictionary(found, language)
        for language in LANGUAGES
    }
    write_or_compare(pages, "quipu dictionary", check=check)
