"""The data set that the documentation shows can be loaded, and its evidence holds."""

import re
from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from tests.docs.examples import ROOT

# 40 characters; their SHA-256 is in the example.
NOTICE = "We set Bs. 1,500,000.50 aside for La Paz"


def shown(folder: Path) -> Path:
    """The data set of docs/data.md as a file."""
    (found,) = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "data.md").read_text(encoding="utf-8"), re.DOTALL
    )
    path = folder / "bolivia.yaml"
    path.write_text(found, encoding="utf-8")
    return path


def test_the_data_set_shown_is_right_to_the_last_digit(tmp_path: Path) -> None:
    text = tmp_path / "notice.txt"
    text.write_text(NOTICE, encoding="utf-8")
    result = CliRunner().invoke(
        main, ["validate", str(shown(tmp_path)), "--source-text", str(text)]
    )
    assert "nothing to mend" in result.stderr, result.output


def test_the_data_set_shown_is_served_beside_the_others(tmp_path: Path, database: Path) -> None:
    where = ["--database", str(database)]
    assert CliRunner().invoke(main, [*where, "load", str(shown(tmp_path))]).exit_code == 0
    result = CliRunner().invoke(main, [*where, "export", "figures", "--format", "csv"])
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("example-support,")]
    assert ",money,BOB,1500000.5,exact," in row


def test_the_data_set_shown_can_be_the_first_that_is_loaded(tmp_path: Path) -> None:
    where = ["--database", str(tmp_path / "fresh.db")]
    path = str(shown(tmp_path))
    assert CliRunner().invoke(main, [*where, "validate", path]).exit_code == 0
    result = CliRunner().invoke(main, [*where, "load", path])
    assert result.exit_code == 0, result.output
    assert "bolivia-example: data version 5" in result.stderr
