"""No more mails: signed by us, at once, for good, twice without harm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from itsdangerous import Signer
from sqlalchemy import func, select

from survey.db import reading, transaction
from survey.invitations import opting_out, stop_links
from survey.invitations.model import InvitationState, OptOut
from survey.invitations.opting_out import BadStopLink
from survey.invitations.sending import send_due
from survey.keys import contact
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.builders import make_clinician, make_token
from tests.invitations.post import invite_people, mailbox, mails, next_morning, states


def link(runtime: Runtime, practice: Practice, name: str) -> str:
    tag = contact.contact_tag(runtime.files, practice.id, f"{name}@example.org")
    return stop_links.sign(runtime.files, practice.id, tag)


def stop(runtime: Runtime, signed: str) -> Practice:
    with transaction(runtime.engine) as db:
        return opting_out.opt_out(db, runtime, signed, now=runtime.clock.now())


def opted_out(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(OptOut)) or 0


def test_a_person_gets_no_more_mail(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, "ana", "ben")
    assert stop(runtime, link(runtime, practice, "ana")).slug == "riverside"
    assert states(runtime, practice) == {"suppressed": 1, "due": 1}
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert [mail["To"] for mail in mails(runtime)] == ["ben@example.org"]


def test_a_claimed_mail_is_suppressed_too(runtime: Runtime, practice: Practice) -> None:
    from survey.invitations import outbox

    invite_people(runtime, practice, "ana")
    with transaction(runtime.engine, practice.id) as db:
        outbox.move(db, outbox.moving(practice.id, InvitationState.DUE, InvitationState.CLAIMED))
    stop(runtime, link(runtime, practice, "ana"))
    assert states(runtime, practice) == {"suppressed": 1}


def test_twice_is_harmless(runtime: Runtime, practice: Practice) -> None:
    signed = link(runtime, practice, "ana")
    assert stop(runtime, signed).id == stop(runtime, signed).id
    assert opted_out(runtime) == 1


def test_the_link_is_short_safe_in_a_path_and_names_nobody(runtime: Runtime, practice: Practice) -> None:
    signed = link(runtime, practice, "ana")
    assert len(signed) == 76
    assert set(signed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_outlives_a_change_of_the_webs_secret(runtime: Runtime, practice: Practice) -> None:
    signed = link(runtime, practice, "ana")
    rotated = replace(runtime, settings=replace(runtime.settings, secret_key="x" * 40))
    assert stop(rotated, signed).id == practice.id


def test_every_changed_character_is_refused(runtime: Runtime, practice: Practice) -> None:
    signed = link(runtime, practice, "ana")
    for position in range(len(signed) - 1):  # the last one carries two unused bits
        other = "A" if signed[position] != "A" else "B"
        with pytest.raises(BadStopLink):
            stop_links.read(runtime.files, signed[:position] + other + signed[position + 1 :])


def test_forged_foreign_and_cross_purpose_links_do_nothing(runtime: Runtime, practice: Practice) -> None:
    token = make_token(runtime, practice, make_clinician(runtime, practice))
    content = link(runtime, practice, "ana").split(".")[0]
    forged = Signer("guess", salt=b"afterword.stop-link", key_derivation="hmac").sign(content).decode()
    tag = contact.contact_tag(runtime.files, practice.id, "ana@example.org")
    nowhere = stop_links.sign(runtime.files, practice.id + 1, tag)
    for signed in ("", ".", "é", "\0", content, content + ".", token, forged, nowhere, "x" * 4000):
        with pytest.raises(BadStopLink) as refusal:
            stop(runtime, signed)
        assert signed == "" or signed == "." or signed not in str(refusal.value)
    assert opted_out(runtime) == 0


def test_an_opt_out_after_the_import_that_only_the_tag_knows_holds_at_hand_over(
    runtime: Runtime, practice: Practice
) -> None:
    invite_people(runtime, practice, "ana", "ben")
    only_the_tag(runtime, practice)
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert [str(mail["To"]) for mail in mails(runtime)] == ["ben@example.org"]


def test_a_sender_that_does_not_ask_again_would_write_to_them(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: the check before hand-over always says that nobody opted out."""
    from survey.invitations import knowing

    invite_people(runtime, practice, "ana", "ben")
    only_the_tag(runtime, practice)
    monkeypatch.setattr(knowing, "opted_out", lambda *_: frozenset())
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert sorted(str(mail["To"]) for mail in mails(runtime)) == ["ana@example.org", "ben@example.org"]


def only_the_tag(runtime: Runtime, practice: Practice) -> None:
    """As if the opt-out had come when the mail was in nobody's list of waiting ones."""
    tag = contact.contact_tag(runtime.files, practice.id, "ana@example.org")
    with transaction(runtime.engine, practice.id) as db:
        db.add(OptOut(practice_id=practice.id, contact_tag=tag))
