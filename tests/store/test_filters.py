"""Each filter finds what a model in plain Python finds, over generated figures."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from schemas import FIGURE
from schemas.fields import Amount, Flag
from schemas.match import MATCHES
from schemas.parameter import Parameter
from schemas.parameters import filter_parameters, match_parameter
from schemas.query import Query
from schemas.reading import read_query
from tests.contract.model import matches
from tests.store.generated import VALUES, bundle_of, figure, figures

ON_ONE_DATABASE = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PARAMETERS = filter_parameters(FIGURE)
# Amounts next to those that are stored, nearer than can be stored, and out of a double's reach.
STEPS = [Decimal(text) for text in ("0", "0.0001", "-0.0001", "0.00005", "-0.00005", "1e-13")]


def texts_for(parameter: Parameter, records: list[dict[str, Any]]) -> list[str]:
    """Values worth asking for: those that records have, their neighbours, and the example."""
    assert parameter.place is not None
    if isinstance(parameter.field, Flag):
        return ["true", "false"]
    held = {str(v) for record in records for v in parameter.place.values(record)}
    if isinstance(parameter.place.field, Amount):
        near = {value + step for value in VALUES for step in STEPS}
        held = {f"{value:f}" for value in near if 0 <= value <= Amount.largest}
    if parameter.many and len(held) > 1:
        held |= {",".join(sorted(held)[:2])}
    return sorted(held | {parameter.example})


@ON_ONE_DATABASE
@given(records=figures(), data=st.data())
def test_every_operator_finds_what_the_model_finds(
    db: Database, store: Store, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    assert load_dataset(db, bundle_of(records), now).findings == []
    with store.snapshot() as snapshot:
        held = [json.loads(body) for body in snapshot.stream(FIGURE, Query(), None)]
        for parameter in PARAMETERS:
            text = data.draw(st.sampled_from(texts_for(parameter, held)), label=parameter.name)
            query, mistakes = read_query(PARAMETERS, [(parameter.name, text)])
            assert mistakes == []
            found = [json.loads(body)["id"] for body in snapshot.stream(FIGURE, query, None)]
            expected = [record["id"] for record in held if matches(parameter, text, record, held)]
            assert found == expected, (parameter.name, text)
            assert snapshot.count(FIGURE, query, None) == (len(expected), True)


@ON_ONE_DATABASE
@given(before=figures(), after=figures(), data=st.data())
def test_filters_together_hold_together_at_any_version(
    db: Database,
    store: Store,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    assert load_dataset(db, bundle_of(before), now).findings == []
    (past,) = db.conn.execute("SELECT MAX(version) FROM releases").fetchone()
    assert load_dataset(db, bundle_of(after), now).findings == []
    with store.snapshot() as snapshot:
        for at in (None, past):
            held = [json.loads(body) for body in snapshot.stream(FIGURE, Query(), at)]
            asked = [
                (parameter, data.draw(st.sampled_from(texts_for(parameter, held))))
                for parameter in data.draw(
                    st.lists(st.sampled_from(PARAMETERS), max_size=3, unique_by=lambda p: p.name)
                )
            ]
            query, mistakes = read_query(PARAMETERS, [(p.name, text) for p, text in asked])
            assert mistakes == []
            found = [json.loads(body)["id"] for body in snapshot.stream(FIGURE, query, at)]
            assert found == [r["id"] for r in held if all(matches(p, t, r, held) for p, t in asked)]


BOUNDED = [parameter for parameter in PARAMETERS if parameter.interval]
ASKED = (*PARAMETERS, *match_parameter(PARAMETERS))


@ON_ONE_DATABASE
@given(records=figures(), data=st.data())
def test_every_match_finds_what_the_model_finds(
    db: Database, store: Store, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    assert load_dataset(db, bundle_of(records), now).findings == []
    with store.snapshot() as snapshot:
        held = [json.loads(body) for body in snapshot.stream(FIGURE, Query(), None)]
        for parameter in BOUNDED:
            text = data.draw(st.sampled_from(texts_for(parameter, held)), label=parameter.name)
            for match in MATCHES:
                query, mistakes = read_query(ASKED, [(parameter.name, text), ("match", match)])
                assert mistakes == []
                found = [json.loads(body)["id"] for body in snapshot.stream(FIGURE, query, None)]
                expected = [r["id"] for r in held if matches(parameter, text, r, held, match)]
                assert found == expected, (parameter.name, text, match)


COMPARE = {"gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b}
COMPARE |= {"lte": lambda a, b: a <= b, "ne": lambda a, b: a != b, "in": lambda a, b: a == b}


@pytest.mark.parametrize("operator", COMPARE)
@pytest.mark.parametrize(
    "asked",
    [
        "1874000000000.00001",
        "1873999999999.99999",
        "922337203685476.00001",
        "922337203685475.9999999999999999999999",
        "922337203685476",
        "0.0001000000000000000000000000000000001",
        "0.0001",
        "1e-999",
    ],
)
def test_an_amount_is_compared_exactly_however_it_is_asked_for(
    db: Database, store: Store, operator: str, asked: str
) -> None:
    values = ["0", "0.0001", "1874000000000", "922337203685476", "922337203685477"]
    records = [figure(f"g-{number}", Decimal(value)) for number, value in enumerate(values)]
    assert load_dataset(db, bundle_of(records), now).findings == []
    pairs = [(f"value__{operator}", asked), ("dataset", "generated")]
    query, mistakes = read_query(PARAMETERS, pairs)
    assert mistakes == []
    with store.snapshot() as snapshot:
        found = [json.loads(body)["id"] for body in snapshot.stream(FIGURE, query, None)]
    compare = COMPARE[operator]
    assert found == [
        f"g-{number}"
        for number, value in enumerate(values)
        if compare(Fraction(value), Fraction(asked))
    ]
