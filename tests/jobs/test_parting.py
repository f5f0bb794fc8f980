"""A practice that asked to leave: who is told what and when, and that it is deleted then and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy.orm import Session

from survey import clock_guard, leaving
from survey.clock import at_local
from survey.db import reading, transaction
from survey.invitations.mailer import (
    NOTHING_AHEAD,
    Ahead,
    HandoverUnknown,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.practice import declaring, departing
from survey.practice.departing import TooLate
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.databases import SQLITE_FIRST
from tests.jobs.towns import run_at
from tests.web.desk import make_front_desk, make_owner

ONE_IS_ENOUGH = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MONDAY = date(2026, 3, 2)
END = date(2026, 3, 16)
CLOSING, LAST, STAYING = (
    "Riverside Practice: everything here will be deleted on March 16, 2026",
    "Riverside Practice: last days before everything is deleted",
    "Riverside Practice: nothing will be deleted",
)


class Post:
    """Keeps what is handed over; ``trouble`` is raised instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.words = ""
        self.trouble: Exception | None = None

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        if self.trouble is not None:
            raise self.trouble
        message = message_from_bytes(content, policy=policy.default)
        self.taken.append((to, str(message["Subject"])))
        self.words = " ".join(message.get_content().split())

    def taken_now(self) -> list[tuple[str, str]]:
        found, self.taken = sorted(self.taken), []
        return found


@pytest.fixture
def staying(runtime: Runtime) -> Practice:
    """Another practice, which stays whatever happens."""
    return builders.make_practice(runtime, slug="harbour", name="Harbour Practice")


@pytest.fixture
def post(runtime: Runtime, practice: Practice, staying: Practice) -> Post:
    """Two owners and somebody of the front desk; it is Monday at ten."""
    for email in ("olu@example.org", "pia@example.org"):
        make_owner(runtime, practice, email=email)
    make_front_desk(runtime, practice)
    run_at(runtime, runtime.clock.now(), Post())  # so that the clock is known
    return Post()


def leave(runtime: Runtime, practice: Practice, on: date = MONDAY) -> date:
    with transaction(runtime.engine, practice.id) as db:
        return departing.leave(db, practice.id, today=on)


