"""The words in use: ids of records, and codes of the lists of a concept."""

from collections.abc import Iterable

from api.store.columns import join_table
from api.store.conditions import Statement, in_version
from schemas import CODELIST


def vocabulary_statement(
    references: Iterable[str], concepts: Iterable[str], limit: int
) -> Statement | None:
    """("resource", name, id) of resources and ("concept", name, code) of concepts, of the newest
    data; None where none is asked for."""
    parts = [
        f"SELECT 'resource', '{name}', id FROM {name} WHERE {in_version(None)}"
        for name in references
    ]
    parameters = {f"v{n}": concept for n, concept in enumerate(concepts)}
    parts += [
        f"SELECT 'concept', :{name}, j.value FROM {CODELIST.name} AS c "
        f"JOIN {join_table(CODELIST, 'codes.code')} AS j ON j.row = c.row "
        f"WHERE c.concept = :{name} AND c.{in_version(None)}"
        for name in parameters
    ]
    return Statement(f"{' UNION ALL '.join(parts)} LIMIT {limit}", parameters) if parts else None
