"""Searching several resources at once: where the records are found.

Only so many of a common word's rows are looked at, the newest ones; those that are called just
what was asked for are found among all.
"""

from collections.abc import Sequence

from api.store.columns import column_name, text_table
from api.store.dialect import match_words, text_candidates
from api.store.relevance import Found, Sought, ranked
from api.store.statement import Run, Statement, listed
from api.store.text import sort_key, spellings
from api.store.versions import in_version, version_parameters
from schemas.resource import Resource, Searched

# Rows of any version that the index is asked for at a time, how many times, and records that are
# read and ranked, of each resource.
LOOKED_AT = 5000
TIMES = 20
RANKED = 500


def search(
    run: Run, resources: Sequence[Resource], sought: Sought, at: int | None
) -> tuple[list[Found], bool]:
    """What is called so or holds the words, the best first; and whether there was more than is
    ranked. `run` gives the rows of a statement."""
    if not sought.words:
        return [], False
    found: dict[str, list[str]] = {}
    partial = False
    for resource in resources:
        if resource.search is None:
            continue
        named = run(called(resource, resource.search, sought, at))
        valid, is_all = _candidates(run, resource, sought, at)
        partial |= not is_all
        held = run(bodies(resource, valid[:RANKED])) if valid else []
        found[resource.name] = [body for (body,) in (*named, *held)]
    return ranked(resources, found, sought), partial


def _candidates(
    run: Run, resource: Resource, sought: Sought, at: int | None
) -> tuple[list[int], bool]:
    """The newest rows of a version that hold the words, as many as are ranked at least; and
    whether that is all. Where many rows are of other versions, more are looked at."""
    valid: list[int] = []
    below = None
    for _ in range(TIMES):
        rows = run(candidate_rows(resource, sought, at, below))
        valid += [row for row, is_of_version in rows[:LOOKED_AT] if is_of_version]
        if len(rows) <= LOOKED_AT:
            return valid, len(valid) <= RANKED
        if len(valid) > RANKED:
            break
        below = rows[LOOKED_AT - 1][0]
    return valid, False


def called(resource: Resource, search: Searched, sought: Sought, at: int | None) -> Statement:
    """The bodies of the records whose id or name is just what was asked for."""
    slug = "-".join(sought.words)
    marks, ids = listed("id", [slug, slug.upper()])
    spelt, names = listed("name", spellings(sort_key(sought.phrase)))
    clauses = [f"id IN ({marks})"]
    clauses += [f"{column_name(path, collated=True)} IN ({spelt})" for path in search.called]
    sql = " UNION ALL ".join(
        f"SELECT body FROM (SELECT body FROM {resource.name} "
        f"WHERE {in_version(at)} AND {clause} ORDER BY id LIMIT :ranked) AS by_{number}"
        for number, clause in enumerate(clauses)
    )
    return Statement(sql, {"ranked": RANKED, **names, **ids, **version_parameters(at)})


def candidate_rows(
    resource: Resource, sought: Sought, at: int | None, below: int | None = None
) -> Statement:
    """(row, whether it is of the version) of the newest rows that hold the words; of those below a
    row, if one is given."""
    name = resource.name
    upto = None
    if below is not None:
        upto = ":below - 1"
    elif at is not None:
        # No row that came later may take the place of one that was there.
        latest = f"SELECT MAX(from_version) FROM {name} WHERE from_version <= :at"
        upto = f"(SELECT MAX(row) FROM {name} WHERE from_version = ({latest}))"
    candidates = text_candidates(text_table(resource), "words", "looked_at", upto)
    sql = (
        f"SELECT c.row, t.row IS NOT NULL FROM ({candidates}) AS c "
        f"LEFT JOIN {name} AS t ON t.row = c.row AND {in_version(at, 't')} ORDER BY c.row DESC"
    )
    parameters = {"words": match_words(sought.words), "looked_at": LOOKED_AT + 1}
    if below is not None:
        parameters["below"] = below
    return Statement(sql, {**parameters, **version_parameters(at)})


def bodies(resource: Resource, rows: list[int]) -> Statement:
    """The bodies of rows."""
    marks, parameters = listed("row", rows)
    return Statement(f"SELECT body FROM {resource.name} WHERE row IN ({marks})", parameters)
