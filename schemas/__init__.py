"""What the data is: every resource, declared once."""

import schemas.late  # noqa: F401 - before anything imports marshmallow
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

BY_NAME = {resource.name: resource for resource in RESOURCES}

__all__ = [
    "BY_NAME",
    "CODELIST",
    "DATASET",
    "FIGURE",
    "ORGANIZATION",
    "PROGRAM",
    "REGION",
    "RESOURCES",
    "SOURCE",
    "Resource",
]
