"""Every finding of one page, judged together: all its changes are one family, each course its own.

Pure. Exact counts go in and words come out; no count and no p-value may ever leave this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.insight.baseline import course
from survey.insight.comparison import (
    CLEAR_DIFFERENCE,
    CLEAR_Q,
    QuarterCount,
    benjamini_hochberg,
    cautious_p,
    quarter_changes,
)
from survey.insight.funnel import OVERDISPERSION_FROM, Flag, overdispersion, tail_flags
from survey.insight.reading import Results
from survey.insight.verdict import RULE, Change, Finding, change_of, judge
from survey.instruments.model import Item
from survey.reports.facts import ClinicianFacts, ClinicianResults, Frame, clinician_facts, overall_item


@dataclass(frozen=True)
class Unit:
    """An item of somebody's results: what one finding of a page is about. ``name`` is its own on the page."""

    name: str
    item: Item
    results: Results


def clinicians_facts(
    frame: Frame, clinicians: Iterable[ClinicianResults], *, found: Mapping[str, Finding]
) -> tuple[ClinicianFacts, ...]:
    """Each clinician in one line, in the order given. ``found``: the findings of the page."""
    kept = tuple(clinicians)
    flagged = flags(frame, kept)
    return tuple(
        clinician_facts(frame, one, finding=found[clinician_name(one)], flag=flagged[one.clinician_id])
        for one in kept
    )


def units(frame: Frame, results: Results, clinicians: Iterable[ClinicianResults] = ()) -> tuple[Unit, ...]:
    """All that a page gives a verdict on: every item, and the overall item of each clinician listed."""
    overall = overall_item(frame.instrument)
    found = [Unit(item.key, item, results) for item in frame.instrument.counted]
    found += [Unit(clinician_name(one), overall, one.results) for one in clinicians]
    return tuple(found)


def clinician_name(of: ClinicianResults) -> str:
    """The name of a clinician's unit; no item has such a key."""
    return f"clinician {of.clinician_id}"


def findings(frame: Frame, family: Iterable[Unit]) -> Mapping[str, Finding]:
    """The finding of each unit by its name. One quarter is compared with the one before it, in one family."""
    kept, window = tuple(family), frame.window
    counts = [
        QuarterCount(unit.name, quarter, score.best, score.n)
        for unit in kept
        for quarter, months in zip(window.compared or (), (window.recent, window.earlier), strict=False)
        for score in [frame.score(unit.item, unit.results, months)]
    ]
    changes = {change.unit: change for change in quarter_changes(counts, least=RULE.least)}
    return {
        unit.name: judge(
            frame.score(unit.item, unit.results, window.months),
            recent=frame.score(unit.item, unit.results, window.recent),
            before=frame.score(unit.item, unit.results, window.earlier),
            change=change_of(changes.get(unit.name)),
            signal=course(frame.score(unit.item, unit.results, (month,)) for month in window.signal),
        )
        for unit in kept
    }


def changes(
    frame: Frame, family: Iterable[Unit], *, now: Sequence[str], then: Sequence[str]
) -> Mapping[str, Change]:
    """Each unit in some months against earlier ones, all as one family; UNKNOWN under 30 on a side."""
    scores = {
        unit.name: [frame.score(unit.item, unit.results, months) for months in (now, then)] for unit in family
    }
    kept = {
        name: (new.best, new.n, old.best, old.n)
        for name, (new, old) in scores.items()
        if min(new.n, old.n) >= RULE.least
    }
    adjusted = benjamini_hochberg(cautious_p(*counts) for counts in kept.values())
    found = dict.fromkeys(scores, Change.UNKNOWN)
    for (name, counts), q in zip(kept.items(), adjusted, strict=True):
        found[name] = _change(counts, q=1.0 if q is None else q)
    return found


def _change(counts: tuple[int, int, int, int], *, q: float) -> Change:
    x, n, earlier_x, earlier_n = counts
    difference = x / n - earlier_x / earlier_n
    if q > CLEAR_Q or round(abs(difference), 9) < CLEAR_DIFFERENCE:
        return Change.NOT_CLEAR
    return Change.FELL if difference < 0 else Change.ROSE


def flags(frame: Frame, clinicians: Iterable[ClinicianResults]) -> Mapping[int, Flag]:
    """Where each clinician's overall item lies against all others, by the clinician's id."""
    kept, overall = tuple(clinicians), overall_item(frame.instrument)
    scores = [frame.score(overall, one.results, frame.window.months) for one in kept]
    found = flags_of([(score.best, score.n) for score in scores])
    return {one.clinician_id: flag for one, flag in zip(kept, found, strict=True)}


def flags_of(counts: Sequence[tuple[int, int]]) -> tuple[Flag, ...]:
    """x of n each; UNJUDGED under 30 answers or beside fewer than five who have them.

    By exact tails; from 20 on the spread between them is allowed for, else large n makes everybody stand out.
    """
    judged = [(x, n) if n >= RULE.least else (0, 0) for x, n in counts]
    x, n = [one for one, _ in judged], [one for _, one in judged]
    if sum(one > 0 for one in n) >= OVERDISPERSION_FROM:
        return tuple(unit.flag for unit in overdispersion(x, n).units)
    return tuple(tail.flag for tail in tail_flags(x, n))
