"""LA-20 and LA-22: who reads every screen for months, all roles at once, singles out and proves nothing.

Without the lot that leaves one answer out, the same search finds much that is certain; it is the broken
variant of all that is said here about certainty.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from survey.actions.acting import Measure
from survey.actions.model import ActionState
from survey.db import transaction
from survey.insight.rounding import n_band, share
from survey.runtime import Runtime
from tests.actions.register import repair
from tests.attacks.audit_report import Figures, measure, measure_many
from tests.attacks.collecting import Reader, follow
from tests.attacks.histories import ANSWER, History, Plan, begin, draw
from tests.attacks.leaking import (
    CommentsAtOnce,
    EffectByWeek,
    ExactMean,
    ExactNumber,
    FreeFilter,
    HalfOpen,
    JoinByCell,
    Live,
    TotalOfEverything,
    without_the_lot,
)
from tests.attacks.reconstructing import Findings, audit, smallest_group
from tests.attacks.releasing import live
from tests.attacks.scenes import agreed, five, unanimous, with_a_join
from tests.attacks.telling import Counts, Told, band_limits, share_limits, show_of, words_of
from tests.attacks.worlds import Truth, truth_of
from tests.databases import SQLITE_FIRST

Scene = Callable[[Runtime, Callable[[History], Reader]], tuple[History, Reader]]

K = 5
K_COMMENTS = 10


def groups_of(history: History, reader: Reader) -> Findings:
    """Groups alone; no certainty is asked for."""
    return audit(reader.book, truth_of(history), choices=())


# --- groups ------------------------------------------------------------------------------------------------


@SQLITE_FIRST
def test_no_sum_or_difference_of_figures_reaches_fewer_than_five_in_small_practices(runtime: Runtime) -> None:
    for seed in range(2):
        drawn = draw(seed, weeks=(9, 12))
        history = begin(runtime, drawn)
        reader = Reader(history)
        follow(history, drawn, [reader])
        found = groups_of(history, reader)
        assert found.classes >= 2, "the history must show something"
        assert found.smallest >= K
        assert reader.comments.told, "the history must show comments"
        assert smallest_group(reader.comments, k=K_COMMENTS) >= K_COMMENTS


def test_a_join_of_leftovers_is_reached_only_whole(sqlite_runtime: Runtime) -> None:
    found = groups_of(*with_a_join(sqlite_runtime, Reader))
    assert found.smallest == 5
    assert found.classes == 2


@pytest.mark.parametrize("variant", [Live, FreeFilter, TotalOfEverything, JoinByCell])
def test_a_screen_that_splits_batches_is_noticed(sqlite_runtime: Runtime, variant: type[Reader]) -> None:
    with without_the_lot():  # drawn when a batch is published; what these show was never a batch
        history, reader = with_a_join(sqlite_runtime, variant)
        assert groups_of(history, reader).smallest < K


def test_numbers_of_comments_that_split_batches_are_noticed(sqlite_runtime: Runtime) -> None:
    _, reader = with_a_join(sqlite_runtime, CommentsAtOnce)
    assert smallest_group(reader.comments, k=K_COMMENTS) == 1


def repaired(runtime: Runtime, looking: type[Reader]) -> tuple[History, Reader]:
    """Ten months of a practice and two repairs in April, looked at when their outcomes stand."""
    drawn = Plan(seed=77, clinicians=2, weeks=40, mood="usual", start=date(2026, 1, 5), rates=(2.5,))
    history, done = begin(runtime, drawn), date(2026, 4, 8)
    with transaction(runtime.engine, history.practice.id) as db:
        for person in (None, min(history.clinicians.values())):
            action = repair(
                db,
                history.practice,
                done,
                until=ActionState.DONE,
                measure=Measure("phone.1", 3),
            )
            action.clinician_id = person
    reader = looking(history)
    for day, happened in live(history, drawn):
        if happened == ANSWER:
            reader.arrived(day)
    reader.look(date(2026, 10, 12))
    return history, reader


def test_what_repairs_changed_is_told_of_whole_batches_only(sqlite_runtime: Runtime) -> None:
    history, reader = repaired(sqlite_runtime, Reader)
    told = [one for one in reader.book.told if one.kind == "effect"]
    assert len(told) == 2
    assert all(show_of(one)(counts_of(history, reader, one)) == one.said for one in told)
    assert groups_of(history, reader).smallest >= K


def counts_of(history: History, reader: Reader, told: Told) -> list[Counts]:
    """The truth behind a statement."""
    given, behind = history.categories()[told.item], {n: people for people, n in reader.book.groups.items()}
    groups = [[given[one] for one in behind[number]] for number in told.groups]
    return [
        Counts(found.count("best"), found.count("problem"), found.count("rest"), len(found))
        for found in groups
    ]


def test_an_outcome_followed_week_by_week_splits_batches_and_is_noticed(sqlite_runtime: Runtime) -> None:
    with without_the_lot():
        assert groups_of(*repaired(sqlite_runtime, EffectByWeek)).smallest < K


# --- certainty ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scene", "variant"),
    [
        (agreed, Reader),
        (unanimous, Reader),
        (with_a_join, Reader),
        (agreed, ExactNumber),
        *(
            pytest.param(scene, variant, marks=pytest.mark.slow)
            for scene, variant in (
                (unanimous, ExactNumber),
                (with_a_join, ExactNumber),
                (agreed, ExactMean),
                (unanimous, ExactMean),
                (with_a_join, ExactMean),
            )
        ),
    ],
)
def test_what_all_of_a_batch_answered_is_never_certain(
    sqlite_runtime: Runtime, scene: Scene, variant: type[Reader]
) -> None:
    """Not even from exact numbers and means, which no screen shows: the counts themselves do not say it."""
    history, reader = scene(sqlite_runtime, variant)
    found = audit(reader.book, truth_of(history))
    assert found.agreed["problem"] >= len(history.instrument.items) * (scene is not with_a_join)
    assert found.asked == found.agreed.total()
    assert (found.certain, found.undecided, found.unsolved) == ([], [], 0)


def test_without_the_lot_it_is_certain_from_a_second_batch(sqlite_runtime: Runtime) -> None:
    with without_the_lot():
        history, reader = agreed(sqlite_runtime, Reader)
        found = audit(reader.book, truth_of(history, lot=False))
    assert found.certain


@pytest.mark.parametrize(
    ("variant", "scene"), [(ExactMean, unanimous), (HalfOpen, five), (ExactNumber, agreed)]
)
def test_without_the_lot_figures_that_are_too_exact_are_noticed(
    sqlite_runtime: Runtime, variant: type[Reader], scene: Scene
) -> None:
    with without_the_lot():
        history, reader = scene(sqlite_runtime, variant)
        found = audit(reader.book, truth_of(history, lot=False), choices=["problem"])
    assert len({one.item for one in found.certain}) > len(history.instrument.items) / 2


def test_another_world_that_is_only_claimed_is_denied_by_the_integer_programme(
    sqlite_runtime: Runtime,
) -> None:
    with without_the_lot():
        history, reader = agreed(sqlite_runtime, ExactNumber)
        found = truth_of(history, lot=False)
    claimed = dict.fromkeys(range(len(history.answers)), frozenset(found.given))
    truth = Truth(found.given, found.counted, claimed, found.batch, lot=False)
    assert audit(reader.book, truth).certain


def test_nobody_is_ever_certain_to_have_been_unhappy_or_happy(sqlite_runtime: Runtime) -> None:
    figures = measure(sqlite_runtime, [0, 2], weeks=(9, 10), searched=3)
    assert figures.together.agreed["problem"] > 0
    assert figures.together.agreed["best"] > 0
    assert figures.stood == figures.worlds
    assert (figures.certain, figures.undecided) == (0, 0)


def test_without_the_lot_some_are_certain_to_have_been_unhappy_and_happy(sqlite_runtime: Runtime) -> None:
    figures = measure(sqlite_runtime, [0, 2], weeks=(9, 10), searched=3, lot=False)
    assert figures.together.certain["problem"] > 0
    assert figures.together.certain["best"] > 0
    assert figures.stood == 0


@pytest.mark.slow
def test_three_hundred_practices_over_months() -> None:
    figures, without = measure_many(300, 30)
    assert_nothing_is_certain(figures)
    assert figures.histories == 300
    # At least as much as was certain before there was a lot.
    assert without.together.certain["problem"] >= 0.2 * without.together.agreed["problem"]
    assert without.certain > without.together.certain.total(), "single readers too"


def assert_nothing_is_certain(figures: Figures) -> None:
    """What is written in docs/anonymity-audit.md."""
    assert figures.smallest == K
    assert figures.smallest_comments >= K_COMMENTS
    assert figures.joins > 0
    assert figures.stood == figures.worlds > 0
    assert figures.together.agreed["problem"] > 0
    assert (figures.certain, figures.undecided) == (0, 0)


# --- the reader --------------------------------------------------------------------------------------------


def test_the_reader_takes_words_apart_exactly_as_they_were_put_together() -> None:
    """What the words of a share imply is neither more nor less than the counts that are shown so."""
    by_words: dict[str, set[tuple[int, int]]] = {}
    for n in range(100):
        for x in range(n + 1):
            by_words.setdefault(words_of(share(x, n)), set()).add((x, n))
    for said, counts in by_words.items():
        limits = share_limits(said)
        implied = {
            (x, n)
            for n in range(100)
            for x in range(n + 1)
            if all(above * x + below * n <= most for above, below, most in limits)
        }
        assert implied == counts, said


def test_bands_are_read_as_they_are_made() -> None:
    for n in range(5, 12_000):
        low, high = band_limits(n_band(n).text)
        assert low <= n
        assert high is not None
        assert n <= high


def test_equal_words_and_band_mean_equal_everything_below_100() -> None:
    seen: dict[tuple[str, str], object] = {}
    for n in range(5, 100):
        for x in range(n + 1):
            found = share(x, n)
            assert seen.setdefault((found.text, found.n.text), found) == found  # type: ignore[union-attr]
