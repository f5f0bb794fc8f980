"""Clinicians set against what chance alone does: a funnel over bands of answers, and its words. Pure.

Must never rank: inside a band clinicians stand in the order of their names. Drawn from rounded shares and the
lower end of each band; the drawn limits decide nothing (``family.flags`` does).
"""

from __future__ import annotations

from collections.abc import Sequence

from survey.insight.figures import pooled
from survey.insight.funnel import FEWEST_UNITS, Flag, limits
from survey.insight.rounding import EARLY_BELOW, RoundedShare
from survey.reports import funnel_chart
from survey.reports.facts import ClinicianFacts
from survey.reports.lines import Funnel, FunnelColumn
from survey.reports.voice import Voice

Numbered = tuple[int, RoundedShare]


def funnel(facts: Sequence[ClinicianFacts], *, voice: Voice) -> Funnel | None:
    """The funnel of those with 30 answers or more; None where these are fewer than five."""
    judged = [one for one in facts if isinstance(one.share, RoundedShare) and not one.share.early]
    if len(judged) < FEWEST_UNITS:
        return None
    numbers = {one.clinician_id: number for number, one in enumerate(judged, start=1)}
    points = [(numbers[one.clinician_id], one.share) for one in judged if isinstance(one.share, RoundedShare)]
    target = pooled([(share.centre / 100 * share.n.low, share.n.low) for _, share in points])
    columns = tuple(_column(low, target, points) for low in sorted({share.n.low for _, share in points}))
    centre, said = round(100 * target), sentence(facts, voice=voice)
    return Funnel(
        sentence=said,
        note=note(voice),
        centre=centre,
        columns=columns,
        numbers=numbers,
        chart=funnel_chart.svg(columns, centre=centre, title=title(voice), description=said),
    )


def _column(low: int, target: float, points: Sequence[Numbered]) -> FunnelColumn:
    (drawn,) = limits(target, [low])
    near, far = ((100 * one.lower, 100 * one.upper) for one in (drawn.near, drawn.far))
    inside = tuple(point for point in points if point[1].n.low == low)
    return FunnelColumn(low=low, near=near, far=far, points=inside)


def title(voice: Voice) -> str:
    return voice.translate("Clinicians against what chance alone does")


def sentence(facts: Sequence[ClinicianFacts], *, voice: Voice) -> str:
    """The finding, with the names in their order."""
    _ = voice.translate
    told = []
    for flag, text in (
        (Flag.LOW, _("Lower than chance alone explains: {names}.")),
        (Flag.HIGH, _("Higher than chance alone explains: {names}.")),
    ):
        names = [one.name for one in facts if one.flag is flag]
        if names:
            told.append(text.format(names="; ".join(names)))
    return " ".join(told) or _("No clinician differs from the others by more than chance explains.")


def note(voice: Voice) -> str:
    """What a funnel cannot tell."""
    return voice.translate(
        "Clinicians see different people, so this cannot compare how good they are. It only says where "
        "looking closer is worth it. Inner lines: 95 of 100 by chance alone; outer lines: 998 of 1,000."
    )


def too_few(voice: Voice) -> str:
    """In place of the funnel."""
    return voice.translate(
        "Clinicians are set against each other only where at least {number} have {answers} answers each."
    ).format(number=FEWEST_UNITS, answers=EARLY_BELOW)


def others(flag: Flag, *, voice: Voice) -> str:
    """A clinician against the others, in a word or two."""
    _ = voice.translate
    texts = {
        Flag.LOW: _("Lower than chance explains"),
        Flag.HIGH: _("Higher than chance explains"),
        Flag.WITHIN: _("Within chance"),
        Flag.UNJUDGED: _("Not compared"),
    }
    return texts[flag]
