"""What a sum is grouped by, and how a cell of it is named and written."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas import FIGURE
from schemas.aggregate import Cell, cell_as_record
from schemas.codes import QUALIFIERS
from schemas.derived import regions_each, regions_together, year_of
from schemas.group import PARTED, CellPart, Part, grouped_by, part_of

PART = CellPart(FIGURE.group_places)


@pytest.mark.parametrize(
    ("period", "year"),
    [
        (None, None),
        ({"start": "2021-01-01", "end": "2021-12-31"}, 2021),
        ({"start": "2021-03-05", "end": "2021-03-05"}, 2021),
        ({"start": "2020-12-31", "end": "2021-01-01"}, None),
        ({"start": None, "end": "2021-12-31"}, None),
        ({"start": "2021-01-01", "end": None}, None),
        ({"start": "2021-01-01", "end": None, "duration": "P1Y"}, None),
        ({"start": "0999-01-01", "end": "0999-01-02"}, 999),
    ],
)
def test_a_figure_has_a_year_if_its_whole_period_was_stated_to_lie_in_it(
    period: dict[str, Any] | None, year: int | None
) -> None:
    assert year_of({"period": period}) == year


@pytest.mark.parametrize(
    ("regions", "allocation", "together", "each"),
    [
        ([], None, None, None),
        (["PE-PIU"], None, None, None),
        (["PE-PIU"], "joint", None, None),
        (["PE-PIU"], "each", None, None),
        (["PE-PIU", "PE-CUS"], "joint", "PE-CUS.PE-PIU", None),
        (["PE-CUS", "PE-PIU"], None, "PE-CUS.PE-PIU", None),
        (["PE-PIU", "PE-CUS"], "each", None, 2),
        (["PE", "BO"], None, "BO.PE", None),
    ],
)
def test_an_amount_is_whole_unless_it_was_stated_for_each_region(
    regions: list[str], allocation: str | None, together: str | None, each: int | None
) -> None:
    record = {"regions": regions, "allocation": allocation}
    assert regions_together(record) == together
    assert regions_each(record) == each


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("program:procompite", Part("program", ("procompite",))),
        ("program:", Part("program", ())),
        ("unit:PEN", Part("unit", ("PEN",))),
        ("year:2021", Part("year", ("2021",))),
        ("year:", Part("year", ())),
        ("region:", Part("region", ())),
        ("region:PE", Part("region", ("PE",))),
        ("region:PE-PIU.PE-LAL", Part("region", ("PE-LAL", "PE-PIU"))),
        ("status:target", Part("status", ("target",))),
    ],
)
def test_a_part_of_a_cells_name_is_read(text: str, part: Part) -> None:
    assert part_of(PART.deserialize(text)) == part


@given(st.from_regex(PART.pattern.replace("$", r"\Z"), fullmatch=True))
def test_a_part_is_read_again_from_its_text(text: str) -> None:
    part = part_of(PART.deserialize(text))
    assert part_of(PART.deserialize(part.text)) == part


@pytest.mark.parametrize(
    "text", ["", "unit", "unit:", ":PEN", "colour:red", "unit:PEN\n", "status:done", "year:0",
             "year:02021", "region:.PE", "region:PE-PIU,PE-LAL", "program:a.b", "source:"],
)  # fmt: skip
def test_what_no_cell_has_in_its_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PART.deserialize(text)


def test_units_are_always_parted_and_statuses_unless_it_is_said() -> None:
    assert grouped_by([], across_status=False) == ("unit", "status")
    assert grouped_by(["program"], across_status=False) == ("program", "unit", "status")
    assert grouped_by(["status", "unit"], across_status=False) == ("status", "unit")
    assert grouped_by(["year"], across_status=True) == ("year", "unit")
    assert set(PARTED) == set(grouped_by([], across_status=False))


def test_every_group_is_a_filter_with_a_place_of_its_own() -> None:
    assert list(FIGURE.group_places) == list(FIGURE.groups)
    assert [name for name, place in FIGURE.group_places.items() if place.many] == ["region"]


def cell(**others: Any) -> Cell:
    given = {
        "group": {"unit": "PEN", "status": "planned"},
        "count": 1,
        "sum": Decimal("12.5"),
        "min": Decimal("12.5"),
        "max": Decimal("12.5"),
        "qualifiers": {name: int(name == "exact") for name in QUALIFIERS},
        "each_counted_once": 0,
    }
    return Cell(**{**given, **others})  # type: ignore[arg-type]


def test_a_group_has_only_the_members_that_the_sum_is_grouped_by() -> None:
    assert cell_as_record(cell())["group"] == {
        "measure": "money", "unit": "PEN", "status": "planned",
    }  # fmt: skip
    group = {"region": ("PE-CUS", "PE-PIU"), "year": None, "unit": "plans"}
    assert cell_as_record(cell(group=group))["group"] == {
        "region": ["PE-CUS", "PE-PIU"], "measure": "count", "unit": "plans", "year": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("exact", "number", "shown"),
    [
        ("12.5", 12.5, "12.5"),
        ("120000000", 120_000_000, "120,000,000"),
        ("9007199254740993", 9_007_199_254_740_993, "9,007,199,254,740,993"),
        ("12345678901234567890.1234", 1.2345678901234567e19, "12,345,678,901,234,567,890.1234"),
        ("9999999999999999999999999.9999", 1e25, "9,999,999,999,999,999,999,999,999.9999"),
    ],
)
def test_a_sum_is_a_number_and_every_digit_of_it_is_beside_it(
    exact: str, number: float, shown: str
) -> None:
    found = cell_as_record(cell(sum=Decimal(exact), group={"unit": "plans"}))
    assert (found["sum"], found["sum_exact"]) == (number, exact)
    assert found["display"] == {"en": shown, "es": shown}


@pytest.mark.parametrize(
    ("exact", "lower", "upper"),
    [
        ("0", 0, 0),
        ("12.6", 12.6, 12.6),
        ("99999999999.9999", 99_999_999_999.9999, 99_999_999_999.9999),
        ("922437203685476.9999", 922_437_203_685_476.9, 922_437_203_685_477),
        # Written as ...378.2, which is below it, the double next to it is ...378.25.
        ("922349549364378.2345", 922_349_549_364_378.1, 922_349_549_364_378.4),
        # What is written for a double may be further out than the double is.
        ("922349549364378.375", 922_349_549_364_378.2, 922_349_549_364_378.4),
        ("9007199254740992", 9_007_199_254_740_992, 9_007_199_254_740_992),
        ("9007199254740993", 9_007_199_254_740_992, 9_007_199_254_740_994),
        ("9007199254740995", 9_007_199_254_740_994, 9_007_199_254_740_996),
    ],
)
def test_a_bound_that_no_double_carries_goes_outwards(
    exact: str, lower: float, upper: float
) -> None:
    found = cell_as_record(cell(sum=Decimal(exact), group={"unit": "plans"}))
    assert (found["lower"], found["upper"]) == (lower, upper)


@given(st.integers(0, 10**25) | st.integers(5 * 10**18, 10**20))
def test_the_bounds_enclose_the_sum_as_they_are_written_and_as_they_are_read(number: int) -> None:
    exact = Decimal(number).scaleb(-4)
    found = cell_as_record(cell(sum=exact, group={"unit": "plans"}))
    lower, upper = json.dumps(found["lower"]), json.dumps(found["upper"])
    assert Decimal(lower) <= exact <= Decimal(upper)
    # To whoever reads numbers as doubles too. (To 15 digits a double stands for what is written.)
    assert Decimal(lower) == exact or Decimal(float(lower)) <= exact
    assert Decimal(upper) == exact or Decimal(float(upper)) >= exact
    # A double that is whole is read as what is written.
    assert all(float(text) == int(text) for text in (lower, upper) if text.isdigit())
