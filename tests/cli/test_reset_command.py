"""The way back in for who lost everything: a link, no old password, no old sign-in, an audit entry."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.db import reading
from survey.practice import enrolling, invites, recording, signing_in
from survey.practice.model import AuditEntry, Practice, Staff, StaffSession
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.practice.test_enrolling import enrol
from tests.web.desk import GOOD, make_owner


def test_a_reset_ends_everything_of_the_account_and_prints_a_link(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    olu = make_owner(runtime, riverside)
    enrol(runtime, olu)
    said = terminal.run("user", "reset", "Olu@example.org")
    assert said.code == 0
    assert said.out.startswith(f"{runtime.settings.base_url}/staff/welcome/")
    with reading(runtime.engine, riverside.id) as db:
        assert not enrolling.is_on(db, olu)
        assert enrolling.codes_left(db, olu) == 0
        assert db.scalars(select(StaffSession)).all() == []
        assert signing_in.prove(db, riverside.id, email=olu.email, password=GOOD).staff_id is None
        entry = db.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action, entry.subject) == ("command line", "reset account", olu.email)
        assert recording.first_broken(db, riverside.id) is None


def test_the_link_that_first_opened_an_account_does_not_open_it_after_a_reset(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    """Without the count of links, an account that has no password would be bound as when it was new."""
    olu = make_owner(runtime, riverside)
    invited = invites.binding(Staff(email=olu.email, password_hash="", links=olu.links))
    assert terminal.run("user", "reset", olu.email).code == 0
    with reading(runtime.engine, riverside.id) as db:
        found = db.get_one(Staff, (riverside.id, olu.id))
        assert found.password_hash == ""
        assert invites.binding(found) != invited
        uncounted = Staff(email=found.email, password_hash=found.password_hash, links=olu.links)
        assert invites.binding(uncounted) == invited


@pytest.mark.parametrize("email", ["nobody@example.org", "", "%00"])
def test_an_unknown_address_changes_nothing(
    terminal: Terminal, runtime: Runtime, riverside: Practice, email: str
) -> None:
    said = terminal.run("user", "reset", email)
    assert said.code == 1
    assert "no open account" in said.err
    with reading(runtime.engine, riverside.id) as db:
        assert db.scalars(select(AuditEntry)).all() == []
