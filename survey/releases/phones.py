"""Telephone numbers in words: pure.

The ``phonenumbers`` library knows how numbers are written in each country; what merely looks like one is
taken out too, since a number too much does less harm than a person found.
"""

from __future__ import annotations

import re

from phonenumbers import Leniency, PhoneNumberMatcher

LEAST_DIGITS = 7
#: Candidates that the library looks at in one text; the patterns see to any more.
MOST_TRIES = 60
DIGIT = re.compile(r"\d")
PRICE = re.compile(r"[$€£]\s?\Z")
LOOKS_LIKE_ONE = re.compile(r"(?<![\w$€£.,])[+(]{0,2}\d(?:[ ().-]{0,3}\d){6,24}(?!\d)")


def hide_phones(text: str, mark: str, country: str) -> str:
    """The text with numbers of seven digits and more replaced, read as in ``country`` (ISO, two letters)."""
    if len(DIGIT.findall(text)) < LEAST_DIGITS:
        return text
    found = PhoneNumberMatcher(text, country, leniency=Leniency.POSSIBLE, max_tries=MOST_TRIES)
    for match in reversed([each for each in found if _is_one(text, each.start, each.end)]):
        text = text[: match.start] + mark + text[match.end :]
    return LOOKS_LIKE_ONE.sub(mark, text)


def _is_one(text: str, start: int, end: int) -> bool:
    if PRICE.search(text[max(0, start - 2) : start]):
        return False
    return len(DIGIT.findall(text[start:end])) >= LEAST_DIGITS
