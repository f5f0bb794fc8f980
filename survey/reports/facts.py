"""What may be said about results, before it is put into words: rounded shares and verdicts.

Pure and without language. Every figure has gone through ``insight.rounding``; an exact count below 100
answers must never be kept in anything this module returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey.actions.model import ActionState
from survey.clock import quarter_months
from survey.insight.breaks import breaks
from survey.insight.funnel import Flag
from survey.insight.period import Period, compared, course_months, months_back
from survey.insight.reading import Results
from survey.insight.rounding import EARLY_BELOW, WITHHELD, Shown, Withheld, share
from survey.insight.runs import Course
from survey.insight.scoring import Score, repair_rate, score
from survey.insight.verdict import Change, Finding, Reason, Verdict
from survey.instruments.model import Instrument, Item

#: A practice line may stand beside a clinician's own only where at least this many have results: with
#: fewer, one colleague's figure could be worked out.
LEAST_CLINICIANS = 3


@dataclass(frozen=True)
class MonthFact:
    """One release month; ``share`` is withheld where the month is a gap."""

    month: str
    share: Shown


@dataclass(frozen=True)
class QuarterShare:
    """One quarter of a longer course; ``share`` is withheld where the quarter is a gap."""

    quarter: str
    share: Shown


@dataclass(frozen=True)
class ItemFacts:
    """One item over a period: ``share`` of the best answer, ``problem`` share of the worst.

    ``recent`` and ``earlier``: the two quarters ``compared``, the newer one first; None where none has
    closed. ``before``: the window of the same length just before the period. ``practice`` is None where it
    may not be shown. ``course``: where the newest quarters go against the frozen year before them; ``year``
    and ``year_before``: the shares in those four closed quarters and the four before. ``middle``: share of
    all other answers, from 30 answers on. ``breaks``: months from which on the question stood in other words.
    ``quarters``: up to eight that end with the one reported, in quarterly reports only.
    """

    item: str
    touchpoint: str
    share: Shown
    problem: Shown
    practice: Shown | None
    before: Shown
    recent: Shown
    earlier: Shown
    verdict: Verdict
    reason: Reason
    change: Change
    months: tuple[MonthFact, ...]
    course: Course = Course.STEADY
    compared: tuple[str, str] | None = None
    middle: Shown = WITHHELD
    breaks: tuple[str, ...] = ()
    quarters: tuple[QuarterShare, ...] = ()
    year: Shown = WITHHELD
    year_before: Shown = WITHHELD


@dataclass(frozen=True)
class ClinicianFacts:
    """A clinician's overall item over a period; ``flag`` sets it against all others."""

    clinician_id: int
    name: str
    share: Shown
    verdict: Verdict
    reason: Reason
    flag: Flag = Flag.UNJUDGED


