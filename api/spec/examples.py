"""The examples of the document: real answers, recorded by `python -m contract.examples`.

They are data of this package, so that the document can be built without a request or a server. A
test sends each example's request again and compares.
"""

import json
from functools import cache
from importlib.resources import files

from schemas.objects import Json

RECORDED = "examples.json"


@cache
def recorded() -> tuple[Json, ...]:
    """[{operation, status, media_type, name, request, value}], as they were recorded."""
    file = files("api.spec") / RECORDED
    return tuple(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else ()


def illustrate(paths: Json, responses: Json) -> None:
    """Put each example where it belongs: a problem's to the shared response of its status."""
    for item in paths.values():
        operation = item["get"]
        for status, response in operation["responses"].items():
            _add(response, operation["operationId"], status)
    for name, response in responses.items():
        _add(response, "", name.removeprefix("Problem"))


def _add(response: Json, operation: str, status: str) -> None:
    for media_type, content in response.get("content", {}).items():
        found = {
            example["name"]: {"summary": example["request"], "value": example["value"]}
            for example in recorded()
            if (example["operation"], example["status"], example["media_type"])
            == (operation, status, media_type)
        }
        if found:
            content["examples"] = found
