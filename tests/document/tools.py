"""The tools beside Python that these tests run, and the document that they run them on."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "contract"
NODE_TOOLS = CONTRACT / "node_modules" / ".bin"


def skip_without(tool: str, why: str) -> None:
    """Skips, except where REQUIRED_TOOLS names the tool: there its absence is a failure."""
    if tool in os.environ.get("REQUIRED_TOOLS", "").split():
        pytest.fail(f"{tool} is required here: {why}")
    pytest.skip(why)


def run_node_tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a tool of contract/package.json says, run by the Node of the same."""
    if not (NODE_TOOLS / name).exists():
        skip_without("node", f"{name} is not installed: `make lint-contract` installs it")
    quiet = {"SCARF_ANALYTICS": "false", "REDOCLY_TELEMETRY": "off"}
    return subprocess.run(
        [NODE_TOOLS / name, *arguments],
        cwd=CONTRACT,
        env={**os.environ, **quiet, "PATH": f"{NODE_TOOLS}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def read_document(path: Path = ROOT / "openapi.yaml") -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return found


def write_document(document: dict[str, Any], path: Path) -> Path:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    path.write_text(yaml.dump(document, Dumper=dumper, sort_keys=False), encoding="utf-8")
    return path
