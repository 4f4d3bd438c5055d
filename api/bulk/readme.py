"""What lies in the zip beside the data, for people: what this is, how to cite it, and the terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.wire.standards import Edition
from schemas import RESOURCES

README = """\
# Quipu, data version {version}

*In English first, en español más abajo.*

Public programmes and the figures stated about them: each figure with its exact value, how sure it
is, the period and the regions that it speaks of, and the place in the source where it was said.
These files hold all of it, as it was when data version {version} came ({released_at}).

{files_en}
- `datapackage.json` says what each column holds (Data Package, Table Schema), `csv-metadata.json`
  the same for CSV on the Web.
- `LICENSE.md` has the terms of each data set.
- `checksums.txt` has the SHA-256 of each file: `sha256sum --check checksums.txt`.

The CSV files are UTF-8, with a header, one row a record, one column a value. A column is named by
its path (`period.start`, `name.en`). An empty cell is null or an empty list; several ids or codes
in a cell are parted by `|`; a list of anything else is JSON. A text that a spreadsheet would take
for a formula (`=`, `+`, `-`, `@` in front) has an apostrophe before it: take it away.

## How to cite

> {citation}

Cite a single figure with its source, as its record names it.

# Quipu, versión {version} de los datos

Programas públicos y las cifras que se dijeron de ellos: cada cifra con su valor exacto, cuán
segura es, el periodo y las regiones de los que habla, y el lugar de la fuente en que se dijo.
Estos archivos lo contienen todo, tal como era cuando llegó la versión {version} ({released_at}).

{files_es}
- `datapackage.json` dice qué contiene cada columna (Data Package, Table Schema), y
  `csv-metadata.json` lo mismo para CSV on the Web.
- `LICENSE.md` tiene las condiciones de cada conjunto de datos.
- `checksums.txt` tiene el SHA-256 de cada archivo: `sha256sum --check checksums.txt`.

Los archivos CSV están en UTF-8, con encabezado, un registro por fila y un valor por columna. Una
columna se llama como su ruta (`period.start`, `name.es`). Una celda vacía es un nulo o una lista
vacía; varios identificadores o códigos en una celda van separados por `|`; una lista de otra cosa
es JSON. Un texto que una hoja de cálculo tomaría por fórmula (con `=`, `+`, `-`, `@` al inicio)
lleva delante un apóstrofo: quíteselo.

## Cómo citar

> {citation}

Una cifra suelta se cita con su fuente, que su registro nombra.
"""

TERMS = """\
# Terms of use / Condiciones de uso

Each record belongs to one data set, which its `dataset` names. These are their terms.

Cada registro pertenece a un conjunto de datos, que su `dataset` nombra. Estas son las condiciones.

{datasets}
"""


def readme(edition: Edition) -> str:
    """The README of a package, in English and Spanish."""
    return README.format(
        version=edition.version,
        released_at=edition.released_at,
        citation=citation(edition),
        files_en=_files("en"),
        files_es=_files("es"),
    )


def _files(language: str) -> str:
    """A line for each resource's file."""
    told = ((resource.name, resource.help.of(language)) for resource in RESOURCES)
    return "\n".join(f"- `{name}.csv`: {text[0].lower()}{text[1:]}" for name, text in told)


def citation(edition: Edition) -> str:
    """How the whole is cited: what, which version, when, where for good."""
    address = edition.links.to("/downloads/quipu.zip", edition.pin)
    return f"Quipu, data version {edition.version}, {edition.released_at[:10]}. {address}"


def terms(datasets: Iterable[Mapping[str, Any]]) -> str:
    """Under which terms each data set may be used."""
    return TERMS.format(datasets="\n".join(_term(dataset) for dataset in datasets))


def _term(dataset: Mapping[str, Any]) -> str:
    where = f" <{dataset['licence_url']}>" if dataset["licence_url"] else ""
    title = f"{dataset['title']['en']} / {dataset['title']['es']}"
    return f"- `{dataset['id']}` ({title}): {dataset['licence']}{where}"
