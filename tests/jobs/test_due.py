"""The one question of a minute overlooks nothing: each kind of work is planted, noticed and done."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from survey import due, feeding, jobs, watching
from survey.clock import SimulatedClock
from survey.clock_guard import Watch
from survey.db import Base, reading, transaction
from survey.due import Rounds, Work
from survey.invitations import contacting
from survey.invitations.contact import Asked
from survey.invitations.model import ContactRequest, Invitation, InvitationState, MailRun
from survey.keys import feeds
from survey.practice import departing, forgetting_passwords
from survey.practice.model import JobRun, Practice
from survey.practice.password_request_model import PasswordRequest
from survey.runtime import Runtime
from survey.visits.model import CalendarFeed, Upload
from tests import builders
from tests.invitations.post import invite_people, states
from tests.jobs.test_informing import Box
from tests.jobs.towns import nights
from tests.visits.files import line, visits_csv
from tests.web.desk import make_owner

MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)
Done = Callable[[], bool]


def count(runtime: Runtime, table: type[Base], practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        query = select(func.count()).select_from(table)
        return db.scalar(query.where(table.__table__.c.practice_id == practice.id)) or 0


def gone(runtime: Runtime, table: type[Base], practice: Practice) -> Done:
    assert count(runtime, table, practice) == 1
    return lambda: count(runtime, table, practice) == 0


def an_old_upload(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    with transaction(runtime.engine, practice.id) as db:
        db.add(Upload(practice_id=practice.id, id="0" * 32, begun=runtime.clock.now(), match=""))
    return gone(runtime, Upload, practice)


def a_file_in_a_folder(runtime: Runtime, practice: Practice, place: Path, _box: Box) -> Done:
    folder = place / "inbox"
    folder.mkdir()
    with transaction(runtime.engine, practice.id) as db:
        watching.watch(db, practice, folder, keys=runtime.settings.keys)
    file = folder / "visits.csv"
    file.write_bytes(visits_csv(line(1)))
    moment = runtime.clock.now().timestamp()
    os.utime(file, (moment, moment))
    return lambda: not file.exists()


def a_calendar(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    """One whose address is not among the keys, so that nobody is asked for it."""
    now = runtime.clock.now()
    with transaction(runtime.engine, practice.id) as db:
        made = feeding.add(db, runtime.files, practice.id, "https://calendar.example/s3cret", now=now)
        feeds.forget(runtime.files, made.secret)

    def looked() -> bool:
        with reading(runtime.engine, practice.id) as db:
            return db.scalars(select(CalendarFeed.next_look)).one() > runtime.clock.now()

    return looked


def a_forgotten_password(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    with transaction(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        forgetting_passwords.ask(db, runtime.files, practice.id, "olu@example.org", now=now)
    return gone(runtime, PasswordRequest, practice)


def a_request(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.contact_address = "desk@example.org"
        contacting.ask(db, runtime.files, here, Asked("Rita", "555-0101"), today=MONDAY)
    return gone(runtime, ContactRequest, practice)


def _leave(db: Session, practice: Practice) -> None:
    db.get_one(Practice, practice.id).closed_on = MONDAY
    db.flush()
    departing.leave(db, practice.id, today=MONDAY)


def a_practice_that_leaves(runtime: Runtime, practice: Practice, _place: Path, box: Box) -> Done:
    with transaction(runtime.engine, practice.id) as db:
        _leave(db, practice)
    return lambda: len(box.sent) == 1


def a_practice_that_stays_after_all(runtime: Runtime, practice: Practice, _place: Path, box: Box) -> Done:
    with transaction(runtime.engine, practice.id) as db:
        _leave(db, practice)
    jobs.run_due(runtime, box)
    with transaction(runtime.engine, practice.id) as db:
        departing.stay(db, practice.id)
    assert len(box.sent) == 1
    return lambda: len(box.sent) == 2


def a_night(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    return lambda: TUESDAY in nights(runtime, practice)


def an_invitation(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    invite_people(runtime, practice, "rita")
    return lambda: states(runtime, practice)[InvitationState.SENT] == 1


PLANTED: Mapping[str, tuple[Work, Callable[[Runtime, Practice, Path, Box], Done]]] = {
    "night": (Work.NIGHT, a_night),
    "upload": (Work.UPLOADS, an_old_upload),
    "folder": (Work.FOLDERS, a_file_in_a_folder),
    "calendar": (Work.CALENDARS, a_calendar),
    "password": (Work.PASSWORDS, a_forgotten_password),
    "request": (Work.REQUESTS, a_request),
    "leaving": (Work.LEAVING, a_practice_that_leaves),
    "staying": (Work.LEAVING, a_practice_that_stays_after_all),
    "mail": (Work.MAIL, an_invitation),
}


@pytest.fixture
def box(runtime: Runtime, practice: Practice) -> Box:
    """An owner can sign in, and Monday's work is done."""
    make_owner(runtime, practice)
    made = Box()
    jobs.run_due(runtime, made)
    assert made.sent == []
    return made


def a_day_later(runtime: Runtime, box: Box) -> None:
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.advance(timedelta(days=1))
    jobs.run_due(runtime, box)


def look(runtime: Runtime, practice: Practice, day: date) -> frozenset[Work]:
    with reading(runtime.engine, practice.id) as db:
        return due.look(db, practice.id, today=day)


