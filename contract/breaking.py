"""Says what a newer document breaks of an older one, and refuses it unless the version says so.

    python -m contract.breaking contract/released/openapi.yaml openapi.yaml

docs/stability.md is the promise that this holds.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from contract.excess import Document, Excess, Json

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Each change by which a client of the old document may fail, in words."""
    return list(dict.fromkeys(_Comparison(Document(old), Document(new)).documents()))


def says_so(old: str, new: str) -> bool:
    """Whether a version owns up to a breach: a new major one, or before 1.0 a new minor one."""
    before, after = (tuple(map(int, version.split(".")[:2])) for version in (old, new))
    return after[0] > before[0] or (before[0] == 0 and after > before)


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self.asked = Excess(old, new, answered=False)
        self.answered = Excess(new, old, answered=True)

    def documents(self) -> Iterator[str]:
        old, new = self.old.content, self.new.content
        if old.get("security", []) != new.get("security", []):
            yield "who may call has changed"
        for path, item in old["paths"].items():
            for method in METHODS:
                if method not in item or item[method].get("x-stability") == "experimental":
                    continue
                where = f"{method.upper()} {path}"
                if method in new["paths"].get(path, {}):
                    yield from self.operations(where, item, new["paths"][path], method)
                else:
                    yield f"{where}: is gone"
        for name in old["components"]["schemas"].keys() - new["components"]["schemas"].keys():
            yield f"schema {name}: no longer has that name"

    def operations(self, where: str, old_item: Json, new_item: Json, method: str) -> Iterator[str]:
        old, new = old_item[method], new_item[method]
        for member in ("operationId", "tags", "security", "requestBody"):
            if old.get(member) != new.get(member):
                yield f"{where}: {member} has changed"
        before, after = _parameters(self.old, old_item, old), _parameters(self.new, new_item, new)
        for key in before.keys() - after.keys():
            yield f"{where} {' '.join(key)}: is gone"
        for key in before.keys() & after.keys():
            yield from self.parameters(f"{where} {' '.join(key)}", before[key], after[key])
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                yield f"{where} {' '.join(key)}: is new and required"
        for status, answer in old["responses"].items():
            if status in new["responses"]:
                after_it = self.new(new["responses"][status])
                yield from self.answers(f"{where} {status}", self.old(answer), after_it)
            else:
                yield f"{where} {status}: is gone"

    def parameters(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{where}: is now required"
        for member in ("style", "explode"):
            if old.get(member) != new.get(member):
                yield f"{where}: {member} has changed"
        default = self.old(old["schema"]).get("default")
        if default != self.new(new["schema"]).get("default"):
            yield f"{where}: no longer stands for {default} when it is left out"
        yield from self.asked(where, old["schema"], new["schema"])

    def answers(self, where: str, old: Json, new: Json) -> Iterator[str]:
        for name, header in old.get("headers", {}).items():
            if name not in new.get("headers", {}):
                yield f"{where} {name}: is gone"
                continue
            before, after = self.old(header), self.new(new["headers"][name])
            if before.get("required") and not after.get("required"):
                yield f"{where} {name}: may now be missing"
            yield from self.answered(f"{where} {name}", after["schema"], before["schema"])
        for media_type, body in old.get("content", {}).items():
            if media_type not in new.get("content", {}):
                yield f"{where} {media_type}: is gone"
            elif "schema" in body:
                after = new["content"][media_type].get("schema", {})
                yield from self.answered(f"{where} {media_type} ", after, body["schema"])


def _parameters(document: Document, item: Json, operation: Json) -> dict[tuple[str, str], Json]:
    found = map(document, [*item.get("parameters", []), *operation.get("parameters", [])])
    return {(parameter["in"], parameter["name"]): parameter for parameter in found}


def _read(path: str) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Json = yaml.load(Path(path).read_text(encoding="utf-8"), loader)  # noqa: S506 - safe
    return found


def main(old_path: str, new_path: str) -> int:
    old, new = _read(old_path), _read(new_path)
    changes = sorted(breaking_changes(old, new))
    released, version = old["info"]["version"], new["info"]["version"]
    if not changes:
        print(f"{version} breaks nothing of {released}")
        return 0
    print(f"{version} breaks {len(changes)} things of {released}:", *changes, sep="\n")
    if says_so(released, version):
        return 0
    print("The version does not say so: docs/stability.md", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
