"""The shapes that dashboards and reports show: every text ready, every figure already rounded.

Pure data. Nothing here may hold an exact count or an exact share below 100 answers: shares arrive as
``insight.rounding.Shown``, numbers of answers as band texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from survey.insight.rounding import RoundedShare, Shown
from survey.insight.verdict import Change, Verdict
from survey.reports.control import Control
from survey.reports.movement import Movement


@dataclass(frozen=True)
class TrendPoint:
    """One release month on the time axis; ``share.shown`` is False where there is a gap."""

    month: str
    label: str
    share: Shown
    share_text: str
    n_text: str
    interval_text: str


@dataclass(frozen=True)
class NeverShownLine:
    """Why answers were never shown, and how many as band texts; few and none are told alike."""

    cause: str
    why: str
    ratings: str
    comments: str


@dataclass(frozen=True)
class Mark:
    """A vertical line on the time axis: something the practice did in that month, or new words asked."""

    month: str
    text: str
    wording: bool = False


@dataclass(frozen=True)
class Trend:
    """One share over release months, ready to draw: SVG for the page, points for table and figure.

    ``limits``: per point the words of its control limits, empty where it has none; ``control_text`` explains
    them.
    """

    name: str
    sentence: str
    control: Control | None
    control_text: str
    limits: tuple[str, ...]
    points: tuple[TrendPoint, ...]
    marks: tuple[Mark, ...]
    chart: Markup
    chart_narrow: Markup


@dataclass(frozen=True)
class Part:
    """One part of a distribution: which answers, and the share that gave them."""

    name: str
    answers: str
    share: Shown
    share_text: str
    bar: Markup


@dataclass(frozen=True)
class TouchpointLine:
    """One question of one touchpoint. ``share.shown`` is False where the figure is withheld.

    ``share_text`` is the share of the best answer (``best_text`` names that answer), ``problem_text`` the
    share of the worst, ``middle`` all others from 30 answers on, ``before_text`` the share in the window
    before. ``practice_text`` is None unless at least three clinicians have results. ``anchor`` is its name on
    the page: the touchpoint, or the item's key where the survey asks several questions about one touchpoint.
    ``parts``: the distribution, empty under 30 answers.
    """

    item: str
    touchpoint: str
    anchor: str
    name: str
    question: str
    best_text: str
    share: Shown
    share_text: str
    n_text: str
    interval_text: str
    problem: Shown
    problem_text: str
    middle: Shown
    practice_text: str | None
    before: Shown
    before_text: str
    verdict: Verdict
    verdict_text: str
    sentence: str
    change_text: str | None
    early_picture: bool
    movement: Movement
    movement_text: str
    parts: tuple[Part, ...]
    bar: Markup
    trend: Trend


@dataclass(frozen=True)
class RepairLine:
    """How often something that went wrong was put right."""

    name: str
    share: Shown
    share_text: str
    n_text: str
    interval_text: str
    sentence: str


@dataclass(frozen=True)
class CardsLine:
    """What printed cards say of the whole: of cards, not of people, so without an interval or a verdict."""

    name: str
    share: Shown
    share_text: str
    n_text: str
    sentence: str
    note: str


@dataclass(frozen=True)
class CommentMonth:
    """Comments of one release month, in random order."""

    month: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class CommentGroup:
    """Comments of one box, newest month first."""

    box: str
    name: str
    months: tuple[CommentMonth, ...]


@dataclass(frozen=True)
class Quote:
    """Released words and the question that they answer."""

    text: str
    question: str


@dataclass(frozen=True)
class MentionsMonth:
    """What was released in a month, in random order."""

    month: str
    label: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Mentions:
    """Comments that mention one touchpoint, newest month first; ``more``: these months have others."""

    anchor: str
    name: str
    months: tuple[MentionsMonth, ...]
    more: bool = False


@dataclass(frozen=True)
class ResponseLine:
    """Answers shown per invitation sent, in ten-point bands, closed quarters only."""

    period: str
    label: str
    text: str
    sent_text: str

    @property
    def single(self) -> bool:
        """Whether this is one quarter and not several together."""
        return "/" not in self.period


@dataclass(frozen=True)
class Tile:
    """One headline figure."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class ClinicianLine:
    """One clinician's overall item. Alphabetical, never ranked. ``others_text``: beside the others."""

    clinician_id: int
    name: str
    share: Shown
    share_text: str
    n_text: str
    interval_text: str
    verdict: Verdict
    verdict_text: str
    sentence: str
    others_text: str
    bar: Markup


@dataclass(frozen=True)
class FunnelColumn:
    """Clinicians in one band of answers, by number and share; limits in percent, for drawing only."""

    low: int
    near: tuple[float, float]
    far: tuple[float, float]
    points: tuple[tuple[int, RoundedShare], ...]


@dataclass(frozen=True)
class Funnel:
    """Clinicians against what chance does. ``numbers``: their mark in the drawing, by id."""

    sentence: str
    note: str
    centre: int
    columns: tuple[FunnelColumn, ...]
    numbers: Mapping[int, int]
    chart: Markup


@dataclass(frozen=True)
class PeriodLink:
    """A period that can be looked at instead."""

    key: str
    label: str
    current: bool


@dataclass(frozen=True)
class ActionLine:
    """One repair in words."""

    id: int
    touchpoint: str
    name: str
    heard: str
    promise: str
    owner: str
    state: str
    state_text: str
    due_text: str
    overdue: bool


@dataclass(frozen=True)
class CourseLine:
    """An item over up to eight quarters; ``points`` are quarters. ``reworded``: since when in new words."""

    item: str
    name: str
    sentence: str
    reworded: tuple[str, ...]
    points: tuple[TrendPoint, ...]
    chart: Markup


@dataclass(frozen=True)
class AgainstLine:
    """An item now and in an earlier quarter. ``difference_text``: between which points, else why not."""

    item: str
    name: str
    now: Shown
    now_text: str
    then: Shown
    then_text: str
    then_n_text: str
    change: Change
    change_text: str
    difference: tuple[int, int] | None
    difference_text: str


@dataclass(frozen=True)
class AgainstQuarter:
    """The whole quarter against one earlier quarter, with the finding in a sentence."""

    quarter: str
    label: str
    sentence: str
    lines: tuple[AgainstLine, ...]


@dataclass(frozen=True)
class QuarterLine:
    """A quarter whose report can be read: ``part`` while it may still change."""

    quarter: str
    label: str
    part: bool
    state_text: str
