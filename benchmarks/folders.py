"""Where things are."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
# Databases, environments, logs and results: nothing of it is kept in the repository.
BUILD = ROOT / "build" / "benchmarks"
