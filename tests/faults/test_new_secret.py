"""The signing secret is lost (row 33): staff sign in again, and nothing of a patient hangs on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.actions.model import Action
from survey.app import make_app
from survey.db import reading
from survey.invitations import stop_links
from survey.invitations.model import OptOut
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import ensure_folders
from tests import builders
from tests.web.desk import GOOD, enter, make_owner, token_of
from tests.web.patients import ONE_ANSWER, kept, send

WORDS = "The waiting room was calm."
FORM = {"touchpoint": "phone", "heard": WORDS}


def restarted(runtime: Runtime) -> FlaskClient:
    """A browser before the same installation, whose secret was lost: the start makes another one."""
    (runtime.settings.instance / "secret").unlink()
    settings = ensure_folders(replace(runtime.settings, secret_key=""))
    assert settings.secret_key not in ("", runtime.settings.secret_key)
    return make_app(replace(runtime, settings=settings)).test_client()


def stop_link(runtime: Runtime, practice: Practice) -> str:
    return f"/stop/en/{stop_links.sign(runtime.files, practice.id, b'0123456789abcdef')}"


def stop(client: FlaskClient, link: str) -> int:
    return client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def test_links_of_mails_go_on_and_what_a_patient_wrote_is_taken(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    assert client.get("/s/riverside/after-visit-1/en").status_code == 200
    link = stop_link(runtime, practice)
    later = restarted(runtime)
    assert send(later, token, box_works_well=WORDS).status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER
    assert stop(later, link) == 200
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(OptOut)) == 1


def test_staff_are_asked_to_sign_in_and_nothing_is_half_done(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    """The cookie is a stranger's now: a page leads to the sign-in, a form is not carried out and says so."""
    olu = make_owner(runtime, practice)
    enter(client, runtime, olu)
    form_token = token_of(client, "/staff/repairs/new")
    later = restarted(runtime)
    cookie = client.get_cookie("session", path="/staff")
    assert cookie is not None
    later.set_cookie("session", cookie.value, path="/staff")
    sent = later.post("/staff/repairs", data={"csrf_token": form_token, **FORM})
    assert (sent.status_code, "was not carried out" in sent.text) == (401, True)
    assert later.get("/staff/repairs/new").status_code == 302
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(Action)) == 0
    fields = {"csrf_token": token_of(later, "/staff/sign-in"), "email": olu.email, "password": GOOD}
    assert later.post("/staff/sign-in", data=fields).status_code == 302
    again = {"csrf_token": token_of(later, "/staff/repairs/new"), **FORM}
    assert later.post("/staff/repairs", data=again).status_code == 302


def test_stop_links_signed_with_that_secret_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: links that die with it."""
    held = [runtime.settings.secret_key]
    monkeypatch.setattr(stop_links, "_signer", lambda _files: stop_links._signer_with(held[0].encode()))
    link = stop_link(runtime, practice)
    later = restarted(runtime)
    held[0] = later.application.config["SECRET_KEY"]
    assert stop(later, link) == 400
