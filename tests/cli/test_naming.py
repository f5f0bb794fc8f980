"""Entering a practice and giving it its names."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.db import reading, transaction
from survey.invitations import sending
from survey.invitations.letters import UnsafeEnvelope
from survey.practice.declaring import practice_by_slug
from survey.practice.model import Practice, Role, Staff
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.invitations.post import (
    invitations,
    invite,
    invite_people,
    mailbox,
    mails,
    next_morning,
    plain_text,
    states,
)
from tests.visits.files import line


def kept(runtime: Runtime, slug: str = "riverside") -> Practice:
    with reading(runtime.engine) as db:
        found = practice_by_slug(db, slug)
    assert found is not None
    return found


def test_a_telling_name_is_refused_until_a_name_for_mails_is_given(
    terminal: Terminal, runtime: Runtime
) -> None:
    words = ("practice", "create", "mill", "Mill Psychology", "--phone", "555-0100")
    refused = terminal.run(*words)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.endswith("Choose a neutral name for mails with --mail-name, for example: Mill\n")
    assert terminal.run(*words, "--mail-name", "Mill Street", "--mail-language", "es").code == 0
    made = kept(runtime, "mill")
    assert (made.neutral_name, made.mail_language) == ("Mill Street", "es")


def test_renaming_says_what_patients_read(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    said = terminal.run(
        "practice", "rename", "riverside", "--name", "Riverside Psychology", "--mail-name", "River"
    )
    assert (said.code, said.out) == (0, "Patients read: River\n")
    assert kept(runtime).name == "Riverside Psychology"
    assert terminal.run("practice", "rename", "riverside", "--mail-language", "fr").code == 1
    assert terminal.run("practice", "rename", "nowhere", "--mail-name", "River").code == 1
    assert terminal.run("practice", "rename", "riverside", "--mail-name", "River Therapy").code == 1
    assert kept(runtime).neutral_name == "River"


def test_mails_bear_the_neutral_name_alone(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    terminal.run("practice", "rename", "riverside", "--name", "Riverside Psychology", "--mail-name", "River")
    here = kept(runtime)
    invite_people(runtime, here, "ana")
    sending.send_due(runtime, here.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    (mail,) = mails(runtime)
    assert mail["From"] == "River <feedback@localhost>"
    assert "Psychology" not in mail.as_string()
    assert "River would like to know" in plain_text(mail)


def test_nothing_is_sent_under_a_name_that_tells_too_much(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, "ana")
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).name = "Riverside Psychology"
    with pytest.raises(UnsafeEnvelope, match='afterword practice rename riverside --mail-name "Riverside"'):
        sending.send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert mails(runtime) == []
    assert states(runtime, practice) == {"due": 1}


def test_a_patients_own_language_goes_before_that_of_the_practice(
    runtime: Runtime, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).mail_language = "es"
    rows = [line(1, language=""), line(2, language="en"), line(3, language="es"), line(4, language="fr")]
    invite(runtime, kept(runtime, practice.slug), *rows)
    assert sorted(str(row.language) for row in invitations(runtime, practice)) == ["en", "en", "es", "es"]


BEGINNING = (
    *("--name", "Riverside Practice", "--slug", "riverside", "--phone", "555-0100", "--country", "us"),
    *("--time-zone", "America/New_York", "--person", "Olu Bello", "--email", "olu@example.org"),
)


def test_a_terminal_can_begin_as_well_once(terminal: Terminal, runtime: Runtime) -> None:
    said = terminal.run("init", *BEGINNING)
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1].startswith("http://127.0.0.1:8765/staff/welcome/")
    with reading(runtime.engine) as db:
        owner = db.scalars(select(Staff)).one()
    assert (owner.email, owner.role, owner.password_hash) == ("olu@example.org", Role.OWNER, "")
    again = terminal.run("init", *BEGINNING)
    assert again.code == 1
    assert "practice already" in again.err
