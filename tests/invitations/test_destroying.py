"""Totals survive, people do not: what is over is counted and deleted."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, insert, select

from survey import clock
from survey.db import reading, transaction
from survey.invitations import counting, destroying
from survey.invitations.model import CapMark, Invitation
from survey.invitations.sending import send_due
from survey.keys import issue
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.model import KEPT_DAYS, Visit
from tests.invitations.post import invitations, invite, invite_people, mailbox, next_morning
from tests.visits.files import line


def destroy(runtime: Runtime, practice: Practice, today: date) -> None:
    with transaction(runtime.engine, practice.id) as db:
        destroying.destroy_weeks(db, practice.id, today=today)


def totals(runtime: Runtime, practice: Practice) -> dict[tuple[int, str], int]:
    with reading(runtime.engine, practice.id) as db:
        return dict(counting.sent_by_month(db, practice.id))


def send(runtime: Runtime, practice: Practice, *names: str) -> int:
    """Invite and send; the issue week."""
    invite_people(runtime, practice, *names)
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    return int(str(invitations(runtime, practice)[0].issue_week))


def test_only_what_was_sent_is_counted_by_cell_and_month(runtime: Runtime, practice: Practice) -> None:
    visits = [line(1, clinician="Ana"), line(2, clinician="Ana"), line(3, clinician="Ben")]
    invite(runtime, practice, *visits)
    assert totals(runtime, practice) == {}
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    found = totals(runtime, practice)
    assert sorted(found.values()) == [1, 2]
    assert {month for _, month in found} == {"2026-03"}


def test_a_week_goes_the_day_after_its_links_expire_and_the_totals_stay(
    runtime: Runtime, practice: Practice
) -> None:
    week = send(runtime, practice, "ana", "ben")
    before = totals(runtime, practice)
    destroy(runtime, practice, issue.last_day(week))
    assert len(invitations(runtime, practice)) == 2
    for days in (1, 2, 3):  # again and again changes nothing
        destroy(runtime, practice, issue.last_day(week) + timedelta(days=days))
        assert invitations(runtime, practice) == []
        assert totals(runtime, practice) == before


def test_it_is_gone_within_twenty_three_days_of_the_first_mail(runtime: Runtime, practice: Practice) -> None:
    week = send(runtime, practice, "ana")
    assert issue.last_day(week) + timedelta(days=1) - clock.week_monday(week) <= timedelta(days=23)


def test_totals_of_two_weeks_of_a_month_add_up(runtime: Runtime, practice: Practice) -> None:
    send(runtime, practice, "ana", "ben")
    later = runtime.clock.now() + timedelta(days=7)
    invite(runtime, practice, line(9, start=later.date().isoformat()), now=later)
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(later))
    assert sum(totals(runtime, practice).values()) == 3
    destroy(runtime, practice, later.date() + timedelta(days=16))
    assert len(invitations(runtime, practice)) == 1
    destroy(runtime, practice, later.date() + timedelta(days=40))
    assert list(totals(runtime, practice).values()) == [3]


def test_another_practice_is_left_alone(runtime: Runtime, practice: Practice) -> None:
    from tests.builders import make_practice

    other = make_practice(runtime, slug="lakeside", name="Lakeside Practice")
    send(runtime, practice, "ana")
    destroy(runtime, other, date(2027, 3, 1))
    assert len(invitations(runtime, practice)) == 1
    assert totals(runtime, other) == {}


def test_visits_are_kept_four_hundred_days(runtime: Runtime, practice: Practice) -> None:
    invite(runtime, practice, line(1, start="2026-03-02"))
    with_visit = date(2026, 3, 2) + timedelta(days=KEPT_DAYS)
    for today, left in ((with_visit, 1), (with_visit + timedelta(days=1), 0)):
        destroy(runtime, practice, today)
        with reading(runtime.engine, practice.id) as db:
            assert db.scalar(select(func.count()).select_from(Visit)) == left


def test_cap_marks_are_kept_a_year_and_never_less_than_the_cap(runtime: Runtime, practice: Practice) -> None:
    today = date(2026, 3, 2)
    weeks = [clock.week_number(today - timedelta(days=days)) for days in (90, 360, 380)]
    with transaction(runtime.engine, practice.id) as db:
        rows = [
            {"practice_id": practice.id, "contact_tag": bytes([n] * 16), "week": w}
            for n, w in enumerate(weeks)
        ]
        db.execute(insert(CapMark), rows)
    destroy(runtime, practice, today)
    with reading(runtime.engine, practice.id) as db:
        assert sorted(db.scalars(select(CapMark.week))) == sorted(weeks[:2])


def test_no_byte_of_an_address_box_stays_in_the_file(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    from survey.db import tidy_after_flush

    week = send(runtime, practice, "ana")
    with reading(runtime.engine, practice.id) as db:
        box = db.scalar(select(Invitation.address_sealed))
    assert box is not None
    destroy(runtime, practice, issue.last_day(week) + timedelta(days=1))
    tidy_after_flush(owned.engine)
    content = b"".join(path.read_bytes() for path in runtime.settings.data.rglob("*") if path.is_file())
    assert box[:32] not in content
