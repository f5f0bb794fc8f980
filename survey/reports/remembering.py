"""Keeps the dashboards of the last minutes in memory, for as long as nothing behind them has changed.

What a page shows changes with a nightly release, a name, a repair; not between two looks. Everything that it
is made of is asked for its mark first: sums of the atoms and of what was sent, the names, the repairs, the
settings. Must never keep comments, nor anything of a page whose mark does not name whose it is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from survey.insight import reading
from survey.invitations import counting
from survey.practice import declaring
from survey.practice.model import Practice
from survey.reports.gathering import Ground
from survey.reports.voice import Voice

#: Ready pages kept by one process, the longest unused one dropped first; each takes some hundred kilobytes.
MOST = 48

Ready = TypeVar("Ready")


class Memory(Generic[Ready]):
    """Ready things by their mark. Safe between threads; two that ask at once may both make it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Ready] = OrderedDict()
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def get(self, mark: Hashable, make: Callable[[], Ready]) -> Ready:
        """What was made for this mark, made now if there is none."""
        with self._lock:
            if mark in self._kept:
                self._kept.move_to_end(mark)
                return self._kept[mark]
        made = make()
        with self._lock:
            self._kept[mark] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def mark(
    db: Session, ground: Ground, voice: Voice, *, clinician_id: int | None, period: str, besides: Hashable
) -> Hashable:
    """All that decides what a page says but its comments. ``clinician_id``: whose page, None the practice's.

    ``besides``: what the caller has read already and puts into the page.
    """
    practice = ground.practice
    return (
        str(db.get_bind().engine.url),
        _settings(practice),
        ground.instrument.label,
        ground.today,
        clinician_id,
        period,
        voice.language,
        voice.translate,
        id(voice.touchpoints),
        tuple((one.id, one.name) for one in declaring.clinicians(db, practice.id)),
        tuple(one.id for one in declaring.asked_about(db, practice.id)),
        reading.mark(db, practice.id, instrument=ground.instrument.id),
        counting.mark(db, practice.id),
        besides,
    )


def _settings(practice: Practice) -> Hashable:
    """Every column of the practice."""
    return tuple(getattr(practice, column.key) for column in inspect(Practice).column_attrs)
