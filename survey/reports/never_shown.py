"""Answers that nobody will ever see: too few people answered, or a key was lost. Numbers as bands only.

Few and none are one and the same words, so that these lines never tell whether anybody answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from survey.insight.rounding import n_band
from survey.reports.lines import NeverShownLine
from survey.reports.voice import Voice
from survey.responses.model import Kind


def lines(found: Mapping[tuple[str, Kind], int], *, voice: Voice, least: int) -> tuple[NeverShownLine, ...]:
    """One line for each cause; ``found`` maps (cause, kind) to exact numbers, which stay in here."""
    _ = voice.translate
    whys = {
        "expired": _("Too few people answered before the time for it was over"),
        "lost": _("The key that opens them was lost"),
    }
    return tuple(
        NeverShownLine(
            cause=cause,
            why=why,
            ratings=_banded(found.get((cause, Kind.RATINGS), 0), voice=voice, least=least),
            comments=_banded(found.get((cause, Kind.COMMENTS), 0), voice=voice, least=least),
        )
        for cause, why in whys.items()
    )


def _banded(number: int, *, voice: Voice, least: int) -> str:
    if number < least:
        return voice.translate("fewer than {number}, or none").format(number=least)
    return n_band(number).text
