"""What happens by itself: at each practice's own hours, once, again where it failed, no word too many."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select

from survey import clock, jobs
from survey.db import make_engine, reading, transaction
from survey.invitations import opting_out
from survey.invitations.mailer import NOTHING_AHEAD, Ahead, FolderMailer
from survey.invitations.model import Invitation, OptOut
from survey.keys import contact, issue
from survey.keys.files import KeyTrouble
from survey.keys.matching import KeysDoNotMatch
from survey.practice.model import Practice
from survey.responses.model import Kind, Pool, PoolKey, Spent
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import mails, relay, smtp_mailer, states
from tests.jobs.towns import SYDNEY, Towns, answer, found, invite_in, nights, run_at

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
MARK = "marker.person@example.org Tk0123456789abcdef"


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def towns(runtime: Runtime) -> Towns:
    """On Monday at ten in New York, when it is Tuesday two in the morning in Sydney."""
    return found(runtime)


def rows(runtime: Runtime, table: type, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        query = select(func.count()).select_from(table).where(table.practice_id == practice.id)
        return db.scalar(query) or 0


# --- each at its own hour -----------------------------------------------------------------------------


def test_each_practice_has_its_own_night_and_morning(runtime: Runtime, towns: Towns) -> None:
    invite_in(runtime, towns.riverside, "rita")
    invite_in(runtime, towns.harbour, "hugo")
    seen = []
    for instant in (utc(3, 6, 30), utc(3, 7, 30), utc(3, 14, 5), utc(3, 15, 30), utc(3, 22, 5)):
        run_at(runtime, instant)
        done = (nights(runtime, towns.riverside), nights(runtime, towns.harbour))
        seen.append((*done, [mail["To"] for mail in mails(runtime)]))
    assert seen == [
        ([], [TUESDAY], []),  # New York sleeps at 1:30; Sydney makes up for its night at half past five
        ([TUESDAY], [TUESDAY], []),  # half past two in New York
        ([TUESDAY], [TUESDAY], ["rita@example.org"]),  # nine in New York, one at night in Sydney
        ([TUESDAY], [TUESDAY, WEDNESDAY], ["rita@example.org"]),  # half past two in Sydney
        ([TUESDAY], [TUESDAY, WEDNESDAY], ["rita@example.org", "hugo@example.org"]),  # nine in Sydney
    ]


@pytest.mark.parametrize(("hour", "sent"), [(8, 0), (9, 1), (19, 1), (20, 0), (23, 0)])
def test_mail_goes_out_by_day_only(runtime: Runtime, towns: Towns, hour: int, sent: int) -> None:
    invite_in(runtime, towns.riverside, "rita")
    run_at(runtime, clock.at_local(TUESDAY, hour, towns.riverside.time_zone, 59))
    assert len(mails(runtime)) == sent


def test_a_night_is_done_once_and_a_missed_one_is_made_up_for(runtime: Runtime, towns: Towns) -> None:
    answer(runtime, towns.riverside, times=5)
    run_at(runtime, utc(3, 8))
    keys = set(runtime.files.names("pool"))
    run_at(runtime, utc(3, 8, 30))
    assert set(runtime.files.names("pool")) == keys
    run_at(runtime, utc(10, 21))  # the service stood still for a week
    assert nights(runtime, towns.riverside) == [TUESDAY, date(2026, 3, 10)]


# --- trouble of one -----------------------------------------------------------------------------------


def break_key(runtime: Runtime, practice: Practice) -> Callable[[], object]:
    """Cut the practice's ratings key short; returns how to mend it."""
    with reading(runtime.engine, practice.id) as db:
        key = db.get_one(PoolKey, (practice.id, Kind.RATINGS))
    path = runtime.files.root / f"pool/{practice.id:016x}.{key.kid.hex()}.sk"
    whole = path.read_bytes()
    path.write_bytes(whole[:7])
    return lambda: path.write_bytes(whole)


def test_a_failed_night_stops_no_other_and_is_run_again(
    runtime: Runtime, towns: Towns, caplog: pytest.LogCaptureFixture
) -> None:
    for practice in (towns.riverside, towns.harbour):
        answer(runtime, practice, times=3)
    mend = break_key(runtime, towns.harbour)
    for instant in (utc(3, 8), utc(3, 8, 30)):
        run_at(runtime, instant)
        assert (nights(runtime, towns.riverside), nights(runtime, towns.harbour)) == ([TUESDAY], [])
    assert "a job of harbour stopped: KeyTrouble at" in caplog.text
    assert "riverside" not in caplog.text
    assert rows(runtime, Pool, towns.harbour) == 6, "what waits still waits"
    mend()
    run_at(runtime, utc(3, 9))
    assert nights(runtime, towns.harbour) == [TUESDAY]
    assert rows(runtime, Pool, towns.harbour) == rows(runtime, Pool, towns.riverside) == 6


