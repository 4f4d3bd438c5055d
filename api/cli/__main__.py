"""`python -m api.cli` is `quipu`."""

from api.cli import main

main(prog_name="quipu")
