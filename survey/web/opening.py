"""Patients' words are opened with a button, and the log notes who opened them, once for each person and day.

Looking at a page never writes; so a page cannot note that it was looked at, and shows no word before the
button was pressed. What it leaves is a mark in the sign-in: it ends with the sign-in and with the day. A page
that shows words asks ``are_open``; a blueprint that shows nothing else has ``ask`` before each request.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.db import transaction
from survey.practice import recording
from survey.practice.model import Role
from survey.web import access, entering
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("opening", __name__, url_prefix="/staff/comments")

OPENED = "opened comments"
#: The day for which this sign-in opened comments, as the cookie holds it.
MARK = "opened"


@blueprint.app_context_processor
def _pieces() -> dict[str, object]:
    return {"comments_are_open": are_open}


@blueprint.post("/open")
@staff(Role.OWNER, Role.CLINICIAN)
def open_comments() -> ResponseReturnValue:
    """Note it where today's log has it not yet, and go on to the page that was wanted."""
    who, today, zone = entering.member(), _today(), entering.own_practice().time_zone
    begun = clock.at_local(today, 0, zone)
    with transaction(runtime().engine, who.practice_id) as db:
        recording.record_once(db, who.practice_id, actor=who.email, action=OPENED, since=begun, now=now())
    session[MARK] = today.isoformat()
    return redirect(access.wanted_page(request.form.get("next", "")))


def are_open() -> bool:
    """Whether this sign-in has opened comments today; only for views behind a staff door."""
    return session.get(MARK) == _today().isoformat()


def ask() -> ResponseReturnValue | None:
    """In place of a page of comments that are not open: the button. A form that was sent does nothing."""
    if are_open():
        return None
    own = "comments.desk" if entering.member().role is Role.OWNER else "comments_desk.own"
    sent = request.method == "POST"
    page = render_template("staff/comments/closed.html", to=url_for(own) if sent else request.path, sent=sent)
    return page, 409 if sent else 200


def _today() -> date:
    return clock.local_day(now(), entering.own_practice().time_zone)