def test_where_keys_do_not_belong_to_the_database_nothing_is_done_at_all(
    runtime: Runtime, towns: Towns
) -> None:
    invite_in(runtime, towns.riverside, "rita")
    (runtime.files.root / "generation").write_bytes(bytes(16))
    with pytest.raises(KeysDoNotMatch):
        run_at(runtime, clock.at_local(TUESDAY, 10, towns.riverside.time_zone))
    assert (nights(runtime, towns.riverside), mails(runtime)) == ([], [])


# --- the end of a week --------------------------------------------------------------------------------


def test_keys_tags_and_invitations_of_a_week_go_the_day_after_its_last_day_and_not_before(
    runtime: Runtime, towns: Towns
) -> None:
    invite_in(runtime, towns.riverside, "rita", "ron")
    with transaction(runtime.engine, towns.riverside.id) as db:
        tag = contact.contact_tag(runtime.files, towns.riverside.id, "ron@example.org")
        opting_out.opt_out_contact(db, towns.riverside.id, tag)
    run_at(runtime, utc(3, 14, 5))
    answer(runtime, towns.riverside, times=1)
    (week,) = issue.weeks_held(runtime.files)
    last = issue.last_day(week)
    kept = (Invitation, Spent)

    run_at(runtime, clock.at_local(last, 23, towns.riverside.time_zone))
    assert issue.weeks_held(runtime.files) == (week,)
    assert [rows(runtime, table, towns.riverside) for table in kept] == [2, 1]

    over = last + timedelta(days=1)
    run_at(runtime, clock.at_local(over, 3, towns.riverside.time_zone))
    assert issue.weeks_held(runtime.files) == ()
    assert [rows(runtime, table, towns.riverside) for table in kept] == [0, 0]
    assert rows(runtime, OptOut, towns.riverside) == 1
    assert (over - clock.week_monday(week)).days <= 23


def test_a_weeks_keys_stay_until_it_is_over_everywhere(runtime: Runtime, towns: Towns) -> None:
    invite_in(runtime, towns.riverside, "rita")
    invite_in(runtime, towns.harbour, "hugo")
    (week,) = issue.weeks_held(runtime.files)
    over = issue.last_day(week) + timedelta(days=1)
    run_at(runtime, clock.at_local(over, 3, SYDNEY))
    assert issue.weeks_held(runtime.files) == (week,), "in New York its links still work"
    run_at(runtime, clock.at_local(over, 3, towns.riverside.time_zone))
    assert issue.weeks_held(runtime.files) == ()


def test_an_opted_out_person_gets_nothing_from_later_runs(runtime: Runtime, towns: Towns) -> None:
    with transaction(runtime.engine, towns.riverside.id) as db:
        tag = contact.contact_tag(runtime.files, towns.riverside.id, "rita@example.org")
        opting_out.opt_out_contact(db, towns.riverside.id, tag)
    invite_in(runtime, towns.harbour, "rita")
    run_at(runtime, utc(3, 22, 5))
    assert len(mails(runtime)) == 1, "another practice is another matter"
    with transaction(runtime.engine, towns.riverside.id) as db:
        db.execute(OptOut.__table__.delete())
    invite_in(runtime, towns.riverside, "rita")
    run_at(runtime, utc(4, 15))
    assert len(mails(runtime)) == 2, "without the opt-out the mail would have gone"


