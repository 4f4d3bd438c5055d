"""The linters notice a fault: each is put into a copy of the document, where the rule must name it.

That the document itself is clean is `make lint-contract`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.document.tools import read_document, run_node_tool, write_document

Document = dict[str, Any]


def forget_a_description(document: Document) -> None:
    del document["paths"]["/figures"]["get"]["description"]


def ask_without_a_limit(document: Document) -> None:
    query = {"name": "loose", "in": "query", "schema": {"type": "string"}}
    document["paths"]["/figures"]["get"]["parameters"].append(query)


def ask_for_a_secret(document: Document) -> None:
    schema = {"type": "string", "maxLength": 40, "pattern": "^[a-z]+$"}
    query = {"name": "access_token", "in": "query", "schema": schema}
    document["paths"]["/figures"]["get"]["parameters"].append(query)


def use_an_id_twice(document: Document) -> None:
    document["paths"]["/figures"]["get"]["operationId"] = "list_regions"


def name_what_no_one_uses(document: Document) -> None:
    document["components"]["schemas"]["Unused"] = {"type": "string", "description": "Idle."}


def leave_open_who_may_call(document: Document) -> None:
    document.pop("security", None)


def give_an_impossible_example(document: Document) -> None:
    query = {
        "name": "limited",
        "in": "query",
        "description": "A number.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 5},
        "example": 6,
    }
    document["paths"]["/figures"]["get"]["parameters"].append(query)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (forget_a_description, "operation-description"),
        (ask_without_a_limit, "owasp:api4:2023-string-limit"),
        (ask_for_a_secret, "owasp:api2:2023-no-credentials-in-url"),
        (use_an_id_twice, "operation-operationId-unique"),
    ],
)
def test_spectral_names_the_fault(
    fault: Callable[[Document], None], rule: str, tmp_path: Path
) -> None:
    document = read_document()
    fault(document)
    faulty = write_document(document, tmp_path / "openapi.yaml")
    outcome = run_node_tool("spectral", "lint", "--fail-severity", "hint", faulty)
    assert outcome.returncode == 1, outcome.stderr
    assert f" {rule} " in outcome.stdout


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (name_what_no_one_uses, "no-unused-components"),
        (leave_open_who_may_call, "security-defined"),
        (give_an_impossible_example, "no-invalid-parameter-examples"),
    ],
)
def test_redocly_names_the_fault(
    fault: Callable[[Document], None], rule: str, tmp_path: Path
) -> None:
    document = read_document()
    fault(document)
    faulty = write_document(document, tmp_path / "openapi.yaml")
    outcome = run_node_tool("redocly", "lint", "--config", "redocly.yaml", faulty)
    assert outcome.returncode == 1, outcome.stderr
    assert f"the {rule} rule" in outcome.stderr + outcome.stdout
