"""Readers of practices that show too much: each breaks one rule of disclosure, and the audit must notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from survey.actions.model import Action
from survey.insight.rounding import RoundedShare, Shown, Withheld, n_band
from survey.releases import atoms
from survey.responses.model import Kind
from tests.attacks.collecting import Reader
from tests.attacks.histories import History
from tests.attacks.telling import BROKEN_LIMITS, BROKEN_SHOWS, Counts, Limit, share_words, words_of

K = 5


@contextmanager
def without_the_lot() -> Iterator[None]:
    """Everything counted as it was given, as before anything was left out by lot."""
    with patch.object(atoms, "_left_out", lambda counts, lot: counts):
        yield


class ExactMean(Reader):
    """Beside every share its mean of 5, 3 and 1 points, to one decimal, as other products show it."""

    def share(self, kind: str, item: str, people: frozenset[int], shown: Shown, place: str) -> None:
        super().share(kind, item, people, shown, place)
        if kind == "best" and not isinstance(shown, Withheld):
            self.tell("mean", item, (people,), _mean([self._counts(item, people)]), place)

    def _counts(self, item: str, people: frozenset[int]) -> Counts:
        given = self.history.categories()[item]
        found = [given[person] for person in people]
        return Counts(found.count("best"), found.count("problem"), found.count("rest"), len(found))


class ExactNumber(ExactMean):
    """Beside every share how many answered, exactly."""

    def share(self, kind: str, item: str, people: frozenset[int], shown: Shown, place: str) -> None:
        Reader.share(self, kind, item, people, shown, place)
        if kind == "best" and not isinstance(shown, Withheld):
            self.tell("number", item, (people,), str(self._counts(item, people).n), place)


class HalfOpen(ExactNumber):
    """The edge of a fifth falls to the wrong side: 80 % is not in "80–100%". The reader knows the number."""

    def share(self, kind: str, item: str, people: frozenset[int], shown: Shown, place: str) -> None:
        super().share(kind, item, people, shown, place)
        if kind in {"best", "problem"} and isinstance(shown, RoundedShare) and shown.step == 20:
            said = _half_open(kind, self._counts(item, people))
            self.tell(f"half open {kind}", item, (people,), said, place)


class Live(Reader):
    """Every screen follows each single answer, once there are five."""

    def arrived(self, day: date) -> None:
        """Called after each answer."""
        everybody = range(len(self.history.answers))
        for clinician_id in self.history.clinicians.values():
            people = frozenset(one for one in everybody if self.history.home[one] == clinician_id)
            self._figures(people, f"{day} live")

    def _figures(self, people: frozenset[int], place: str) -> None:
        if len(people) < K:
            return
        for item, given in self.history.categories().items():
            found = [given[person] for person in people]
            n = len(found) - found.count("aside")
            for kind in ("best", "problem"):
                self.tell(kind, item, (people,), share_words(found.count(kind), n), place)


class CommentsAtOnce(Live):
    """How many comments a clinician has is shown as each arrives."""

    def arrived(self, day: date) -> None:
        for clinician_id in self.history.clinicians.values():
            people = frozenset(one for one, home in enumerate(self.history.home) if home == clinician_id)
            if people:
                self.comments.tell("all", "well", (people,), str(len(people)), place=f"{day} live")


class FreeFilter(Live):
    """Results for any attribute a reader picks, where at least five have it."""

    def look(self, day: date) -> None:
        super().look(day)
        seen = self.history.people(None, frozenset(atom.month for atom in self.history.atoms))
        for attribute in range(2, 8):
            self._figures(frozenset(one for one in seen if one % attribute), f"{day} filter")

    def arrived(self, day: date) -> None:
        """Answers alone change nothing here."""


class TotalOfEverything(FreeFilter):
    """The practice's total counts what still waits; the clinicians' own figures do not."""

    def look(self, day: date) -> None:
        Reader.look(self, day)
        waiting = {int.from_bytes(row.content, "big") for row in self.history.waiting[Kind.RATINGS]}
        seen = self.history.people(None, frozenset(atom.month for atom in self.history.atoms))
        self._figures(seen | waiting, f"{day} total")


class JoinByCell(FreeFilter):
    """A clinician's figure holds her own part of what was joined for the practice."""

    def look(self, day: date) -> None:
        Reader.look(self, day)
        joined = {one for atom in self.history.atoms if atom.clinician_id is None for one in atom.people}
        months = frozenset(atom.month for atom in self.history.atoms)
        for clinician_id in self.history.clinicians.values():
            own = frozenset(one for one in joined if self.history.home[one] == clinician_id)
            self._figures(self.history.people(clinician_id, months) | own, f"{day} join")


class EffectByWeek(FreeFilter):
    """What a repair changed is followed from its day on, week by week, not by whole release months."""

    def __init__(self, history: History) -> None:
        super().__init__(history)
        self.days: list[date] = []

    def arrived(self, day: date) -> None:
        self.days.append(day)

    def effect(self, action: Action, sides: Sequence[frozenset[int]], place: str) -> None:
        super().effect(action, sides, place)
        assert action.done_on is not None
        seen = self.history.people(None, frozenset(atom.month for atom in self.history.atoms))
        for who in self.history.clinicians.values():
            own = [one for one in seen if self.history.home[one] == who and self.days[one] >= action.done_on]
            for week in range(1, 20):
                until = action.done_on + timedelta(weeks=week)
                self._figures(frozenset(one for one in own if self.days[one] < until), place)

    def look(self, day: date) -> None:
        Reader.look(self, day)


def _mean(counts: Sequence[Counts]) -> str:
    one = counts[0]
    return f"{(5 * one.best + 3 * one.rest + one.problem) / max(one.n, 1):.1f}"


def _mean_limits(said: str) -> list[Limit]:
    """The mean times 20, with half a tenth each way."""
    low, high = round(20 * float(said)) - 1, round(20 * float(said)) + 1
    return [
        Limit(low - 100, low - 20, low - 60, 0, 0),
        Limit(100 - high, 20 - high, 60 - high, 0, 0),
    ]


def _half_open(kind: str, counts: Counts) -> str:
    x, n = (counts.best if kind == "best" else counts.problem), counts.n
    low = 20 * sum(5 * x > edge * n for edge in range(1, 5))
    return f"{low}–{low + 20}%|{n_band(n).text}" if K <= n < 10 else words_of(None)


def _half_open_limits(kind: str, said: str) -> list[Limit]:
    low = int(re.findall(r"\d+", said)[0]) // 20
    x = 0 if kind == "best" else 1
    limits = []
    for weight, edge, most in ((-5, low, -1), (5, low + 1, 0)):
        if 0 < edge <= 5 and not (weight == -5 and low == 0):
            row = [edge if weight < 0 else -edge] * 3
            row[x] += weight
            limits.append(Limit(*row, 0, most))
    return [*limits, Limit(-1, -1, -1, 0, -K), Limit(1, 1, 1, 0, 9)]


BROKEN_SHOWS["mean"] = _mean
BROKEN_LIMITS["mean"] = _mean_limits
BROKEN_SHOWS["number"] = lambda counts: str(counts[0].n)
BROKEN_LIMITS["number"] = lambda said: [Limit(1, 1, 1, 0, int(said)), Limit(-1, -1, -1, 0, -int(said))]
for _kind in ("best", "problem"):
    BROKEN_SHOWS[f"half open {_kind}"] = lambda counts, kind=_kind: _half_open(kind, counts[0])
    BROKEN_LIMITS[f"half open {_kind}"] = lambda said, kind=_kind: _half_open_limits(kind, said)
