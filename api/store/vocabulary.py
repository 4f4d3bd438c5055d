"""What a version's lists hold: the ids of the records that are named, the codes of a concept.

It is asked where nothing was found, to say which values can find nothing. So a list tells of the
values that were asked for, however long it is, and of its first ones, to suggest from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.store.statement import Statement, listed
from api.store.versions import in_version, version_parameters
from schemas import BY_NAME

# Of each list so many are read to suggest from: a codelist and a country's programmes are shorter.
SUGGESTED = 2_000
# ("resource", its name) or ("concept", its id).
List = tuple[str, str]


def vocabulary_statement(wanted: Mapping[List, Sequence[str]], at: int | None) -> Statement:
    """(number of the list, value) of what is there of the wanted values and, from its beginning,
    of each list. A value may come twice."""
    parts = []
    parameters: dict[str, Any] = {**version_parameters(at), "suggested": SUGGESTED}
    for number, ((kind, name), values) in enumerate(wanted.items()):
        marks, asked = listed(f"asked{number}_", values)
        parameters |= asked
        if kind == "resource":
            rows = f"SELECT {number} AS list, id AS value FROM {BY_NAME[name].name}"
            where, value = in_version(at), "id"
        else:
            parameters[f"concept{number}"] = name
            rows = (
                f"SELECT {number} AS list, j.value AS value FROM codelists AS c "
                "JOIN codelists_codes_code AS j ON j.row = c.row"
            )
            where, value = f"c.concept = :concept{number} AND {in_version(at, 'c')}", "j.value"
        first = f"{rows} WHERE {where} ORDER BY {value} LIMIT :suggested"
        parts += [
            f"{rows} WHERE {where} AND {value} IN ({marks})",
            f"SELECT list, value FROM ({first}) AS first_{number}",
        ]
    return Statement(" UNION ALL ".join(parts), parameters)


def read_vocabulary(
    wanted: Mapping[List, Sequence[str]], rows: Iterable[Sequence[Any]]
) -> dict[List, list[str]]:
    """{list: values, in order} from the rows of the statement."""
    found: dict[List, set[str]] = {one: set() for one in wanted}
    lists = list(wanted)
    for number, value in rows:
        found[lists[number]].add(value)
    return {one: sorted(values) for one, values in found.items()}
