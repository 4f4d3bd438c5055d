"""What counts have shown before changes no count: only whether it is made again."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store import sizes
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.plenty import OUTWARDS
from api.store.pool import Store
from api.store.results import Count
from schemas import FIGURE
from schemas.parameters import list_parameters
from schemas.query import Query
from schemas.reading import read_query
from tests.store.generated import bundle_of, figure, figures

CAP = 3
ASKED = list_parameters(FIGURE, ["json"])
BOUNDS = st.tuples(
    st.sampled_from(sorted(OUTWARDS)),
    st.sampled_from(["0", "1", "2.5", "100", "5000", "1000000", "1874000000", "99999999999"]),
    st.sampled_from(["", "status", "match"]),
)


def question(operator: str, bound: str, beside: str = "") -> Query:
    pairs = [(f"value__{operator}", bound)]
    pairs += {"status": [("status", "target")], "match": [("match", "certain")]}.get(beside, [])
    query, mistakes = read_query(ASKED, pairs)
    assert not mistakes
    return query


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=figures(), asked=st.lists(BOUNDS, min_size=2, max_size=12), data=st.data())
def test_a_count_is_the_same_whatever_was_counted_before(
    db: Database,
    store: Store,
    records: list[dict[str, Any]],
    asked: list[tuple[str, str, str]],
    data: st.DataObject,
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sizes, "PAGED_ROWS", CAP)
        load_again = data.draw(st.integers(0, len(asked) - 1))
        for number, one in enumerate(asked):
            if number == load_again:
                load_dataset(db, bundle_of(records), now)
            query = question(*one)
            with store.snapshot() as snapshot:
                newest = snapshot.release(None)
                assert newest
                release = snapshot.release(max(1, newest.version - data.draw(st.integers(0, 2))))
                assert release
                found = snapshot.sizes(FIGURE, query, release.at, release.hash).found
                held = list(snapshot.stream(FIGURE, query, release.at))
            assert found == Count(min(len(held), CAP), exact=len(held) <= CAP)


def test_what_lies_beyond_is_not_counted_again(
    db: Database, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "PAGED_ROWS", CAP)
    records = [figure(f"row-{n}", value=n) for n in range(10)]
    load_dataset(db, bundle_of(records), now)
    said: list[str] = []
    store = Store(str(database), 10_000, said.append)

    def counts(operator: str, bound: str) -> int:
        said.clear()
        with store.snapshot() as snapshot:
            release = snapshot.release(None)
            assert release
            found = snapshot.sizes(FIGURE, question(operator, bound), None, release.hash).found
            assert found == Count(CAP, False)
        return sum("COUNT" in statement for statement in said)

    assert [counts("gte", bound) for bound in ("5", "4", "5", "6", "5.5")] == [1, 0, 0, 1, 0]
    assert [counts("lte", bound) for bound in ("5", "6", "4", "5")] == [1, 0, 1, 0]
    load_dataset(db, bundle_of([*records, figure("row-10", value=10)]), now)
    assert [counts("gte", bound) for bound in ("4", "4")] == [1, 0]
    store.close()
