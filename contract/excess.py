"""What one schema allows and another does not.

A keyword that is not known here counts as an excess when the two differ in it.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

ANY_TYPE = ("null", "boolean", "integer", "number", "string", "array", "object")
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# What is answered may grow longer: of the text and lists that it has, no length is promised.
GROWS = ("maxLength", "maxItems", "maxProperties")
# Say nothing about which values are valid.
REMARKS = {"title", "description", "default", "example", "examples", "deprecated", "externalDocs"}
REMARKS |= {"discriminator", "readOnly", "writeOnly", "$comment"}
JUDGED = {"$ref", "type", "enum", "const", "items", "properties", "required", *LEAST, *MOST}
JUDGED |= {"prefixItems", "additionalProperties", "allOf", "anyOf", "oneOf"}


class Document:
    """A document and the way to what its references name."""

    def __init__(self, content: Json) -> None:
        self.content = content

    def __call__(self, node: Any) -> Any:
        """The node, or what it refers to."""
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def flat(self, schema: Json) -> Json:
        """A schema without references and `allOf`, and with `oneOf` read as `anyOf`."""
        schema = dict(self(schema))
        for part in schema.pop("allOf", []):
            for key, value in self.flat(part).items():
                if key == "properties":
                    schema[key] = {**schema.get(key, {}), **value}
                elif key == "required":
                    schema[key] = [*schema.get(key, []), *value]
                else:
                    schema.setdefault(key, value)
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
        return schema


class Excess:
    """Compares schemas of two documents.

    Of what is answered the newer document is the wide one: it may allow no more than the older
    did, but new properties. Of what is asked the older is: the newer must allow all of it.
    """

    def __init__(self, wide: Document, narrow: Document, *, answered: bool) -> None:
        self.wide, self.narrow, self.answered = wide, narrow, answered
        self.compared: set[tuple[str, str]] = set()

    def __call__(self, where: str, wide: Json, narrow: Json) -> Iterator[str]:
        """Each excess in words, once for each pair of named schemas."""
        names = (wide.get("$ref", ""), narrow.get("$ref", ""))
        if all(names):
            if names in self.compared:
                return
            self.compared.add(names)
        wide, narrow = self.wide.flat(wide), self.narrow.flat(narrow)
        if "anyOf" in wide or "anyOf" in narrow:
            yield from self.choices(where, wide, narrow)
            return
        yield from (f"{where}: {found}" for found in self.values(wide, narrow))
        yield from self.elements(f"{where}[]", wide, narrow)
        yield from self.members(where, wide, narrow)

    def choices(self, where: str, wide: Json, narrow: Json) -> Iterator[str]:
        """Each branch of the one must fit into a branch of the other."""
        for branch in _branches(wide):
            attempts = []
            for target in _branches(narrow):
                # On its own: what a failed attempt has compared, no other may take as settled.
                attempt = Excess(self.wide, self.narrow, answered=self.answered)
                attempt.compared = set(self.compared)
                attempts.append(list(attempt(where, branch, target)))
            if all(attempts):
                yield from min(attempts, key=len)

    def values(self, wide: Json, narrow: Json) -> Iterator[str]:
        """What the keywords about the value itself let through."""
        verb = "may now be" if self.answered else "no longer takes"
        more = _types(wide) - _types(narrow)
        if more:
            yield f"{verb} {', '.join(sorted(more))}"
        allowed, listed = _listed(narrow), _listed(wide)
        if allowed is not None:
            if listed is None:
                yield f"{verb} what is not in the list"
            elif odd := [str(value) for value in listed if value not in allowed]:
                yield f"{verb} {', '.join(odd)}"
        for key in (*LEAST, *MOST):
            if self.answered and key in GROWS:
                continue
            if key in narrow and not _within(key, wide.get(key), narrow[key]):
                yield self.differ(key, wide, narrow)
        for key in sorted(narrow.keys() - JUDGED - REMARKS):
            if not key.startswith("x-") and wide.get(key) != narrow[key]:
                yield self.differ(key, wide, narrow)

    def differ(self, key: str, wide: Json, narrow: Json) -> str:
        old, new = (narrow, wide) if self.answered else (wide, narrow)
        return f"{key} was {old.get(key, 'not given')} and is {new.get(key, 'not given')}"

    def elements(self, where: str, wide: Json, narrow: Json) -> Iterator[str]:
        """What lists may hold at each place that either names, and beyond these."""
        places = max(len(wide.get("prefixItems", ())), len(narrow.get("prefixItems", ())))
        for place in range(places + 1):
            has, wants = _element(wide, place), _element(narrow, place)
            if has is False:
                continue
            if wants is False:
                yield f"{where}: {'may now hold' if self.answered else 'no longer takes'} more"
            elif wants:
                yield from self(where, has, wants)

    def members(self, where: str, wide: Json, narrow: Json) -> Iterator[str]:
        """What objects may have, must have and may lack."""
        has, wants = wide.get("properties", {}), narrow.get("properties", {})
        needed = narrow.get("required", [])
        for name in needed:
            if name in has and name not in wide.get("required", []):
                yield f"{where}.{name}: {'may now be missing' if self.answered else 'is required'}"
        for name, schema in wants.items():
            if name in has:
                yield from self(f"{where}.{name}", has[name], schema)
            elif self.answered:
                yield f"{where}.{name}: is gone"
            elif name in needed:
                yield f"{where}.{name}: is new and required"
        more = narrow.get("additionalProperties", True)
        if more is False and not self.answered:
            yield from (f"{where}.{name}: is gone" for name in has if name not in wants)
        elif isinstance(more, dict):
            rest = wide.get("additionalProperties", {})
            yield from self(f"{where}.*", rest if isinstance(rest, dict) else {}, more)


def _element(schema: Json, place: int) -> Any:
    """The schema of what a list holds at a place; False where it may hold nothing there."""
    before = schema.get("prefixItems", ())
    if place >= schema.get("maxItems", place + 1):
        return False
    return before[place] if place < len(before) else schema.get("items", {})


def _branches(schema: Json) -> list[Json]:
    beside = {key: value for key, value in schema.items() if key not in {"anyOf", *REMARKS}}
    if "anyOf" not in schema:
        return [schema]
    return [{**beside, "allOf": [one]} if beside else one for one in schema["anyOf"]]


def _types(schema: Json) -> set[str]:
    kind = schema.get("type", ANY_TYPE)
    kinds = {kind} if isinstance(kind, str) else set(kind)
    return kinds | {"integer"} if "number" in kinds else kinds


def _listed(schema: Json) -> list[Any] | None:
    found: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _within(key: str, value: Any, limit: Any) -> bool:
    if value is None:
        return False
    return bool(value >= limit if key in LEAST else value <= limit)
