"""Patterns of the document."""

from contract.mutants.mutant import BOUNDS, DEPRECATION, DOCUMENT, HTTP, LISTS, PARAMETERS, Mutant

SPECIFICATION = (
    Mutant(
        "a list documents its 406",
        "api/spec/operations.py",
        """404, 406, 409),
    )


def item_operation""",
        """404, 409),
    )


def item_operation""",
        f"{HTTP} {DOCUMENT}",
    ),
    Mutant(
        "an item documents its 404",
        "api/spec/operations.py",
        """404, 406, 409),
    )


def _described""",
        """406, 409),
    )


def _described""",
        f"{HTTP} {PARAMETERS}",
    ),
    Mutant(
        "a 304 is documented",
        "api/spec/responses.py",
        'return {"304": {"$ref": f"#/components/responses/{name}"}, ',
        "return {",
        HTTP,
    ),
    Mutant(
        "the headers of a 405 are documented",
        "api/spec/responses.py",
        'EXTRA_HEADERS = {405: header_refs("Allow"), 416',
        'EXTRA_HEADERS = {405: header_refs("Link"), 416',
        HTTP,
    ),
    Mutant(
        "every member is documented as always there",
        "api/spec/schemas.py",
        '    schema["required"] = list(schema["properties"])\n',
        "",
        "tests/document/test_breaking.py",
    ),
    Mutant(
        "new members break no client",
        "api/spec/schemas.py",
        '    schema.pop("additionalProperties", None)\n',
        '    schema["additionalProperties"] = False\n',
        f"{LISTS} {HTTP}",
    ),
    Mutant(
        "the bounds of a coordinate are documented",
        "api/spec/schemas.py",
        '        return {"type": "array", "prefixItems": axes, **exactly}',
        '        return {"type": "array", **exactly}',
        BOUNDS,
    ),
    Mutant(
        "the length of a list is documented",
        "api/spec/parameters.py",
        '"minItems": 1, "maxItems": asked.most}',
        '"minItems": 1, "maxItems": 10 * asked.most}',
        BOUNDS,
    ),
    Mutant(
        "the choices of a parameter are documented",
        "api/spec/parameters.py",
        'return {"type": "string", "enum": list(asked.choices)}',
        'return {"type": "string"}',
        BOUNDS,
    ),
    Mutant(
        "examples stand beside what they show",
        "api/spec/examples.py",
        '            content["examples"] = found\n',
        "            pass\n",
        DOCUMENT,
    ),
    Mutant(
        "a link of the document leads on",
        "api/spec/operations.py",
        'id="$response.body#/results/0/id",',
        'id="$response.body#/results/0/source/start",',
        DOCUMENT,
    ),
    Mutant(
        "retired members are marked",
        "schemas/about.py",
        '{"deprecated": True, "deprecation"',
        '{"deprecation"',
        DEPRECATION,
    ),
    Mutant(
        "the types for TypeScript are those of the document",
        "api/spec/types.d.ts",
        "    Pagination: {",
        "    Paging: {",
        HTTP,
    ),
)
