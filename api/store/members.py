"""What records lack that were stored before a field was declared."""

from collections.abc import Iterator
from typing import Any

from schemas import RESOURCES
from schemas.compact import parse


def lacking(connection: Any) -> Iterator[str]:
    """Data sets whose records lack a member until they are loaded again: a sentence for each.

    Rows are numbered as they come, and what is loaded again has all members. So where any row of
    a data set lacks one, its first row does.
    """
    for resource in RESOURCES:
        first = connection.execute(
            f"SELECT dataset, body FROM {resource.name} WHERE row IN (SELECT MIN(row) "
            f"FROM {resource.name} WHERE to_version IS NULL GROUP BY dataset) ORDER BY dataset"
        )
        for dataset, body in first:
            record = parse(body)
            missing = ", ".join(name for name in resource.members if name not in record)
            if missing:
                yield f"{resource.name} of the data set {dataset!r} lack {missing}: load it again"