def test_each_kind_of_work_is_planted_here() -> None:
    assert {work for work, _plant in PLANTED.values()} == due.EVERYTHING - {Work.NEWS}
    assert set(due.QUESTIONS) == due.EVERYTHING - {Work.NEWS}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_noticed_and_done(
    runtime: Runtime, practice: Practice, box: Box, tmp_path: Path, name: str
) -> None:
    work, plant = PLANTED[name]
    done = plant(runtime, practice, tmp_path, box)
    assert not done()
    assert work in look(runtime, practice, TUESDAY)
    a_day_later(runtime, box)
    assert done()


@pytest.mark.parametrize("name", PLANTED)
def test_a_question_that_is_not_asked_is_missed(
    runtime: Runtime, practice: Practice, box: Box, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken look that overlooks one kind of work."""
    work, plant = PLANTED[name]
    done, whole = plant(runtime, practice, tmp_path, box), due.look
    monkeypatch.setattr(due, "look", lambda *given, **named: whole(*given, **named) - {work})
    a_day_later(runtime, box)
    assert not done()


def left(state: InvitationState) -> Callable[[Runtime, Practice, Path, Box], Done]:
    """A mail whose worker died a long time ago."""

    def plant(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
        invite_people(runtime, practice, "rita")
        lost = {"state": state, "lease_until": runtime.clock.now(), "send_day": date(2026, 3, 5)}
        with transaction(runtime.engine, practice.id) as db:
            db.execute(update(Invitation).where(Invitation.practice_id == practice.id).values(lost))
        return lambda: states(runtime, practice)[state] == 0

    return plant


def reminders(runtime: Runtime, practice: Practice, _place: Path, _box: Box) -> Done:
    def begun() -> bool:
        with reading(runtime.engine, practice.id) as db:
            return db.get(MailRun, (practice.id, TUESDAY, "reminder")) is not None

    return begun


MAILS = [
    ("due", an_invitation),
    ("left by a dead worker", left(InvitationState.CLAIMED)),
    ("left by a dead worker", left(InvitationState.HANDING_OVER)),
    ("reminders", reminders),
]


def ask_only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    asked = [question for name, question in due.MAILS.items() if name in names]
    monkeypatch.setattr(due, "_MAIL_WAITS", select(or_(*asked)))


@pytest.mark.parametrize(("name", "plant"), MAILS)
def test_a_mail_that_waits_is_noticed_by_its_question_and_missed_without(
    runtime: Runtime,
    practice: Practice,
    box: Box,
    tmp_path: Path,
    name: str,
    plant: Callable[[Runtime, Practice, Path, Box], Done],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = plant(runtime, practice, tmp_path, box)
    ask_only(monkeypatch, *(set(due.MAILS) - {name}))
    if name != "reminders":  # else they would be reason enough
        ask_only(monkeypatch, *(set(due.MAILS) - {name, "reminders"}))
    a_day_later(runtime, box)
    assert not done(), "a deliberately broken question"
    monkeypatch.undo()
    jobs.run_due(runtime, box)
    assert done()


def test_where_nobody_can_be_asked_everything_is_tried(
    runtime: Runtime, practice: Practice, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> frozenset[Work]:
        raise RuntimeError

    done = a_forgotten_password(runtime, practice, tmp_path, box)
    monkeypatch.setattr(due, "look", broken)
    a_day_later(runtime, box)
    assert done()


def test_another_practices_work_is_not_ours(
    runtime: Runtime, practice: Practice, box: Box, tmp_path: Path
) -> None:
    other = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    for _work, plant in PLANTED.values():
        if plant is not a_practice_that_stays_after_all:
            plant(runtime, other, tmp_path, box)
    assert look(runtime, practice, MONDAY) == {Work.MAIL}
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).sending = False
    assert look(runtime, practice, MONDAY) == set()
    assert look(runtime, other, MONDAY) == due.EVERYTHING - {Work.NEWS, Work.MAIL}, "who leaves sends nothing"


def noted(runtime: Runtime, practice: Practice) -> bool:
    """Whether a folder that is gone was seen."""
    with reading(runtime.engine, practice.id) as db:
        bad = JobRun.practice_id == practice.id, JobRun.job == "bad imports"
        return db.scalar(select(JobRun.day).where(*bad)) is not None


def test_what_can_wait_is_looked_after_in_each_quarter_of_an_hour(
    runtime: Runtime, practice: Practice, box: Box, tmp_path: Path
) -> None:
    assert isinstance(runtime.clock, SimulatedClock)
    lost = tmp_path / "lost"
    lost.mkdir()
    rounds, watch, seen = Rounds(), Watch(runtime.clock.now(), 0.0), []
    for minute in range(18):
        if minute == 1:
            with transaction(runtime.engine, practice.id) as db:
                watching.watch(db, practice, lost, keys=runtime.settings.keys)
            lost.rmdir()
        jobs.woken(runtime, box, watch, monotonic=60.0 * minute, rounds=rounds)
        seen.append(noted(runtime, practice))
        runtime.clock.advance(timedelta(minutes=1))
    assert seen == [False] * 15 + [True] * 3
    with transaction(runtime.engine, practice.id) as db:
        db.execute(delete(JobRun).where(JobRun.practice_id == practice.id, JobRun.job == "bad imports"))
    jobs.woken(runtime, box, watch, monotonic=60.0 * 18, rounds=rounds)
    assert not noted(runtime, practice)
    jobs.woken(runtime, box, watch, monotonic=60.0 * 18, rounds=Rounds())
    assert noted(runtime, practice), "a new process looks at once"
