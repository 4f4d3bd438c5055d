"""What the data is: every resource, declared once."""

from schemas.codelist import CODELIST
from schemas.dataset import DATASET
from schemas.figure import FIGURE
from schemas.organization import ORGANIZATION
from schemas.program import PROGRAM
from schemas.region import REGION
from schemas.resource import Resource
from schemas.source import SOURCE

RESOURCES: tuple[Resource, ...] = (
    PROGRAM,
    REGION,
    FIGURE,
    SOURCE,
    ORGANIZATION,
    CODELIST,
    DATASET,
)

__all__ = ["RESOURCES", "Resource"]
