"""Keys of other programs, for the owner: make one for what a program needs, see it once, end it.

An auditor reads which keys there are and what they may do.

A key is in no address, no log and no page but the one that answers its making.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey import clock
from survey.db import reading, transaction
from survey.practice import authorising, recording
from survey.practice.authorising import CannotAuthorise, Scope
from survey.practice.model import Role
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("programs", __name__, url_prefix="/staff/programs")


@blueprint.get("")
@staff(Role.OWNER, Role.AUDITOR)
def listing() -> str:
    """The keys, without their secrets."""
    return _page()


@blueprint.post("")
@staff(Role.OWNER)
def make() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    practice, name = entering.own_practice(), request.form.get("name", "")
    chosen = [scope for scope in Scope if scope in request.form.getlist("scope")]
    if not chosen:
        return _page(problem=_("Choose at least one thing that the key may do."), name=name[:60]), 400
    try:
        with transaction(runtime().engine, practice.id) as db:
            made = authorising.make_key(db, practice, name, today=_today(), scopes=chosen)
            _note(db, "made API key", f"{name.strip()}: {', '.join(chosen)}")
    except CannotAuthorise:
        text = _(
            "Give the key a name of its own, of 1 to 60 characters. At most 20 keys are in use at a time."
        )
        return _page(problem=text, name=name[:60], chosen=chosen), 400
    return _page(made=made)


@blueprint.post("/end")
@staff(Role.OWNER)
def end() -> ResponseReturnValue:
    """Let a key open nothing any more."""
    practice, name = entering.own_practice(), request.form.get("name", "")
    try:
        with transaction(runtime().engine, practice.id) as db:
            authorising.end_key(db, practice.id, name, today=_today())
            _note(db, "ended API key", name)
    except CannotAuthorise:
        return _page(problem=_("There is no key of this name in use. Nothing was changed.")), 409
    return redirect(url_for("programs.listing"))


def _note(db: Session, action: str, subject: str) -> None:
    member = entering.member()
    recording.record(db, member.practice_id, actor=member.email, action=action, subject=subject, now=now())


def _today() -> date:
    return clock.local_day(now(), entering.own_practice().time_zone)


def _page(
    *, made: str = "", problem: str = "", name: str = "", chosen: Sequence[Scope] = (Scope.VISITS_WRITE,)
) -> str:
    with reading(runtime().engine, entering.member().practice_id) as db:
        known = authorising.keys(db, entering.member().practice_id)
    return render_template(
        "staff/programs.html",
        keys=[
            (key, authorising.scopes_of(key), *map(_day, (key.made_on, key.used_on, key.ended_on)))
            for key in known
        ],
        scopes=_scopes(),
        chosen=chosen,
        made=made,
        problem=problem,
        name=name,
        may_change=entering.member().role is Role.OWNER,
        address=f"{runtime().settings.base_url}/api/v1",
    )


def _scopes() -> dict[Scope, str]:
    """What each scope lets a program do."""
    return {
        Scope.VISITS_WRITE: _("send visits"),
        Scope.RESULTS_READ: _("read results"),
        Scope.REPORTS_READ: _("read quarterly reports"),
    }


def _day(day: date | None) -> str:
    return format_date(day, "medium") if day else ""
