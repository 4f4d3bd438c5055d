"""What the tests must notice: patterns of the program, each of which can be taken out of a copy.

Each mutant names a file, the text that stands there once, what it becomes, and the tests that are
to fail then. `contract/mutate.py` runs them.
"""

from contract.mutants.answers import ANSWERS
from contract.mutants.claims import CLAIMS
from contract.mutants.files import FILES
from contract.mutants.keeping import KEEPING
from contract.mutants.mutant import Mutant
from contract.mutants.questions import QUESTIONS
from contract.mutants.specification import SPECIFICATION
from contract.mutants.store import STORE
from contract.mutants.sums import SUMS
from contract.mutants.values import VALUES

__all__ = ["MUTANTS", "Mutant"]

MUTANTS = (
    *VALUES,
    *QUESTIONS,
    *STORE,
    *SUMS,
    *CLAIMS,
    *ANSWERS,
    *FILES,
    *KEEPING,
    *SPECIFICATION,
)
