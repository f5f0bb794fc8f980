"""Take identifiers out of a comment before it is published: pure.

Catches what has a form (mail and web addresses, phone numbers, dates, times, ages, numbers of records,
postcodes, a house number with its street) and names after a cue such as "Dr." or "my name is"; a clinician's
name after a cue goes too. Names without a cue or in small letters, life events and style are not caught; the
survey asks people to leave names out. ``docs/redaction.md`` has it measured on real comments.
"""

from __future__ import annotations

from survey.releases.identifiers import hide_links, hide_numbers, hide_runs
from survey.releases.moments import hide_full_dates, hide_moments
from survey.releases.names import hide_names
from survey.releases.phones import hide_phones

MARK = "[…]"


def redact(text: str, *, country: str = "US") -> str:
    """The text with every recognised identifier replaced by ``[…]``.

    ``country``: how phone numbers are written, ISO with two letters. Never raises; at most three times as
    long as the text; doing it again changes nothing. It ends because each round takes a letter or digit away.
    """
    while True:
        hidden = _hide(text, country)
        if hidden == text:
            return text
        text = hidden


def _hide(text: str, country: str) -> str:
    """Once through everything; what looks like a part of something else comes after it."""
    text = hide_links(text, MARK)
    if any(each.isdecimal() for each in text):
        text = hide_full_dates(text, MARK)
        text = hide_numbers(text, MARK)
        text = hide_phones(text, MARK, country)
    text = hide_moments(text, MARK)
    if any(each.isdecimal() for each in text):
        text = hide_runs(text, MARK)
    return hide_names(text, MARK)
