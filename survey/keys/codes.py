"""The code on a printed card: twelve characters that a person can type. Pure.

The first one says for which quarter the card was printed, so that a card whose time is over can be told from
a mistyped one. The other eleven are random (55 bits): no number, no order, no practice and no print run.
"""

from __future__ import annotations

import secrets

from survey.clock import parse_quarter

LENGTH = 12
#: Crockford's alphabet: no I, L, O and U, which are misread or spell words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What is read for a character that looks like another, and what is looked past.
ALIKE = str.maketrans("OIL", "011", " -–.")
#: Quarters back for which a code still counts as one of ours that is over; older or later ones are unknown.
REMEMBERED = 8


def new_code(quarter: str) -> str:
    """A random code for a quarter such as ``2026-Q4``."""
    mark = ALPHABET[_number(quarter) % len(ALPHABET)]
    return mark + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))


def read_code(text: str) -> str | None:
    """The code in what was typed, in one spelling; None for what cannot be a card's code."""
    code = text.upper().translate(ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def quarter_of_code(code: str, *, today: str) -> str | None:
    """The quarter of a code, up to two years before the quarter ``today``; None for every other."""
    back = (_number(today) - ALPHABET.index(code[0])) % len(ALPHABET)
    if back > REMEMBERED:
        return None
    year, rest = divmod(_number(today) - back, 4)
    return f"{year}-Q{rest + 1}"


def grouped(code: str) -> str:
    """In groups of four, as it is printed."""
    return " ".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def _number(quarter: str) -> int:
    year, number = parse_quarter(quarter)
    return 4 * year + number - 1
