"""The facts of one quarter, without language, and their canonical JSON. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import TypeAdapter

from survey.insight.response import Response
from survey.insight.rounding import Shown
from survey.reports.earlier import Against
from survey.reports.facts import ActionFacts, ClinicianFacts, ItemFacts
from survey.reports.matters import MatterFact
from survey.reports.outcomes import OutcomeFacts
from survey.reports.theme_counts import ThemeFacts


@dataclass(frozen=True)
class QuarterFacts:
    """Everything a quarterly report says, rounded. ``part`` while it may still change.

    ``label``: the version of the survey that was asked. ``least``: fewest answers behind a figure.
    ``against``: the quarter beside each earlier one, newest first; empty while it runs. What came later
    than the first frozen reports has a value by default, so that those can still be read.
    ``outcomes`` and ``themes``: None in a report that was frozen before there were any.
    """

    practice: str
    slug: str
    country: str
    quarter: str
    part: bool
    label: str
    least: int
    empty: bool
    items: tuple[ItemFacts, ...]
    repair: Shown | None
    clinicians: tuple[ClinicianFacts, ...]
    response: Response | None
    open_repairs: tuple[ActionFacts, ...]
    finished_repairs: tuple[ActionFacts, ...]
    cards: Shown | None = None
    against: tuple[Against, ...] = ()
    matters: tuple[MatterFact, ...] = ()
    outcomes: tuple[OutcomeFacts, ...] | None = None
    themes: ThemeFacts | None = None


_ADAPTER = TypeAdapter(QuarterFacts)


def to_json(facts: QuarterFacts) -> str:
    """Canonical: sorted keys, no spaces, so that equal facts have equal hashes."""
    data = _ADAPTER.dump_python(facts, mode="json")
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(body: str) -> QuarterFacts:
    """The facts whose ``to_json`` this is."""
    return _ADAPTER.validate_json(body)
