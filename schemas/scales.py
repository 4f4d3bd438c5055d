"""The words by which languages multiply their numbers: what is read, and what is refused.

A word that multiplies and stands in none of these lists is taken for a unit, and the number for
all that was said: what is met and not read belongs into `refused`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import combining, normalize


@dataclass(frozen=True)
class Scales:
    """What a language's words multiply by. With capitals is only meant what has them."""

    read: Mapping[str, int]
    # Multiply too, but by how much, or whether they do, is not said by the word alone.
    refused: tuple[str, ...]
    # Read only where they touch the digits: '5m' are millions, '5 m' are refused.
    touching: Mapping[str, int]


def _scales(
    read: Mapping[str, int], refused: tuple[str, ...], touching: Mapping[str, int] | None = None
) -> Scales:
    """The words, and each without its accents: they are often left out, above all of capitals."""
    bare = {_bare(word): factor for word, factor in read.items()}
    # In the order in which they are declared: a set has another in each process.
    words = dict.fromkeys((*refused, *map(_bare, refused)))
    return Scales({**read, **bare}, tuple(words), touching or {})


def _bare(word: str) -> str:
    return "".join(letter for letter in normalize("NFD", word) if not combining(letter))


THOUSAND, MILLION, MILLIARD = 10**3, 10**6, 10**9

ENGLISH = _scales(
    read={
        **dict.fromkeys(("thousand", "thousands"), THOUSAND),
        **dict.fromkeys(("million", "millions", "mn"), MILLION),
        **dict.fromkeys(("billion", "billions", "bn"), MILLIARD),
        **dict.fromkeys(("thousand million", "thousand millions"), MILLIARD),
        **dict.fromkeys(("trillion", "trillions", "tn"), 10**12),
    },
    refused=(
        *("hundred", "hundreds", "dozen", "dozens", "score", "lakh", "lakhs", "crore", "crores"),
        *("quadrillion", "quadrillions", "mln", "bln", "trn", "k", "m", "b", "MM", "and a half"),
    ),
    touching={"k": THOUSAND, "m": MILLION},
)
# Spanish counts by the long scale: its billón is a million millions.
SPANISH = _scales(
    read={
        "mil": THOUSAND,
        **dict.fromkeys(("millón", "millones", "mill.", "MM", "M€"), MILLION),
        **dict.fromkeys(("mil millones", "miles de millones"), MILLIARD),
        **dict.fromkeys(("millardo", "millardos"), MILLIARD),
        **dict.fromkeys(("billón", "billones"), 10**12),
        **dict.fromkeys(("trillón", "trillones"), 10**18),
    },
    refused=(
        *("cientos", "centena", "centenas", "centenar", "centenares", "decena", "decenas"),
        *("docena", "docenas", "veintena", "veintenas", "miles", "millar", "millares"),
        *(
            "cuatrillón",
            "cuatrillones",
            "mill",
            "k",
            "M",
            "K€",
            "k€",
            "mdd",
            "mdp",
            "MUSD",
            "MMUSD",
        ),
        *("y medio", "y media"),
    ),
)
_PORTUGUESE = {
    "mil": THOUSAND,
    **dict.fromkeys(("milhão", "milhões"), MILLION),
    "mil milhões": MILLIARD,
}
_NOT_PORTUGUESE = (
    *("centena", "centenas", "dezena", "dezenas", "dúzia", "dúzias"),
    *("milhar", "milhares", "k", "M", "K€", "k€", "e meio", "e meia"),
)
# Brazil counts by the short scale, Portugal by the long one, and each has its own word.
PORTUGUESE_SHORT = _scales(
    read={
        **_PORTUGUESE,
        **dict.fromkeys(("mi", "MM"), MILLION),
        **dict.fromkeys(("bilhão", "bilhões", "bi"), MILLIARD),
        **dict.fromkeys(("trilhão", "trilhões"), 10**12),
    },
    refused=(*_NOT_PORTUGUESE, "bilião", "biliões", "trilião", "triliões", "tri"),
)
PORTUGUESE_LONG = _scales(
    read={
        **_PORTUGUESE,
        "M€": MILLION,
        **dict.fromkeys(("bilião", "biliões"), 10**12),
        **dict.fromkeys(("trilião", "triliões"), 10**18),
    },
    refused=(*_NOT_PORTUGUESE, "bilhão", "bilhões", "trilhão", "trilhões", "mi", "bi", "tri", "MM"),
)
# French counts by the long scale, and has a word for its thousand millions.
FRENCH = _scales(
    read={
        "mille": THOUSAND,
        **dict.fromkeys(("million", "millions", "M€"), MILLION),
        **dict.fromkeys(("milliard", "milliards", "Md", "Mds", "Md€", "Mds€"), MILLIARD),
        **dict.fromkeys(("billion", "billions"), 10**12),
        **dict.fromkeys(("trillion", "trillions"), 10**18),
    },
    refused=(
        *("cent", "cents", "centaine", "centaines", "dizaine", "dizaines", "douzaine", "douzaines"),
        *("vingtaine", "vingtaines", "millier", "milliers", "k", "M", "MM", "K€", "k€"),
        *("Mrd", "Mrds", "et demi", "et demie"),
    ),
)
