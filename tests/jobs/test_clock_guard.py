"""A clock that jumped stops publishing, destroying and sending until a person confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from survey import clock, clock_guard, jobs
from survey.clock_guard import ClockInDoubt, Watch, trouble
from survey.db import reading
from survey.invitations.mailer import FolderMailer
from survey.invitations.model import Invitation
from survey.keys import issue
from survey.practice.model import JobRun
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime
from tests.invitations.post import mails
from tests.jobs.towns import Towns, answer, found, invite_in, nights, run_at

START = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def towns(runtime: Runtime) -> Towns:
    """One night lived through; a mail and an answer wait."""
    towns = found(runtime)
    run_at(runtime, START)
    invite_in(runtime, towns.riverside, "rita")
    answer(runtime, towns.riverside, times=2)
    return towns


def everything(runtime: Runtime) -> list[object]:
    """All that could be destroyed, published or sent by mistake."""
    with reading(runtime.engine) as db:
        counts = [
            db.scalar(select(func.count()).select_from(table)) for table in (Invitation, Pool, Spent, JobRun)
        ]
        boxes = sorted(db.scalars(select(Pool.id)))
    keys = sorted((path.name, path.read_bytes()) for path in runtime.files.root.rglob("*") if path.is_file())
    return [*counts, boxes, keys, len(mails(runtime))]


@pytest.mark.parametrize("jump", [-1, -30, -4000, 46, 400, 4000])
def test_a_clock_that_is_far_away_changes_nothing(runtime: Runtime, towns: Towns, jump: int) -> None:
    before = everything(runtime)
    with pytest.raises(ClockInDoubt, match="afterword clock confirm"):
        run_at(runtime, START + jump * DAY + timedelta(hours=8))
    assert everything(runtime) == before


@pytest.mark.parametrize("days", [0, 1, 8, 45])
def test_ordinary_downtime_runs_what_is_overdue_at_once(runtime: Runtime, towns: Towns, days: int) -> None:
    at = START + days * DAY + timedelta(hours=1)
    run_at(runtime, at)
    assert nights(runtime, towns.riverside)[-1] == clock.local_day(at, towns.riverside.time_zone)
    gone = days >= 45
    assert (len(issue.weeks_held(runtime.files)) == 0) is gone


def test_when_a_person_confirms_it_goes_on(runtime: Runtime, towns: Towns) -> None:
    later = START + 60 * DAY
    with pytest.raises(ClockInDoubt):
        run_at(runtime, later)
    clock_guard.confirm(runtime, later)
    run_at(runtime, later)
    assert issue.weeks_held(runtime.files) == ()
    assert nights(runtime, towns.riverside)[-1] == later.date()


def test_a_clock_that_was_far_ahead_and_is_put_right_needs_a_word(runtime: Runtime, towns: Towns) -> None:
    """Somebody confirmed a wrong day: back in the present it is asked about once more."""
    clock_guard.confirm(runtime, START + 40 * DAY)
    with pytest.raises(ClockInDoubt, match="but it was"):
        run_at(runtime, START + DAY)
    clock_guard.confirm(runtime, START + DAY)
    run_at(runtime, START + DAY)
    assert nights(runtime, towns.riverside)[-1] == (START + DAY).date()


def test_without_the_guard_keys_would_be_destroyed(
    runtime: Runtime, towns: Towns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: what the tests above protect is really in danger."""
    monkeypatch.setattr(clock_guard, "require_belief", lambda *_: None)
    before = everything(runtime)
    run_at(runtime, START + 400 * DAY)
    assert everything(runtime) != before
    assert issue.weeks_held(runtime.files) == ()


# --- while running ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "passed", "jumped"),
    [
        (timedelta(minutes=1), 60, False),
        (timedelta(hours=20), 60, False),
        (timedelta(minutes=-30), 60, False),
        (timedelta(hours=-2), 60, True),
        (timedelta(days=2), 60, True),
        (timedelta(days=30), 60, True),
        (timedelta(days=2), 2 * 86400, False),
    ],
)
def test_the_wall_clock_is_held_against_the_monotonic_one(
    wall: timedelta, passed: float, jumped: bool
) -> None:
    watch = Watch(START, 1000.0)
    assert watch.jumped(START + wall, 1000.0 + passed) is jumped
    assert not watch.jumped(START + wall + timedelta(minutes=1), 1060.0 + passed), "told once"


