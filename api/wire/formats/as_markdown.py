"""Markdown: the data dictionary in one language, as tables."""

from collections.abc import Iterator

from api.wire.formats.page import Format
from schemas.about import Bilingual
from schemas.compact import dump
from schemas.objects import Json

TITLE = Bilingual("Data dictionary", "Diccionario de datos")
INTRODUCTION = Bilingual(
    "Every field of every record: what it means, what it may hold, where it comes from, how it "
    "stands in CSV, and what asks for it. Made from the declarations of the program; the same as "
    "JSON at `/dictionary`.",
    "Cada campo de cada registro: qué significa, qué puede contener, de dónde viene, cómo figura "
    "en CSV y con qué se pregunta por él. Hecho a partir de las declaraciones del programa; en "
    "JSON está en `/dictionary`.",
)
COLUMNS = (
    Bilingual("Field", "Campo"),
    Bilingual("Name", "Nombre"),
    Bilingual("Meaning", "Significado"),
    Bilingual("Holds", "Contiene"),
    Bilingual("Null", "Nulo"),
    Bilingual("Example", "Ejemplo"),
    Bilingual("Origin", "Origen"),
    Bilingual("In CSV", "En CSV"),
    Bilingual("Asked by", "Se pregunta con"),
    Bilingual("Sorted by", "Se ordena por"),
)
CODE_COLUMNS = (
    Bilingual("Code", "Código"),
    Bilingual("Name", "Nombre"),
    Bilingual("Definition", "Definición"),
)
ORIGINS = Bilingual("Origins", "Orígenes")
FORMS = Bilingual("Values in CSV", "Valores en CSV")
LEGEND = (Bilingual("Word", "Palabra"), Bilingual("Meaning", "Significado"))
CODES = Bilingual("Codes: {}", "Códigos: {}")
EXAMPLE = Bilingual("Examples from `{}`.", "Ejemplos tomados de `{}`.")
TYPES = {
    "string": Bilingual("text", "texto"),
    "number": Bilingual("number", "número"),
    "integer": Bilingual("whole number", "número entero"),
    "boolean": Bilingual("true or false", "verdadero o falso"),
    "object": Bilingual("a map of what follows", "un mapa de lo que sigue"),
    "array": Bilingual("{} numbers", "{} números"),
}
FORMATS = {
    "date": Bilingual("date", "fecha"),
    "date-time": Bilingual("moment (UTC)", "momento (UTC)"),
}
BOTH = Bilingual("a text in each language", "un texto en cada idioma")
LIST_OF = Bilingual("list: {}", "lista: {}")
ID_OF = Bilingual("id of a record of {}", "identificador de un registro de {}")
CODE_OF = Bilingual("code of [{}](#{})", "código de [{}](#{})")
OPEN_CODE = Bilingual("code, listed at {}", "código; la lista, en {}")
FROM_TO = Bilingual("from {} to {}", "de {} a {}")
AT_MOST = Bilingual("at most {} characters", "como máximo {} caracteres")
DIGITS = Bilingual(
    "at most {} significant digits and {} decimals",
    "como máximo {} dígitos significativos y {} decimales",
)
UNIT = Bilingual("unit: {}", "unidad: {}")
YES, NO = Bilingual("yes", "sí"), Bilingual("no", "no")
OF = Bilingual("from {}", "de {}")


def write_dictionary(dictionary: Json, language: str) -> str:
    return "\n".join(_lines(dictionary, language)) + "\n"


def _lines(dictionary: Json, language: str) -> Iterator[str]:
    yield f"# {TITLE.of(language)}"
    yield ""
    yield INTRODUCTION.of(language)
    for resource in dictionary["resources"]:
        yield from ("", f"## {resource['name']}", "")
        example = EXAMPLE.of(language).format(resource["example"])
        yield f"{resource['description'][language]} {example}"
        yield ""
        rows = [_row(field, language) for field in resource["fields"]]
        yield from _table(COLUMNS, rows, language)
    for heading, legend in ((ORIGINS, "origins"), (FORMS, "csv_forms")):
        yield from ("", f"## {heading.of(language)}", "")
        words = [[f"`{word}`", texts[language]] for word, texts in dictionary[legend].items()]
        yield from _table(LEGEND, words, language)
    for concept, codes in _closed(dictionary).items():
        yield from ("", f"## {_codes_heading(concept, language)}", "")
        rows = [
            [
                f"`{code['code']}`",
                code["name"][language],
                (code["definition"] or {}).get(language, ""),
            ]
            for code in codes
        ]
        yield from _table(CODE_COLUMNS, rows, language)


