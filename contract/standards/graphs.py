"""What is linked data: DCAT, schema.org, PROV."""

import json
import shutil
from pathlib import Path
from typing import Any

from checking import HERE, Check, Problems, edited, replaced, said_by
from prov.model import ProvDocument
from pyshacl import validate as conforms
from rdflib import Graph

ITEM = "items/figures-procompite-enterprises.json"


def check_catalog(folder: Path) -> Problems:
    """pyshacl on the catalogue as rdflib reads it."""
    graph = read_graph(folder / "catalog.jsonld")
    sound, _, text = conforms(graph, shacl_graph=str(HERE / "shapes.ttl"), advanced=True)
    return [] if sound else [line for line in text.splitlines() if "Message" in line] or [text]


def read_graph(path: Path) -> Graph:
    graph = Graph()
    graph.parse(str(path), format="json-ld", publicID="https://data.example.org/")
    return graph


def check_schema_org_as_rdf(folder: Path) -> Problems:
    """rdflib reads each item, and every word in it is one of schema.org's."""
    found = []
    for path in items(folder):
        graph = read_graph(path)
        words = {str(p) for p in graph.predicates()} | {str(o) for o in graph.objects(None, RDF)}
        found += [f"{path.name}: {word}" for word in words if not word.startswith(WORDS)]
        if len(graph) < 4:
            found.append(f"{path.name} says nothing")
    return found


RDF = next(Graph().parse(data="[] a 1 .", format="turtle").predicates())
WORDS = ("https://schema.org/", str(RDF))


def items(folder: Path) -> list[Path]:
    found = sorted((folder / "items").iterdir())
    assert found, "there are no items"
    return found


def check_schema_org_as_types(folder: Path) -> Problems:
    """tsc with schema-dts: each type has these members, and they hold such values."""
    target = HERE.parent / "build" / "schema-org"
    target.mkdir(parents=True, exist_ok=True)
    parts = ['import type { Thing, WithContext } from "schema-dts";']
    for number, path in enumerate(items(folder)):
        document = plain(json.loads(path.read_bytes()))
        kind = document["@type"]
        parts.append(f'import type {{ {kind} as T{number} }} from "schema-dts";')
        document["@context"] = "https://schema.org"
        parts.append(f"export const i{number}: WithContext<T{number}> = {json.dumps(document)};")
    parts.append("export type Any = Thing;")
    (target / "items.ts").write_text("\n".join(parts), encoding="utf-8")
    shutil.copy(HERE / "tsconfig.json", target)
    return said_by("tsc", "--project", str(target))


def plain(value: Any) -> Any:
    """A text with its language as the text alone: the types know no languages."""
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def check_prov(folder: Path) -> Problems:
    """prov reads each figure's provenance, and finds where it comes from."""
    found = []
    for path in sorted((folder / "prov").iterdir()):
        document = ProvDocument.deserialize(content=path.read_text("utf-8"), format="json")
        text = document.get_provn()
        for relation in ("wasDerivedFrom", "wasAttributedTo", "wasGeneratedBy"):
            if f"{relation}(" not in text:
                found.append(f"{path.name} has no {relation}")
    revised = (folder / "prov" / "figures-example-quarter.json").read_text("utf-8")
    return [*found, *(["no revision"] if "prov:Revision" not in revised else [])]


def first_dataset(document: Any) -> Any:
    return document["dcat:dataset"][1]


CHECKS = (
    Check(
        "DCAT 3 (pyshacl)",
        check_catalog,
        {
            "no title": edited("catalog.jsonld", lambda d: first_dataset(d).pop("dcterms:title")),
            "a title in one language": edited(
                "catalog.jsonld", lambda d: first_dataset(d)["dcterms:title"].pop()
            ),
            "no distribution": edited(
                "catalog.jsonld", lambda d: first_dataset(d).pop("dcat:distribution")
            ),
            "a distribution without an address": edited(
                "catalog.jsonld",
                lambda d: first_dataset(d)["dcat:distribution"][0].pop("dcat:accessURL"),
            ),
            "no terms": edited("catalog.jsonld", lambda d: first_dataset(d).pop("dcterms:rights")),
            "modified before it was issued": edited(
                "catalog.jsonld",
                lambda d: first_dataset(d)["dcterms:modified"].update(
                    {"@value": "1999-01-01T00:00:00.000Z"}
                ),
            ),
            "no publisher": edited("catalog.jsonld", lambda d: d.pop("dcterms:publisher")),
            "no service": edited("catalog.jsonld", lambda d: d.pop("dcat:service")),
        },
    ),
    Check(
        "schema.org as RDF (rdflib)",
        check_schema_org_as_rdf,
        {
            "a word of another vocabulary": replaced(ITEM, '"value"', '"http://example.org/value"'),
            "no JSON": replaced(ITEM, "{", "["),
        },
    ),
    Check(
        "schema.org as types (schema-dts, tsc)",
        check_schema_org_as_types,
        {
            "a member that the type has not": replaced(ITEM, '"unitText"', '"unitTex"'),
            "a value of another type": replaced(ITEM, '"minValue":300000', '"minValue":[[1]]'),
        },
        needs="node",
    ),
    Check(
        "PROV (prov)",
        check_prov,
        {
            "a relation that there is not": replaced(
                "prov/figures-example-quarter.json", "wasGeneratedBy", "wasMadeBy"
            ),
            "a source that is not said": edited(
                "prov/figures-example-large.json", lambda d: d.pop("wasDerivedFrom")
            ),
            "a name whose prefix is unknown": replaced(
                "prov/figures-example-large.json", '"prefix":{"figure"', '"prefix":{"figur"'
            ),
        },
    ),
)
