"""The word that was probably meant."""

import pytest

from schemas.nearest import nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("qualifer", ["qualifier", "quantity"], "qualifier"),
        ("pen", ["percent", "open", "PEN"], "PEN"),
        ("m_b", ["mb", "M_B", "M_b"], "M_b"),
        ("M_B", ["m_b", "M_b"], "M_b"),
        ("STRASSE", ["strassen", "stra\u00dfe"], "stra\u00dfe"),
        ("nothing", ["percent", "PEN"], None),
        ("", ["percent"], None),
    ],
)
def test_the_nearest_is_what_differs_by_its_letters_case_alone_else_what_is_most_alike(
    word: str, known: list[str], meant: str | None
) -> None:
    for order in (known, known[::-1]):
        found, asking = nearest(word, order)
        assert found == meant
        assert asking == (f"; did you mean {meant!r}?" if meant else "")
