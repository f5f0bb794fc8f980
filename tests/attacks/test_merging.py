"""A merge of two records, read on every screen before and after: no group below k, no figure moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from survey.db import transaction
from survey.practice import rostering
from survey.runtime import Runtime
from tests.attacks.collecting import Reader
from tests.attacks.histories import History, Plan, answer, begin
from tests.attacks.leaking import Live, without_the_lot
from tests.attacks.reconstructing import audit
from tests.attacks.releasing import night
from tests.attacks.scenes import START, WEEK, all_of
from tests.attacks.worlds import truth_of
from tests.databases import SQLITE_FIRST

K = 5
#: Answers for the one and for the other record, week by week; the merge comes after the fourth.
COMING = ((6, 3), (2, 6), (1, 2), (6, 5), (3, 6), (0, 7))
MERGED_AFTER = 4


class ShownTogether(Live):
    """After the merge everybody who answered for either is one group, waiting or not: what 0019 forbids."""

    def arrived(self, day: date) -> None:
        """Nothing before the merge."""

    def look(self, day: date) -> None:
        super().look(day)
        if day > START + WEEK * MERGED_AFTER:
            self._figures(frozenset(range(len(self.history.answers))), f"{day} together")


def merge(history: History) -> None:
    """The second record goes into the first."""
    kept, other = history.clinicians.values()
    practice_id = history.practice.id
    with transaction(history.runtime.engine, practice_id) as db:
        one = rostering.clinician(db, practice_id, other)
        rostering.merge(db, one, into=rostering.clinician(db, practice_id, kept))


def live_through(runtime: Runtime, reader_of: Callable[[History], Reader], *, seed: int) -> Reader:
    """Six weeks of answers; links of before the merge still count for the record they were made for."""
    history = begin(runtime, Plan(seed=seed, clinicians=2, weeks=0, mood="usual", start=START))
    reader, (fine, bad) = reader_of(history), all_of(runtime)
    for week, coming in enumerate(COMING):
        monday = START + WEEK * week
        for cell, number in zip(history.clinicians, coming, strict=True):
            for place in range(number):
                answer(history, cell, bad if place % 3 else fine, monday)
                reader.arrived(monday)
        for day, _ in night(history, monday + WEEK, before=monday):
            reader.look(day)
        if week + 1 == MERGED_AFTER:
            before = said(reader, monday + WEEK)
            merge(history)
            assert said(reader, monday + WEEK) == before
    return reader


def said(reader: Reader, day: date) -> list[str]:
    """What every screen of a day says, read by somebody who had seen nothing before."""
    fresh = Reader(reader.history)
    fresh.look(day)
    return sorted(repr(told) for told in fresh.book.told)


def smallest(reader: Reader) -> int:
    return audit(reader.book, truth_of(reader.history), choices=()).smallest


@SQLITE_FIRST
def test_no_group_below_k_is_reached_through_a_merge_and_it_moves_no_figure(runtime: Runtime) -> None:
    assert smallest(live_through(runtime, Reader, seed=1901)) >= K


def test_the_audit_notices_a_merge_that_shows_everybody_of_both(sqlite_runtime: Runtime) -> None:
    with without_the_lot():
        assert smallest(live_through(sqlite_runtime, ShownTogether, seed=1902)) < K


def test_what_is_told_of_a_day_is_told_apart(sqlite_runtime: Runtime) -> None:
    """The comparison before and after a merge compares something."""
    reader = live_through(sqlite_runtime, Reader, seed=1903)
    last = START + WEEK * len(COMING)
    assert said(reader, last) != said(reader, START + WEEK * 2)
    assert len(said(reader, last)) > 10
