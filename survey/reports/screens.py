"""The shapes of the two first screens: a clinician's own results, an owner's overview. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from survey.reports.lines import (
    ActionLine,
    CardsLine,
    ClinicianLine,
    Funnel,
    Mentions,
    NeverShownLine,
    PeriodLink,
    QuarterLine,
    RepairLine,
    ResponseLine,
    Tile,
    TouchpointLine,
    Trend,
)
from survey.reports.matters import Matters


class Grouped:
    """Touchpoints in three groups."""

    works: tuple[TouchpointLine, ...]
    attention: tuple[TouchpointLine, ...]
    early: tuple[TouchpointLine, ...]
    periods: tuple[PeriodLink, ...]

    @property
    def lines(self) -> tuple[TouchpointLine, ...]:
        """All touchpoints, attention first."""
        return self.attention + self.works + self.early

    @property
    def touchpoints(self) -> tuple[str, ...]:
        """What the lines are about, in their order."""
        return tuple(line.touchpoint for line in self.lines)

    @property
    def period_key(self) -> str:
        """The period looked at, as addresses name it."""
        return next(link.key for link in self.periods if link.current)

    def line(self, anchor: str) -> TouchpointLine | None:
        """The line with this name on the page, for its figure; None where there is none."""
        return next((line for line in self.lines if line.anchor == anchor), None)


@dataclass(frozen=True)
class Dashboard(Grouped):
    """A clinician's screen. Where ``ready`` is False only the texts up to ``waiting_text`` are filled."""

    title: str
    practice_name: str
    clinician_name: str
    period: str
    periods: tuple[PeriodLink, ...]
    newest: str
    ready: bool
    waiting_title: str
    waiting_text: str
    summary: str
    works: tuple[TouchpointLine, ...]
    attention: tuple[TouchpointLine, ...]
    early: tuple[TouchpointLine, ...]
    repair: RepairLine | None
    comments: tuple[Mentions, ...]
    comments_note: str
    response: tuple[ResponseLine, ...]
    method: tuple[str, ...]


@dataclass(frozen=True)
class Overview(Grouped):
    """An owner's screen. Where ``ready`` is False the groups are empty and ``waiting_text`` says why."""

    title: str
    practice_name: str
    period: str
    periods: tuple[PeriodLink, ...]
    newest: str
    ready: bool
    waiting_title: str
    waiting_text: str
    summary: str
    tiles: tuple[Tile, ...]
    trend: Trend | None
    works: tuple[TouchpointLine, ...]
    attention: tuple[TouchpointLine, ...]
    early: tuple[TouchpointLine, ...]
    repair: RepairLine | None
    matters: Matters | None
    clinicians: tuple[ClinicianLine, ...]
    clinicians_note: str
    funnel: Funnel | None
    funnel_missing: str
    actions: tuple[ActionLine, ...]
    comments: tuple[Mentions, ...]
    comments_note: str
    response: tuple[ResponseLine, ...]
    silence: tuple[str, ...]
    places: tuple[str, ...]
    cards: CardsLine | None
    never_shown: tuple[NeverShownLine, ...]
    quarters: tuple[QuarterLine, ...]
    method: tuple[str, ...]