def stay(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        departing.stay(db, practice.id)


def at(day: date, hour: int = 10) -> datetime:
    return at_local(day, hour, "America/New_York")


def live(runtime: Runtime, post: Post, until: date) -> None:
    """The last nights and mornings up to a day; before them the service was off."""
    day = max(runtime.clock.now().date(), until - timedelta(days=4))
    while day < until:
        day += timedelta(days=1)
        for hour in (3, 8):
            run_at(runtime, at(day, hour), post)


def slugs(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as db:
        return sorted(each.slug for each in declaring.practices(db))


def untold(runtime: Runtime, practice: Practice, today: date) -> date | None:
    with reading(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        return departing.untold_since(db, here, today=today)


def both(subject: str) -> list[tuple[str, str]]:
    return [("olu@example.org", subject), ("pia@example.org", subject)]


def test_owners_are_told_at_once_and_again_before_the_end_and_then_it_is_deleted(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    assert leave(runtime, practice) == END
    run_at(runtime, at(MONDAY), post)
    assert f"{runtime.settings.base_url}/staff/leaving" in post.words
    assert post.taken_now() == both(CLOSING)
    live(runtime, post, END - timedelta(days=4))
    assert post.taken_now() == []
    live(runtime, post, END - timedelta(days=3))
    assert "On March 16, 2026 everything of it is deleted" in post.words
    assert post.taken_now() == both(LAST)
    live(runtime, post, END - timedelta(days=1))
    assert slugs(runtime) == ["harbour", "riverside"]
    live(runtime, post, END + timedelta(days=1))
    assert (slugs(runtime), post.taken_now()) == (["harbour"], [])
    assert [each.slug for each in leaving.departed(runtime)] == ["riverside"]


@ONE_IS_ENOUGH
def test_whoever_takes_it_back_stays_and_hears_of_it_once(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    leave(runtime, practice)
    live(runtime, post, END - timedelta(days=1))
    post.taken_now()
    stay(runtime, practice)
    live(runtime, post, END + timedelta(days=2))
    assert post.taken_now() == both(STAYING)
    assert slugs(runtime) == ["harbour", "riverside"]
    with reading(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        assert (here.closed_on, here.leaves_on, here.sending) == (None, None, False)


@ONE_IS_ENOUGH
def test_leaving_again_is_told_and_warned_of_again(runtime: Runtime, practice: Practice, post: Post) -> None:
    leave(runtime, practice)
    live(runtime, post, END - timedelta(days=1))
    stay(runtime, practice)
    leave(runtime, practice, on=END)
    post.taken_now()
    live(runtime, post, END + timedelta(days=13))
    subjects = [subject for _, subject in post.taken_now()]
    assert sorted(subjects) == [CLOSING.replace("16", "30")] * 2 + [LAST] * 2
    assert slugs(runtime) == ["harbour", "riverside"]


@ONE_IS_ENOUGH
def test_taken_back_before_anybody_was_told_is_no_news(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    leave(runtime, practice)
    stay(runtime, practice)
    run_at(runtime, at(MONDAY), post)
    assert post.taken_now() == []


@ONE_IS_ENOUGH
def test_a_survey_that_was_closed_before_stays_closed(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).closed_on = MONDAY - timedelta(days=40)
    assert leave(runtime, practice) == END
    stay(runtime, practice)
    with reading(runtime.engine, practice.id) as db:
        assert db.get_one(Practice, practice.id).closed_on == MONDAY - timedelta(days=40)


@ONE_IS_ENOUGH
def test_a_survey_that_is_only_closed_is_never_deleted(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).closed_on = MONDAY
    live(runtime, post, END + timedelta(days=10))
    assert (slugs(runtime), post.taken_now()) == (["harbour", "riverside"], [])


# --- the clock ----------------------------------------------------------------------------------------


def jump_ahead(runtime: Runtime, practice: Practice, post: Post) -> None:
    """Short enough to pass for a service that was off."""
    leave(runtime, practice)
    for minute in range(5):
        run_at(runtime, at(END + timedelta(days=20)) + timedelta(minutes=minute), post)


def test_a_clock_that_jumps_over_the_waiting_deletes_nothing(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    jump_ahead(runtime, practice, post)
    assert slugs(runtime) == ["harbour", "riverside"]
    assert set(both(LAST)) < set(post.taken_now())
    assert "On April 8, 2026 everything of it is deleted" in post.words
    stay(runtime, practice)  # there is time to object


@ONE_IS_ENOUGH
def test_without_counting_nights_it_would(
    runtime: Runtime, practice: Practice, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant of the test above: the days of the calendar alone."""
    monkeypatch.setattr(departing, "NOTICE", timedelta(0))
    jump_ahead(runtime, practice, post)
    assert slugs(runtime) == ["harbour"]


@ONE_IS_ENOUGH
def test_in_doubt_about_the_clock_nobody_is_told_and_nothing_is_deleted(
    runtime: Runtime, practice: Practice, post: Post
) -> None:
    leave(runtime, practice)
    with pytest.raises(clock_guard.ClockInDoubt):
        run_at(runtime, at(END + timedelta(days=60)), post)
    assert (slugs(runtime), post.taken_now()) == (["harbour", "riverside"], [])


# --- trouble ------------------------------------------------------------------------------------------


@ONE_IS_ENOUGH
@pytest.mark.parametrize("trouble", [TemporaryRefusal(451), RelayUnreachable()])
def test_a_mail_that_was_not_taken_is_tried_again_and_nothing_is_deleted_without_it(
    runtime: Runtime, practice: Practice, post: Post, trouble: Exception
) -> None:
    leave(runtime, practice)
    post.trouble = trouble
    live(runtime, post, END + timedelta(days=2))
    assert slugs(runtime) == ["harbour", "riverside"]
    warning = END - departing.NOTICE
    assert untold(runtime, practice, warning) is None, "it may still go out on that day"
    assert untold(runtime, practice, END) == warning
    post.trouble = None
    live(runtime, post, END + timedelta(days=3))
    assert untold(runtime, practice, END + timedelta(days=3)) is None
    assert post.taken_now() == sorted([*both(CLOSING), *both(LAST)])
    live(runtime, post, END + timedelta(days=6))
    assert (slugs(runtime), post.taken_now()) == (["harbour"], [])


@ONE_IS_ENOUGH
@pytest.mark.parametrize("trouble", [PermanentRefusal(550), HandoverUnknown()])
def test_an_address_that_takes_no_mail_is_not_tried_again_and_holds_nothing_up(
    runtime: Runtime, practice: Practice, post: Post, trouble: Exception
) -> None:
    leave(runtime, practice)
    post.trouble = trouble
    live(runtime, post, END - timedelta(days=2))
    post.trouble = None
    live(runtime, post, END)
    assert (slugs(runtime), post.taken_now()) == (["harbour"], [])


class Killed(BaseException):
    """The process ended here."""


def dying(*_: object) -> None:
    raise Killed


@SQLITE_FIRST
@pytest.mark.parametrize("where", ["_write_down", "_destroy_keys", "_delete_rows", "_free_space"])
def test_a_deletion_that_was_cut_off_goes_on_at_the_next_waking_and_cannot_be_taken_back(
    runtime: Runtime, practice: Practice, post: Post, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    leave(runtime, practice)
    live(runtime, post, END - timedelta(days=1))
    with monkeypatch.context() as patch:
        patch.setattr(leaving, where, dying)
        with pytest.raises(Killed):
            run_at(runtime, at(END, 3), post)
    if where != "_free_space":  # its rows are still there
        with pytest.raises(TooLate):
            stay(runtime, practice)
    run_at(runtime, at(END, 3) + timedelta(minutes=1), post)
    assert slugs(runtime) == ["harbour"]


def test_taken_back_in_the_last_moment_nothing_is_deleted(
    runtime: Runtime, practice: Practice, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the job's look and its hold of the practice."""
    leave(runtime, practice)
    live(runtime, post, END - timedelta(days=1))
    monkeypatch.setattr(departing, "begin", staying_first(practice, departing.begin))
    live(runtime, post, END)
    assert slugs(runtime) == ["harbour", "riverside"]
    assert leaving.departed(runtime) == ()


def staying_first(practice: Practice, real: Callable[..., date | None]) -> Callable[..., date | None]:
    def doing(db: Session, practice_id: int, *, today: date) -> date | None:
        if practice_id == practice.id:
            departing.stay(db, practice_id)
        return real(db, practice_id, today=today)

    return doing


@ONE_IS_ENOUGH
def test_it_speaks_the_language_of_the_letters(runtime: Runtime, practice: Practice, post: Post) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).mail_language = "es"
    leave(runtime, practice)
    run_at(runtime, at(MONDAY), post)
    assert post.taken_now()[0][1] == "Riverside Practice: aquí se borrará todo el 16 de marzo de 2026"
