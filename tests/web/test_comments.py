"""The owner hides and shows released comments; nobody changes a word, and clinicians see what is left."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.comments import hiding
from survey.comments.hiding import NoSuchComment, Reason
from survey.db import reading, transaction
from survey.practice import recording
from survey.practice.model import AuditEntry, Practice
from survey.releases.model import Comment
from survey.runtime import Runtime
from tests import builders
from tests.web import stage
from tests.web.desk import token_of

DESK = "/staff/practice/comments"
WORDS = "The phone rang for ever."


def key_of(runtime: Runtime, practice: Practice, words: str = WORDS) -> str:
    with reading(runtime.engine, practice.id) as db:
        return db.scalars(select(Comment.id).where(Comment.text == words)).one().hex()


def post(client: FlaskClient, way: str, key: str, reason: str = Reason.NAMES) -> TestResponse:
    form = {"csrf_token": token_of(client, "/staff/practice"), "comment": key, "reason": reason}
    return client.post(f"{DESK}/{way}", data=form)


def noted(runtime: Runtime, practice: Practice) -> list[tuple[str, str, str]]:
    with reading(runtime.engine, practice.id) as db:
        assert recording.first_broken(db, practice.id) is None
        rows = db.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject))
        return [(row.actor, row.action, row.subject) for row in rows if "comment" in row.action]


def test_a_hidden_comment_is_gone_for_the_clinician_and_folded_away_for_the_owner(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    assert WORDS in ana.get("/staff/clinician").text
    assert post(owner, "hide", key_of(runtime, practice)).status_code == 302
    assert WORDS not in ana.get("/staff/clinician").text
    assert WORDS not in owner.get("/staff/practice").text
    page = owner.get(DESK).text
    assert "One hidden comment" in page
    assert page.index('id="hidden"') < page.index(WORDS)


def test_hiding_leaves_who_and_why_in_the_log_once_and_never_the_words(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    for _ in range(2):
        post(owner, "hide", key, Reason.INSULT)
    assert noted(runtime, practice) == [("olu@example.org", "hid a comment", f"{key}: insults somebody")]
    post(owner, "show", key)
    assert noted(runtime, practice)[1:] == [("olu@example.org", "showed a comment again", key)]


def test_a_comment_shown_again_stands_as_it_was(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    post(owner, "hide", key)
    post(owner, "show", key)
    assert WORDS in ana.get("/staff/clinician").text
    assert "One hidden comment" not in owner.get(DESK).text


def test_no_form_of_the_desk_could_carry_other_words(owner: FlaskClient) -> None:
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', owner.get(DESK).text))
    assert fields == {"csrf_token", "comment", "reason", "word", "theme"}


def test_other_fields_change_nothing_in_the_words(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    form = {"csrf_token": token_of(owner, DESK), "comment": key, "reason": "other", "text": "All is well"}
    owner.post(f"{DESK}/hide", data=form)
    assert key_of(runtime, practice) == key


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "0" * 31 + "g", "é" * 32])
def test_an_unknown_comment_is_said_to_be_gone(
    runtime: Runtime, practice: Practice, owner: FlaskClient, key: str
) -> None:
    for way in ("hide", "show"):
        assert post(owner, way, key).status_code == 404
    assert noted(runtime, practice) == []


@pytest.mark.parametrize("reason", ["", "because", "NAMES"])
def test_hiding_needs_a_reason_of_the_list(
    runtime: Runtime, practice: Practice, owner: FlaskClient, reason: str
) -> None:
    reply = post(owner, "hide", key_of(runtime, practice), reason)
    assert reply.status_code == 400
    assert "Choose a reason" in reply.text
    assert noted(runtime, practice) == []


def test_only_the_owner_sits_at_the_desk(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    assert ana.get(DESK).status_code == 403
    form = {"csrf_token": token_of(ana, "/staff/clinician"), "comment": key, "reason": Reason.OTHER}
    assert ana.post(f"{DESK}/hide", data=form).status_code == 403
    assert client_without_session(owner).get(DESK).status_code in {302, 401}
    assert noted(runtime, practice) == []


def client_without_session(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def test_what_is_for_the_management_is_marked_and_not_shown_to_clinicians(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for comment in db.scalars(select(Comment).where(Comment.text == WORDS)):
            comment.audience = "management"
    assert "For the management only" in owner.get(DESK).text
    assert WORDS in owner.get("/staff/practice").text
    assert WORDS not in ana.get("/staff/clinician").text


def test_another_practices_comment_cannot_be_touched(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    person = builders.make_clinician(runtime, other, "Stranger")
    stage.add_comments(runtime, other, person, texts=("A canary of Hillside.",))
    key = key_of(runtime, other, "A canary of Hillside.")
    assert post(owner, "hide", key).status_code == 404
    with pytest.raises(NoSuchComment), transaction(runtime.engine, practice.id) as db:
        hiding.show(db, practice.id, bytes.fromhex(key), actor="job", now=runtime.clock.now())