def test_a_jump_while_running_lasts_over_a_restart(
    runtime: Runtime, towns: Towns, caplog: pytest.LogCaptureFixture
) -> None:
    """Ten days forward: as a start it would be ordinary downtime."""
    before, mailer = everything(runtime), FolderMailer(runtime.settings.mailbox)
    watch = Watch(START, 0.0)
    runtime.clock.move_to(START + 10 * DAY)  # type: ignore[attr-defined]
    jobs.woken(runtime, mailer, watch, monotonic=60.0)
    assert "nothing is done: The clock jumped" in caplog.text
    restarted = replace(runtime)
    fresh = Watch(START + 10 * DAY, 0.0)
    jobs.woken(restarted, mailer, fresh, monotonic=60.0)
    after = everything(runtime)
    assert after[:3] + after[4:] == before[:3] + before[4:], "but for the note of the doubt itself"
    clock_guard.confirm(runtime, START + 10 * DAY)
    jobs.woken(restarted, mailer, fresh, monotonic=120.0)
    assert nights(runtime, towns.riverside)[-1] == (START + 10 * DAY).date()


def test_one_note_is_kept_and_it_is_a_day(runtime: Runtime, towns: Towns) -> None:
    for days in (1, 2, 3):
        run_at(runtime, START + days * DAY)
    with reading(runtime.engine) as db:
        days_seen = db.scalars(select(JobRun.day).where(JobRun.job == clock_guard.SEEN)).all()
    assert days_seen == [date(2026, 3, 6)] * 2, "one for each practice"


def test_the_first_day_is_believed() -> None:
    assert trouble(None, datetime(1970, 1, 1, tzinfo=UTC)) == ""


# --- between two starts on one day --------------------------------------------------------------------

NOON = START + timedelta(hours=12)


@pytest.mark.parametrize("hours", [2, 5, 12])
def test_a_clock_set_back_by_some_hours_between_two_starts_is_noticed(
    runtime: Runtime, towns: Towns, hours: int
) -> None:
    run_at(runtime, NOON)
    before = everything(runtime)
    back = NOON - timedelta(hours=hours)
    with pytest.raises(ClockInDoubt, match=r"03 20:00 before \(UTC\).*afterword clock confirm"):
        run_at(replace(runtime), back)
    assert everything(runtime) == before
    clock_guard.confirm(runtime, back)
    run_at(runtime, back)


def test_a_small_correction_between_two_starts_is_nothing_special(runtime: Runtime, towns: Towns) -> None:
    run_at(runtime, NOON)
    earlier = NOON - timedelta(minutes=40)
    run_at(replace(runtime), earlier)
    assert clock_guard._last_minute(runtime.settings) == earlier, "it was believed, and noted"


def test_the_minute_of_a_wrong_clock_is_not_noted(runtime: Runtime, towns: Towns) -> None:
    """Else the second start after the jump would believe it."""
    run_at(runtime, NOON)
    for _ in range(2):
        with pytest.raises(ClockInDoubt):
            run_at(replace(runtime), NOON - timedelta(hours=6))


def test_days_alone_would_not_notice_it(
    runtime: Runtime, towns: Towns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant."""
    last_minute = clock_guard._last_minute
    monkeypatch.setattr(clock_guard, "_last_minute", lambda _: None)
    run_at(runtime, NOON)
    run_at(runtime, NOON - timedelta(hours=6))
    assert last_minute(runtime.settings) == NOON - timedelta(hours=6), "six hours back were believed"


@pytest.mark.parametrize("content", ["", "nonsense", "2026-03-03T20:00"])
def test_a_damaged_minute_is_passed_over_and_the_day_still_counts(
    runtime: Runtime, towns: Towns, content: str
) -> None:
    (runtime.settings.instance / clock_guard.LAST_MINUTE).write_text(content, "ascii")
    with pytest.raises(ClockInDoubt, match="but it was"):
        run_at(runtime, START - DAY)
    run_at(runtime, START)
