"""Reading a query string: strictly, and to one form."""

from itertools import permutations
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import FIGURE, REGION, RESOURCES
from schemas.parameter import LONGEST_LIST, LONGEST_REMEMBERED, REMEMBERED, Parameter, Parameters
from schemas.parameters import LARGEST_PAGE, PAGED_ROWS, filter_parameters, list_parameters
from schemas.query import Ordering, Query
from schemas.reading import Mistake, read_query

FIGURES = list_parameters(FIGURE, ("json", "csv"))
REGIONS = list_parameters(REGION, ("json", "csv", "geojson"))


def read(question: str, parameters: tuple[Parameter, ...] = FIGURES) -> Query:
    query, mistakes = read_query(parameters, parse_qsl(question, keep_blank_values=True))
    assert mistakes == []
    return query


def mistakes(question: str, parameters: tuple[Parameter, ...] = FIGURES) -> list[Mistake]:
    query, found = read_query(parameters, parse_qsl(question, keep_blank_values=True))
    assert query == Query()
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("regoin", "region"),
        ("metrics", "metric"),
        ("values", "value"),
        ("value__gtee", "value__gte"),
        ("perpage", "per_page"),
        ("Sort", "sort"),
        ("region[]", "region"),
        ("limit", "per_page"),
        ("page_size", "per_page"),
        ("pageSize", "per_page"),
        ("size", "per_page"),
        ("offset", "page"),
        ("order", "sort"),
        ("order_by", "sort"),
        ("sort_by", "sort"),
        ("search", "q"),
        ("query", "q"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_unknown_name_suggests_the_nearest(name: str, nearest: str | None) -> None:
    (mistake,) = mistakes(f"{name}=1")
    assert (mistake.name, mistake.code, mistake.suggestion) == (name, "unknown", nearest)
    assert (f"did you mean '{nearest}'?" in mistake.message) == (nearest is not None)


def test_of_a_very_long_unknown_name_the_beginning_is_told() -> None:
    (mistake,) = mistakes(f"{'x' * 5000}=1")
    assert mistake.name == f"{'x' * 100}... (5,000 characters)"


def test_a_list_of_the_programs_own_asks_once_what_was_meant() -> None:
    (mistake,) = mistakes("status=achived")
    assert mistake.message.count("did you mean") == 1


def test_unknown_code_suggests_the_nearest() -> None:
    (mistake,) = mistakes("status=acheived")
    assert (mistake.code, mistake.suggestion) == ("invalid", "achieved")
    (mistake,) = mistakes("sort=valeu")
    assert (mistake.code, mistake.suggestion) == ("invalid", "value")


def test_what_nobody_could_have_meant_is_not_suggested() -> None:
    (mistake,) = mistakes("fields=nope")
    assert (mistake.code, mistake.suggestion) == ("invalid", None)
    assert "did you mean" not in mistake.message


def test_every_mistake_is_reported() -> None:
    found = mistakes("regoin=PE&value__gt=many&status=done&sort=colour&per_page=0&q=")
    assert [m.name for m in found] == ["regoin", "value__gt", "status", "sort", "per_page", "q"]


@pytest.mark.parametrize(
    "parameter", [p for p in FIGURES if not p.many and p.example], ids=lambda p: p.name
)
def test_a_scalar_given_twice_is_an_error(parameter: Parameter) -> None:
    pairs = [(parameter.name, parameter.example)] * 2
    _, found = read_query(FIGURES, pairs)
    assert [(mistake.name, mistake.code) for mistake in found] == [(parameter.name, "repeated")]


def test_a_list_may_be_given_with_commas_or_again() -> None:
    assert read("metric=plans,services") == read("metric=services&metric=plans")
    assert read("metric=plans,plans") == read("metric=plans")
    assert dict(read("metric=services,plans").given) == {"metric": "plans,services"}


@pytest.mark.parametrize("question", ["metric=", "metric=,", "metric=plans,", "metric=a,,b"])
def test_a_list_has_no_gaps(question: str) -> None:
    assert mistakes(question)[0].name == "metric"


def test_a_list_ends_somewhere() -> None:
    read("metric=" + ",".join(f"m{n}" for n in range(LONGEST_LIST)))
    (mistake,) = mistakes("metric=" + ",".join(f"m{n}" for n in range(LONGEST_LIST + 1)))
    assert str(LONGEST_LIST) in mistake.message


def test_a_comma_in_free_text_is_part_of_it() -> None:
    assert read("speaker=Balcázar, Rosa").conditions[0].values == ("Balcázar, Rosa",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("value=7", "value=7.0"),
        ("value=7", "value=7e0"),
        ("value=0", "value=0.000"),
        ("value__in=25,7", "value__in=7.00,25,7"),
        ("as_of=2021-04-28", "as_of=2021-04-28T00:00:00Z"),
        ("as_of=2021-04-28T05:00:00Z", "as_of=2021-04-28T00:00:00-05:00"),
    ],
)
def test_the_same_question_has_one_form(one: str, other: str) -> None:
    one, other = one.replace("+", "%2B"), other.replace("+", "%2B")
    assert read(one).given == read(other).given


def test_a_filter_may_ask_for_what_could_not_be_stored() -> None:
    assert read("value__gt=0.123456789").conditions[0].values
    assert mistakes("value__gt=-1")[0].name == "value__gt"
    assert mistakes("value__gt=1e300")[0].name == "value__gt"