@dataclass(frozen=True)
class ActionFacts:
    """A repair as it stood."""

    id: int
    touchpoint: str
    heard: str
    promise: str
    owner: str
    state: ActionState
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class Window:
    """Which release months a figure, its trend and its change are made of.

    ``compared``: the quarters of ``recent`` and ``earlier``; both are empty where no quarter has closed.
    ``signal``: the two years of closed quarters by which the course is judged; as empty as they are.
    """

    months: tuple[str, ...]
    before: tuple[str, ...]
    compared: tuple[str, str] | None
    trend: tuple[str, ...]
    signal: tuple[str, ...]

    @property
    def recent(self) -> tuple[str, ...]:
        return quarter_months(self.compared[0]) if self.compared else ()

    @property
    def earlier(self) -> tuple[str, ...]:
        return quarter_months(self.compared[1]) if self.compared else ()

    @property
    def year(self) -> tuple[str, ...]:
        return self.signal[len(self.signal) // 2 :]

    @property
    def year_before(self) -> tuple[str, ...]:
        return self.signal[: len(self.signal) // 2]

    def all_months(self) -> tuple[str, ...]:
        """Every month that has to be read, oldest first."""
        used = {*self.months, *self.before, *self.recent, *self.earlier, *self.trend, *self.signal}
        return tuple(sorted(used))


def window_for(period: Period, *, newest: str, trend_months: int, today: date) -> Window:
    """The months of a period that is looked at from its newest month."""
    pair = compared(period, today=today)
    return Window(
        months=period.months,
        before=period.before,
        compared=pair,
        trend=months_back(newest, trend_months),
        signal=course_months(pair[0]) if pair else (),
    )


@dataclass(frozen=True)
class Frame:
    """How items are counted: the instrument, the months, the fewest answers behind a figure."""

    instrument: Instrument
    window: Window
    least: int

    def score(self, item: Item, results: Results, months: Iterable[str]) -> Score:
        counts = results.counts(item.key, months)
        return score(item, counts, denominator=self.instrument.denominator)

    def best(self, item: Item, results: Results, months: Iterable[str]) -> Shown:
        found = self.score(item, results, months)
        return share(found.best, found.n, least=self.least)


def item_facts(
    frame: Frame, item: Item, results: Results, *, finding: Finding, practice: Results | None
) -> ItemFacts:
    """Facts of one item. ``practice`` None: no practice line beside it."""
    window = frame.window
    whole = frame.score(item, results, window.months)
    return ItemFacts(
        item=item.key,
        touchpoint=item.touchpoint,
        share=share(whole.best, whole.n, least=frame.least),
        problem=share(whole.problem, whole.n, least=frame.least),
        practice=None if practice is None else frame.best(item, practice, window.months),
        before=frame.best(item, results, window.before),
        recent=frame.best(item, results, window.recent),
        earlier=frame.best(item, results, window.earlier),
        verdict=finding.verdict,
        reason=finding.reason,
        change=finding.change,
        months=tuple(MonthFact(month, frame.best(item, results, (month,))) for month in window.trend),
        course=finding.course,
        compared=window.compared,
        middle=share(whole.n - whole.best - whole.problem, whole.n, least=max(frame.least, EARLY_BELOW)),
        breaks=tuple(one.month for one in breaks(results, [item.id]) if one.month in window.trend),
        year=frame.best(item, results, window.year),
        year_before=frame.best(item, results, window.year_before),
    )


def all_item_facts(
    frame: Frame, results: Results, *, findings: Mapping[str, Finding], practice: Results | None
) -> tuple[ItemFacts, ...]:
    """Facts of every item of the instrument, in its order. ``findings``: by the item's key."""
    return tuple(
        item_facts(frame, item, results, finding=findings[item.key], practice=practice)
        for item in frame.instrument.counted
    )


def repair_facts(frame: Frame, results: Results) -> Shown | None:
    """How often what went wrong was put right; None where the instrument does not ask."""
    for item in frame.instrument.items:
        found = repair_rate(item, results.counts(item.key, frame.window.months))
        if found is not None:
            return share(found.put_right, found.n, least=frame.least)
    return None


def cards_facts(frame: Frame, results: Results) -> Shown | None:
    """The overall item of printed cards; None in a period in which none were released."""
    if not results.n(frame.window.months):
        return None
    return frame.best(overall_item(frame.instrument), results, frame.window.months)


@dataclass(frozen=True)
class ClinicianResults:
    """What was read of a clinician: the overall item's counts, still exact."""

    clinician_id: int
    name: str
    results: Results


def clinician_facts(frame: Frame, of: ClinicianResults, *, finding: Finding, flag: Flag) -> ClinicianFacts:
    """A clinician in one line: the overall item."""
    return ClinicianFacts(
        clinician_id=of.clinician_id,
        name=of.name,
        share=frame.best(overall_item(frame.instrument), of.results, frame.window.months),
        verdict=finding.verdict,
        reason=finding.reason,
        flag=flag,
    )


def overall_item(instrument: Instrument) -> Item:
    """The item that stands for the whole: that of touchpoint ``overall``, else the first."""
    return next((item for item in instrument.counted if item.touchpoint == "overall"), instrument.counted[0])


def strongest_first(facts: Sequence[ItemFacts], verdict: Verdict) -> tuple[ItemFacts, ...]:
    """The facts with a verdict, by strength of what is shown; the instrument's order breaks ties.

    Only rounded figures decide, so the order tells nothing that the figures do not.
    """
    chosen = [fact for fact in facts if fact.verdict is verdict]
    return tuple(sorted(chosen, key=_strength))


def _strength(fact: ItemFacts) -> tuple[int, int]:
    if isinstance(fact.share, Withheld) or isinstance(fact.problem, Withheld):
        return (1, 0)
    if fact.verdict is Verdict.ATTENTION:
        return (0, -fact.problem.lower)
    return (0, -fact.share.lower)
