"""What a version's lists hold, asked where nothing was found."""

from api.cli.database import now
from api.store import vocabulary
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from tests.store.generated import bundle_of, figure

FIGURES = ("resource", "figures")


def test_what_is_there_is_known_however_long_its_list_is(db: Database, store: Store) -> None:
    ids = [f"a-{n:04}" for n in range(vocabulary.SUGGESTED + 5)]
    load_dataset(db, bundle_of(map(figure, ids)), now)
    with store.snapshot() as snapshot:
        known = snapshot.vocabulary({FIGURES: [ids[-1], "a-9999"]}, None)[FIGURES]
        assert ids[-1] in known
        assert ids[-2] not in known
        assert "a-9999" not in known
        assert known == sorted(known)


def test_a_version_knows_what_it_held_then(db: Database, store: Store) -> None:
    load_dataset(db, bundle_of([figure("a-1")]), now)
    load_dataset(db, bundle_of([figure("a-2")]), now)
    concept = ("concept", "metrics")
    with store.snapshot() as snapshot:
        for at, there in ((4, set()), (5, {"a-1"}), (6, {"a-2"}), (None, {"a-2"})):
            wanted = {FIGURES: ["a-1", "a-2"], concept: ["plans"]}
            known = snapshot.vocabulary(wanted, at)
            assert {"a-1", "a-2"} & set(known[FIGURES]) == there
            assert "plans" in known[concept]