def test_a_busy_database_puts_the_tidying_off_and_spoils_no_night(
    sqlite_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    practice = builders.make_practice(sqlite_runtime)
    answer(sqlite_runtime, practice, times=5)
    with transaction(sqlite_runtime.engine) as db:
        db.execute(delete(Pool))
    with sqlite_runtime.engine.connect() as impatient:
        assert impatient.exec_driver_sql("PRAGMA freelist_count").scalar_one() > 0
        impatient.exec_driver_sql("PRAGMA busy_timeout=20")
    other = make_engine(sqlite_runtime.settings)
    with transaction(other) as writer:
        writer.execute(delete(Spent))
        jobs.finish_night(sqlite_runtime, [practice], utc(3, 8))
    other.dispose()
    assert "given back next night" in caplog.text
    jobs.finish_night(sqlite_runtime, [practice], utc(4, 8))
    with sqlite_runtime.engine.connect() as later:
        assert later.exec_driver_sql("PRAGMA freelist_count").scalar_one() == 0


# --- several workers ----------------------------------------------------------------------------------


def race(runtime: Runtime, port: int, instant: datetime) -> None:
    """Two workers, each with connections of its own, do what is due at the same moment."""
    runtime.clock.move_to(instant)  # type: ignore[attr-defined]
    barrier = Barrier(2)

    def work() -> None:
        own = Runtime(runtime.settings, make_engine(runtime.settings), runtime.files, runtime.clock)
        with smtp_mailer(own, port) as mailer:
            barrier.wait()
            jobs.run_due(own, mailer)
        own.engine.dispose()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_racing_workers_send_each_mail_once_and_lose_no_answer(runtime: Runtime, towns: Towns) -> None:
    people = [f"rita{n}" for n in range(15)]
    others = [f"hugo{n}" for n in range(15)]
    invite_in(runtime, towns.riverside, *people)
    invite_in(runtime, towns.harbour, *others)
    answer(runtime, towns.riverside, times=4)
    with relay() as sink:
        race(runtime, sink.port, utc(3, 14, 5))
        race(runtime, sink.port, utc(3, 22, 5))
        assert sink.names() == sorted(people + others)
    assert states(runtime, towns.riverside) == states(runtime, towns.harbour) == {"sent": 15}
    assert rows(runtime, Pool, towns.riverside) == 8


def test_two_racing_workers_remind_at_most_once(runtime: Runtime, towns: Towns) -> None:
    people = [f"rita{n}" for n in range(20)]
    invite_in(runtime, towns.riverside, *people)
    with relay() as sink:
        race(runtime, sink.port, utc(3, 14, 5))
        sink.stored.clear()
        race(runtime, sink.port, utc(9, 14, 5))
        reminded = sink.names()
    assert 8 <= len(reminded) < 20, "a fifth is held back"
    assert len(set(reminded)) == len(reminded)


# --- what a log may hold ------------------------------------------------------------------------------


class Choking:
    """A mailer whose trouble carries what must never be told."""

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        raise RuntimeError(f"could not write to {to}: {MARK}")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Log lines, with their traces, that hold the marker, an address or a token."""
    lines = [logging.Formatter().format(record) for record in caplog.records]
    return [line for line in lines if any(mark in line for mark in (*MARK.split(), "rita", "@"))]


def test_a_failing_job_tells_its_kind_and_place_and_nothing_it_handled(
    runtime: Runtime, towns: Towns, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    invite_in(runtime, towns.riverside, "rita")
    run_at(runtime, utc(3, 14, 5), Choking())
    assert "a job of riverside stopped: RuntimeError at hand_over:" in caplog.text
    assert told(caplog) == []


def test_a_job_that_logged_its_trouble_would_be_noticed(
    runtime: Runtime, towns: Towns, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: the text of the trouble goes into the log."""

    def talkative(practice: Practice, job: Callable[[], object]) -> bool:
        try:
            job()
        except RuntimeError as trouble:
            jobs.log.error("a job of %s stopped: %s", practice.slug, trouble)
            return False
        return True

    monkeypatch.setattr(jobs, "_kept_apart", talkative)
    invite_in(runtime, towns.riverside, "rita")
    run_at(runtime, utc(3, 14, 5), Choking())
    assert told(caplog)


def test_a_whole_quiet_day_is_silent(
    runtime: Runtime, towns: Towns, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    invite_in(runtime, towns.riverside, "rita")
    for hour in (3, 8, 14, 22):
        run_at(runtime, utc(3, hour), FolderMailer(runtime.settings.mailbox))
    assert told(caplog) == []
    assert "stopped" not in caplog.text


def test_a_broken_key_is_a_trouble_of_keys(runtime: Runtime, towns: Towns) -> None:
    """The night breaks where the tests above say it does."""
    break_key(runtime, towns.riverside)
    answer(runtime, towns.riverside, times=1)
    with pytest.raises(KeyTrouble, match="damaged"):
        jobs.run_night(runtime, towns.riverside, utc(3, 8))