def _closed(dictionary: Json) -> dict[str, list[Json]]:
    """The closed lists that the fields use, each once."""
    found = {}
    for resource in dictionary["resources"]:
        for field in resource["fields"]:
            if field["codes"] and field["codes"]["closed"]:
                found[field["codes"]["concept"]] = field["codes"]["codes"]
    return found


def _codes_heading(concept: str, language: str) -> str:
    return CODES.of(language).format(concept)


def _row(field: Json, language: str) -> list[str]:
    origin = f"`{field['origin']}`"
    if field["derived_from"]:
        origin = f"{origin}: {OF.of(language).format(_codes(field['derived_from']))}"
    return [
        f"`{field['path']}`",
        field["label"][language],
        field["meaning"][language],
        _holds(field, language),
        (YES if field["nullable"] else NO).of(language),
        "" if field["example"] is None else f"`{dump(field['example'])}`",
        origin,
        _in_csv(field["csv"]),
        _asked_by(field["parameters"]),
        _codes(field["sorts"]),
    ]


def _codes(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _in_csv(csv: Json) -> str:
    columns = _codes(csv["columns"])
    return columns if csv["form"] == "value" else f"{columns} (`{csv['form']}`)"


def _asked_by(parameters: list[str]) -> str:
    """Each parameter once, with the operators that can follow it: `value` (`__gt`, `__lt`)."""
    operators: dict[str, list[str]] = {}
    for parameter in parameters:
        name, marked, operator = parameter.partition("__")
        operators.setdefault(name, []).extend([f"__{operator}"] if marked else [])
    return ", ".join(
        f"`{name}` ({_codes(found)})" if found else f"`{name}`" for name, found in operators.items()
    )


def _holds(field: Json, language: str) -> str:
    parts = list(_parts(field, language))
    text = "; ".join(parts)
    return LIST_OF.of(language).format(text) if field["many"] else text


def _parts(field: Json, language: str) -> Iterator[str]:
    schema = field["json_schema"]
    if field["references"]:
        yield ID_OF.of(language).format(f"`{field['references']['link']}`")
    elif field["codes"]:
        yield _code(field["codes"], language)
    elif "properties" in schema:
        yield BOTH.of(language)
    elif "prefixItems" in schema:
        yield TYPES["array"].of(language).format(len(schema["prefixItems"]))
        yield from (_range(part, language) for part in schema["prefixItems"])
    else:
        yield FORMATS.get(schema.get("format"), TYPES[schema["type"]]).of(language)
    if "enum" in schema and not field["codes"]:
        yield _codes(schema["enum"])
    if "pattern" in schema and not field["codes"]:
        yield f"`{schema['pattern']}`"
    if "minimum" in schema:
        yield _range(schema, language)
    if field["digits"]:
        yield DIGITS.of(language).format(*field["digits"].values())
    if "maxLength" in schema and not field["codes"]:
        yield AT_MOST.of(language).format(schema["maxLength"])
    if field["unit"]:
        yield UNIT.of(language).format(field["unit"][language])


def _code(codes: Json, language: str) -> str:
    if not codes["closed"]:
        return OPEN_CODE.of(language).format(f"`{codes['link']}`")
    anchor = _codes_heading(codes["concept"], language).lower().replace(":", "").replace(" ", "-")
    return CODE_OF.of(language).format(codes["concept"], anchor)


def _range(schema: Json, language: str) -> str:
    return FROM_TO.of(language).format(schema["minimum"], schema["maximum"])


def _table(head: tuple[Bilingual, ...], rows: list[list[str]], language: str) -> Iterator[str]:
    yield _line([column.of(language) for column in head])
    yield _line(["---"] * len(head))
    yield from map(_line, rows)


def _line(cells: list[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"


MARKDOWN = Format(
    "md",
    "text/markdown",
    "Markdown",
    body="Markdown",
    write_dictionary=write_dictionary,
)
