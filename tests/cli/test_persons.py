"""One person by address: what is held, erased, stopped; and a database that was put back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey.clock import SystemClock
from survey.db import reading
from survey.invitations import sending
from survey.invitations.model import CapMark, Invitation, OptOut
from survey.keys import cards, issue
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests import builders
from tests.cli.terminal import Terminal
from tests.faults.dying import put_back, rows_of
from tests.invitations.post import invite, invite_people, mailbox, mails, next_morning, states
from tests.visits.files import line

ANA, BEN = "ana@example.org", "ben@example.org"


@pytest.fixture
def invited(terminal: Terminal, runtime: Runtime, riverside: Practice) -> Practice:
    """Ana and Ben were at the practice and are to be asked."""
    invite_people(runtime, riverside, "ana", "ben")
    return riverside


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_held_is_said_in_days_and_why_answers_are_not_there(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    said = terminal.run("person", "show", " ANA@example.org ")
    assert said.code == 0
    for words in ("A visit on 20", "An invitation for 20", ": due", "last asked for 20", "Answers cannot be"):
        assert words in said.out
    assert "no more mail" not in said.out
    assert "ana" not in said.out.lower().replace("analy", "")
    assert "Nothing is held" in terminal.run("person", "show", "cleo@example.org").out


def test_an_erased_person_is_gone_and_everybody_else_stays(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    terminal.run("opt-outs", "add", ANA)
    said = terminal.run("person", "erase", ANA)
    assert (said.code, "1 visits, 1 invitations" in said.out) == (0, True)
    assert "Nothing is held" in terminal.run("person", "show", ANA).out
    assert [count(runtime, table) for table in (Visit, Invitation, CapMark, OptOut)] == [1, 1, 1, 0]
    assert terminal.run("opt-outs", "reapply").out.startswith("0 opt-outs")
    assert "A visit on" in terminal.run("person", "show", BEN).out


def test_an_erased_person_who_wants_no_mail_gets_none_after_the_next_import(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    terminal.run("person", "erase", ANA, "--no-more-mail")
    invite_people(runtime, invited, "ana")
    assert states(runtime, invited) == {"due": 1}
    terminal.run("person", "erase", ANA)
    invite_people(runtime, invited, "ana")
    assert states(runtime, invited) == {"due": 2}


def test_other_visits_of_the_same_client_are_found_through_the_invitation(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    invite(runtime, riverside, line(1, email=ANA), line(2, email=ANA), line(3, email=BEN))
    terminal.run("person", "erase", ANA)
    assert count(runtime, Visit) == 1


def test_an_opt_out_entered_by_staff_holds_for_what_is_queued_and_names_nobody(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    first, again = terminal.run("opt-outs", "add", ANA), terminal.run("opt-outs", "add", ANA)
    unknown = terminal.run("opt-outs", "add", "cleo@example.org")
    assert first == again == unknown, "says nothing of who is known"
    sending.send_due(runtime, invited.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert [mail["To"] for mail in mails(runtime)] == [BEN]


@pytest.mark.parametrize("wrong", ["", "ana", "ana@example.org,ben@example.org", "Ana <ana@example.org>"])
def test_what_is_not_an_address_is_refused_and_not_repeated(
    terminal: Terminal, riverside: Practice, wrong: str
) -> None:
    for command in (["person", "show"], ["person", "erase"], ["opt-outs", "add"]):
        said = terminal.run(*command, wrong)
        assert (said.code, said.err) == (
            1,
            "This is not one complete mail address, such as name@example.org.\n",
        )


def test_the_audit_log_knows_what_was_done_and_to_nobody(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    for command in (["person", "show"], ["opt-outs", "add"], ["person", "erase"]):
        terminal.run(*command, ANA)
    with reading(runtime.engine) as db:
        entries = db.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert [tuple(each) for each in entries][-3:] == [
        ("show person", ""),
        ("enter opt-out", ""),
        ("erase person", ""),
    ]


def test_after_a_restore_nobody_is_asked_twice_and_who_opted_out_since_gets_nothing(
    terminal: Terminal, runtime: Runtime, invited: Practice
) -> None:
    runtime.clock.move_to(SystemClock().now())  # type: ignore[attr-defined]
    builders.make_cards(runtime, invited)
    backup = rows_of(runtime.engine)
    terminal.run("opt-outs", "add", ANA)
    sending.send_due(runtime, invited.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    put_back(runtime.engine, backup)
    assert "Nothing was changed" in terminal.run("restored").out
    assert (count(runtime, OptOut), states(runtime, invited)["due"]) == (0, 2)
    said = terminal.run("restored", "--yes")
    assert (said.code, "1 opt-outs are back" in said.out) == (0, True)
    assert states(runtime, invited) == {"suppressed": 1, "unknown": 1}
    assert issue.weeks_held(runtime.files) == cards.quarters_held(runtime.files) == ()
    with reading(runtime.engine) as db:
        assert db.scalars(select(Practice.sending)).all() == [False]
    late = runtime.clock.now() + timedelta(days=1)
    before = len(mails(runtime))
    sending.send_due(runtime, invited.id, mailbox(runtime), now=late)
    assert len(mails(runtime)) == before
    assert terminal.run("restored", "--yes").out.startswith("Done. 0 opt-outs")
