"""Rounds: everyone is measured in turn, again and again, and the medians are compared.

The machine is not the same from minute to minute, so a ratio is made within each round, of two
measurements that are near in time. Where the ratios of the rounds lie far apart, the median is
marked; where they lie very far apart, there is none.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

# How far the largest and the smallest ratio may lie apart, as a part of the median.
MARKED, REFUSED = 0.3, 1.0


class Ratio(NamedTuple):
    """A median of ratios, and how far they lie apart."""

    value: float
    spread: float

    @property
    def told(self) -> bool:
        """Whether the rounds agree enough for the median to say anything."""
        return self.spread <= REFUSED

    def __str__(self) -> str:
        if not self.told:
            return "?"
        return ("≈ " if self.spread > MARKED else "") + shown(self.value)


def ratio(over: Sequence[float], under: Sequence[float]) -> Ratio:
    """Of two rows of measurements, one a round, in the order of the rounds."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    return Ratio(median(ratios), spread(ratios))


def spread(values: Sequence[float]) -> float:
    """How far the values lie apart, as a part of their median."""
    return (max(values) - min(values)) / median(values) if len(values) > 1 else 0.0


def shown(number: float) -> str:
    """Three digits, as people read them: 0.123, 1.23, 12.3, 123, 12,300; – where there is none."""
    if number == 0:
        return "0"
    if not math.isfinite(number):
        return "–"
    decimals = max(0, 2 - len(str(int(abs(number)))) + (1 if abs(number) >= 1 else 2))
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.{decimals}f}"