ASKED = st.lists(
    st.sampled_from([p for p in filter_parameters(FIGURE) if p.operator != "isnull"]),
    max_size=5,
    unique_by=lambda parameter: parameter.name,
)


@given(ASKED, st.randoms(use_true_random=False))
def test_the_order_of_parameters_does_not_matter(asked: list[Parameter], random: object) -> None:
    pairs = [(parameter.name, parameter.example) for parameter in asked]
    pairs += [("sort", "-value"), ("per_page", "5")]
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert read_query(FIGURES, pairs) == read_query(FIGURES, shuffled)
    assert read_query(FIGURES, pairs)[1] == []


@given(
    st.lists(st.sampled_from(["PE", "PE-PIU", "PE-LAL", "PE-CUS", "BR"]), min_size=1),
    st.randoms(use_true_random=False),
)
def test_the_order_of_a_filters_values_does_not_matter(values: list[str], random: object) -> None:
    other = list(values)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert read(f"region={','.join(values)}") == read("&".join(f"region={v}" for v in other))


def test_the_order_of_sorts_does_matter() -> None:
    forms = {read(f"sort={','.join(sorts)}").given for sorts in permutations(["value", "-metric"])}
    assert len(forms) == 2
    assert read("sort=value,-metric").sort == (Ordering("value", False), Ordering("metric", True))


@pytest.mark.parametrize("question", ["sort=value,-value", "sort=", "sort=-"])
def test_a_sort_names_a_thing_once(question: str) -> None:
    assert mistakes(question)[0].name == "sort"


@given(st.lists(st.sampled_from([(p.name, p.example) for p in FIGURES if p.example]), max_size=6))
def test_what_was_understood_is_understood_again_from_its_form(
    pairs: list[tuple[str, str]],
) -> None:
    query, found = read_query(FIGURES, pairs)
    if not found:
        assert read_query(FIGURES, query.given) == (query, [])


@given(st.lists(st.tuples(st.sampled_from([p.name for p in FIGURES]), st.text(max_size=80))))
def test_what_was_read_before_is_read_alike(pairs: list[tuple[str, str]]) -> None:
    asked = Parameters(FIGURES)
    examples = [(p.name, p.example) for p in FIGURES if p.example][:3]
    for question in (pairs, examples, [*examples, *pairs]):
        assert read_query(asked, question) == read_query(asked, question)
        assert read_query(asked, question) == read_query(Parameters(FIGURES), question)


def test_what_is_remembered_of_questions_is_bounded() -> None:
    asked = Parameters(FIGURES)
    read_query(asked, [("q", "a" * (LONGEST_REMEMBERED + 1)), ("per_page", "no number")])
    assert not asked.readings
    for number in range(REMEMBERED * 2):
        read_query(asked, [("value__gte", str(number))])
        assert 0 < len(asked.readings) <= REMEMBERED


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=4))
def test_no_text_makes_reading_fail(pairs: list[tuple[str, str]]) -> None:
    query, found = read_query(FIGURES, pairs)
    assert found or len(query.given) == len({name for name, _ in pairs})


@given(
    st.sampled_from([parameter.name for parameter in FIGURES]),
    st.text() | st.from_regex(r"\A-?[0-9.eE+-]{1,50}\Z") | st.sampled_from(["\x00", "\ud800", "٣"]),
)
def test_no_value_makes_reading_fail(name: str, text: str) -> None:
    query, found = read_query(FIGURES, [(name, text)])
    assert bool(found) != bool(query.given)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_control_characters_and_half_pairs_are_refused_everywhere(resource: object) -> None:
    for parameter in list_parameters(resource, ("json",)):  # type: ignore[arg-type]
        for hostile in ("\x00", "\n", "\ud800"):
            _, found = read_query((parameter,), [(parameter.name, parameter.example + hostile)])
            assert [mistake.name for mistake in found] == [parameter.name]


def test_a_page_ends_within_the_rows_that_are_paged_by_number() -> None:
    last = PAGED_ROWS // LARGEST_PAGE
    assert read(f"page={last}&per_page={LARGEST_PAGE}").page == last
    (mistake,) = mistakes(f"page={last + 1}&per_page={LARGEST_PAGE}")
    assert (mistake.name, mistake.code, mistake.suggestion) == ("page", "contradiction", "cursor")
    read(f"page={PAGED_ROWS // 20}")
    assert mistakes(f"page={PAGED_ROWS // 20 + 1}")[0].suggestion == "cursor"


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "01", "+1", " 1", "1_0", "٣", "101", "", "x"])
def test_the_size_of_a_page_is_a_number_within_bounds(text: str) -> None:
    _, found = read_query(FIGURES, [("per_page", text)])
    assert [mistake.name for mistake in found] == ["per_page"]


def test_a_page_and_a_cursor_contradict() -> None:
    (mistake,) = mistakes("page=2&cursor=v4.0123456789ab.abc")
    assert mistake.code == "contradiction"


def test_a_format_that_the_collection_does_not_have_is_refused() -> None:
    assert read("format=geojson", REGIONS).format == "geojson"
    assert mistakes("format=geojson")[0].name == "format"


def test_a_sort_named_again_is_the_same_sort_and_both_ways_contradict() -> None:
    once, mistakes = read_query(FIGURES, [("sort", "-value,id")])
    assert mistakes == []
    assert read_query(FIGURES, [("sort", "-value,id,-value")]) == (once, [])
    _, (mistake,) = read_query(FIGURES, [("sort", "value,-value")])
    assert (mistake.name, mistake.code) == ("sort", "contradiction")
