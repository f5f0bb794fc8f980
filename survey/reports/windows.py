"""The period of a page in words: its name, links to the others, what is said while it is empty. Pure."""

from __future__ import annotations

from datetime import date

from survey.clock import quarter_of
from survey.insight.period import LAST_FOUR, Period, offered
from survey.reports.lines import PeriodLink
from survey.reports.voice import Voice


def name(period: Period, *, voice: Voice) -> str:
    """The period, with its months."""
    _ = voice.translate
    months = voice.months(period.months)
    if period.key == LAST_FOUR:
        return _("Last four quarters, {months}, the last one so far").format(months=months)
    text = _("{quarter} so far, {months}") if period.part else _("{quarter}, {months}")
    return text.format(quarter=voice.quarter(period.key), months=months)


def links(period: Period, *, voice: Voice, today: date) -> tuple[PeriodLink, ...]:
    """Every period that is offered."""
    return tuple(
        PeriodLink(key, _label(key, voice=voice, today=today), current=key == period.key)
        for key in offered(today)
    )


def _label(key: str, *, voice: Voice, today: date) -> str:
    _ = voice.translate
    if key == LAST_FOUR:
        return _("Last four quarters")
    quarter = voice.quarter(key)
    return _("{quarter} so far").format(quarter=quarter) if key == quarter_of(today) else quarter


def waiting_title(period: Period, *, voice: Voice) -> str:
    _ = voice.translate
    return _("Not enough answers yet") if period.part else _("Nothing in this quarter")


def waiting(month: str | None, period: Period, *, voice: Voice, least: int) -> str:
    """Why nothing is shown; ``month``: by when it likely will be."""
    _ = voice.translate
    if not period.part:
        return _("No results were released in this quarter, so there is nothing to report.")
    text = _(
        "Results appear once at least {number} people have answered, and then as more batches of that size "
        "come in. Until then nothing is shown, so that nobody can be recognised. There is nothing you need "
        "to do."
    ).format(number=least)
    if month is None:
        return text
    likely = _("By the invitations sent and the usual share of answers, likely by {month}.")
    return f"{text} {likely.format(month=voice.month(month))}"
