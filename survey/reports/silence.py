"""What those who did not answer could change: bounds in words, from rounded figures alone. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from survey.insight.response import Response, worst_case
from survey.insight.rounding import RoundedShare, Shown
from survey.instruments.model import Standing
from survey.reports.facts import overall_item
from survey.reports.voice import Voice


def bounds(share: Shown, response: Response | None) -> tuple[int, int] | None:
    """Where the share among all who were asked lies, in whole percents, whatever the silent think.

    From the lower end of the response band, which is the worst case. None where either figure is withheld.
    """
    if response is None or not isinstance(share, RoundedShare):
        return None
    found = worst_case(share.centre / 100, response.low / 100)
    # Nine digits: 0.18000000000000002 must not become the next percent.
    return math.floor(round(100 * found.lower, 9)), math.ceil(round(100 * found.upper, 9))


def sentences(share: Shown, response: Response | None, *, voice: Voice) -> tuple[str, ...]:
    """The bounds of the last four closed quarters in words, and how to read a response."""
    _ = voice.translate
    text = _(
        "Whatever those think who did not answer: of all who were asked in the last four closed quarters, "
        "between {low}% and {high}% would have said {answer} overall."
    )
    return _told(text, share, response, voice=voice)


def of_quarter(share: Shown, response: Response | None, *, voice: Voice) -> tuple[str, ...]:
    """The same of one closed quarter."""
    _ = voice.translate
    text = _(
        "Whatever those think who did not answer: of all who were asked in this quarter, between {low}% and "
        "{high}% would have said {answer} overall."
    )
    return _told(text, share, response, voice=voice)


def under_heard(names: Sequence[str], *, voice: Voice) -> tuple[str, ...]:
    """Caution where far fewer of somebody's patients were heard than of the practice's; names in order."""
    if not names:
        return ()
    _ = voice.translate
    text = _(
        "Be careful with {names}: in the last four closed quarters, less than half as many answers for each "
        "invitation stand here as in the whole practice. Those heard may not speak for the others. See "
        "whether the mails reach these patients; some of their answers may count for the practice alone, "
        "because too few came together."
    )
    return (text.format(names="; ".join(names)),)


def _told(text: str, share: Shown, response: Response | None, *, voice: Voice) -> tuple[str, ...]:
    _ = voice.translate
    caution = _(
        "Those who answer may think differently from those who do not. A high share of few answers is no "
        "proof, and asking more often does not mend it."
    )
    found = bounds(share, response)
    if found is None:
        return (caution,)
    answer = voice.answers(overall_item(voice.instrument), Standing.BEST)
    meaning = _(
        "The lower end supposes that everybody who stayed silent would have said something else, the upper "
        "end that everybody would have said the same. The truth lies between, and nobody knows where."
    )
    return (text.format(low=found[0], high=found[1], answer=answer), meaning, caution)
