"""Numbers as sources print them: what `schemas.printed` reads back."""

from random import Random

# (language, mark of groups, mark of decimals, words for a million (one, several))
MARKS = {
    "en": (",", ".", ("million", "million")),
    "es": (".", ",", ("millón", "millones")),
    "es-PE": (",", ".", ("millón", "millones")),
}
MILLION = 100_000_000


def printed(hundredths: int, language: str, rng: Random) -> str:
    """An amount, given in hundredths, as a text of a language prints it."""
    group, decimal, (one, several) = MARKS[language]
    if hundredths >= MILLION and hundredths % (MILLION // 1000) == 0 and rng.random() < 0.6:
        whole, part = divmod(hundredths // (MILLION // 1000), 1000)
        word = one if (whole, part) == (1, 0) else several
        return f"{_whole(whole, group)}{_part(f'{part:03}', decimal)} {word}"
    whole, part = divmod(hundredths, 100)
    return _whole(whole, group) + (f"{decimal}{part:02}" if part else "")


def _whole(number: int, group: str) -> str:
    return f"{number:,}".replace(",", group)


def _part(digits: str, decimal: str) -> str:
    digits = digits.rstrip("0")
    return decimal + digits if digits else ""
