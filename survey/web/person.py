"""One person, for the owner: no more mail, what is held, erasing it.

The address travels in the body of a POST, is used in memory and shown to nobody, the audit log included.
Nothing here lists people, and stopping the mail says the same whether the person was known or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from survey import clock
from survey.db import transaction
from survey.invitations import holding, opting_out
from survey.invitations.holding import Holdings
from survey.practice.model import Role
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("person", __name__, url_prefix="/staff")


class Wish(StrEnum):
    """What the form can ask for."""

    STOP = "stop"
    SHOW = "show"
    ERASE = "erase"


@dataclass(frozen=True)
class Done:
    """What was done; ``held`` says what was there."""

    wish: Wish
    held: Holdings | None


@blueprint.get("/person")
@staff(Role.OWNER)
def ask() -> str:
    """The form, and the numbers."""
    return _page()


@blueprint.post("/person")
@staff(Role.OWNER)
def act() -> ResponseReturnValue:
    """Do what was asked for one address."""
    address = request.form.get("address", "")
    try:
        wish = Wish(request.form.get("go", ""))
    except ValueError:
        return _page(problem=_("Nothing was changed. Use the button on this page.")), 400
    if wish is Wish.ERASE and not (_may_erase() and request.form.get("sure") == "yes"):
        return _page(problem=_("Nothing was erased. Tick the box first, because it cannot be undone.")), 400
    try:
        return _page(done=_act(wish, address))
    except opting_out.NoAddress:
        return _page(problem=_("This is not one complete mail address, such as name@example.org.")), 400


def _act(wish: Wish, address: str) -> Done:
    place, practice, keep = runtime(), entering.own_practice(), request.form.get("keep") == "yes"
    held = None
    with transaction(place.engine, practice.id) as db:
        if wish is Wish.STOP or (wish is Wish.ERASE and keep):
            opting_out.opt_out_address(db, place, practice, address, now=now())
        if wish is Wish.SHOW:
            held = holding.held(db, place, practice.id, address)
        elif wish is Wish.ERASE:
            held = holding.erase(db, place, practice.id, address, keep_stopped=keep)
        action = {Wish.STOP: "enter opt-out", Wish.SHOW: "show person", Wish.ERASE: "erase person"}[wish]
        entering.note(db, action)
    return Done(wish, held)


def _may_erase() -> bool:
    """A web process with an account of its own cannot reach the worker's journal."""
    return runtime().settings.role == "all"


def _page(*, done: Done | None = None, problem: str = "") -> str:
    return render_template(
        "staff/person.html",
        done=done,
        days=[] if done is None or done.held is None else _days(done.held),
        problem=problem,
        may_erase=_may_erase(),
    )


def _days(held: Holdings) -> list[str]:
    """What is held, line by line."""
    lines = [_("A visit on %(day)s", day=format_date(day, "medium")) for day in held.visit_days]
    lines += [
        _("An invitation planned for %(day)s", day=format_date(day, "medium"))
        for day, _state in held.invitations
    ]
    if held.asked_week is not None:
        sunday = format_date(clock.week_sunday(held.asked_week), "medium")
        lines.append(_("A mark: asked in the week up to %(day)s", day=sunday))
    if held.stopped:
        lines.append(_("A mark: no more mail"))
    return lines
