"""How patients reach the practice, and the end of its survey: for the owner, like ``practice reach``.

What is entered stands on patients' pages within a minute, and in mails that are written from now on. A value
that cannot be used changes nothing, is named, and what was typed comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import clock
from survey.db import transaction
from survey.instruments.model import wording
from survey.practice import reaching
from survey.practice.declaring import CannotDeclare
from survey.practice.model import Practice, Role
from survey.visits.addresses import is_address
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.unusable import Unusable
from survey.web.wording import country_name, language

blueprint = Blueprint("reaching", __name__, url_prefix="/staff/reaching")

FIELDS = ("phone", "country", "contact_address", "complaints_to")


@dataclass(frozen=True)
class Call:
    """A line for help in need as patients read it."""

    number: str
    words: str


@blueprint.get("")
@staff(Role.OWNER)
def form() -> str:
    """Everything as it is now."""
    return _page()


@blueprint.post("/patients")
@staff(Role.OWNER)
def patients() -> ResponseReturnValue:
    """The number, the country of the help lines, and where requests and complaints go."""
    entered = {name: request.form.get(name, "").strip() for name in FIELDS}
    return _change(
        "changed how patients reach the practice", lambda practice: _enter(practice, entered), entered
    )


@blueprint.post("/close")
@staff(Role.OWNER)
def close() -> ResponseReturnValue:
    """Take no more answers and send no more mail; results stay."""

    def change(practice: Practice) -> None:
        if request.form.get("sure") != "yes":
            raise Unusable(_("Tick the box first, so that this does not happen by accident."), "sure")
        reaching.close(practice, today=clock.local_day(now(), practice.time_zone))

    return _change("closed practice", change)


@blueprint.post("/reopen")
@staff(Role.OWNER)
def reopen() -> ResponseReturnValue:
    """Take answers again; mail stays paused until somebody resumes it. A practice that is leaving is asked
    on its own page whether it stays."""
    if entering.own_practice().leaves_on is not None:
        return redirect(url_for("leaving.page"))
    return _change("reopened practice", reaching.reopen)


def _enter(practice: Practice, entered: Mapping[str, str]) -> None:
    with _said(_("Write a number that patients can call, with at least three digits."), "phone"):
        reaching.set_phone(practice, entered["phone"])
    with _said(_("Choose a country from the list."), "country"):
        reaching.set_country(runtime().settings, practice, entered["country"])
    if entered["contact_address"] and not is_address(entered["contact_address"]):
        raise Unusable(_("Write one plain mail address, or leave it empty."), "contact_address")
    practice.contact_address = entered["contact_address"]
    with _said(_("Write one line of at most 200 characters, or leave it empty."), "complaints_to"):
        reaching.set_complaints_to(practice, entered["complaints_to"])


@contextmanager
def _said(words: str, at: str) -> Iterator[None]:
    """A refusal from below, in the reader's language and beside its field."""
    try:
        yield
    except CannotDeclare:
        raise Unusable(words, at) from None


def _change(
    what: str, change: Callable[[Practice], None], entered: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Carry a change out as a whole, or say what is wrong with it."""
    practice_id = entering.member().practice_id
    try:
        with transaction(runtime().engine, practice_id) as db:
            change(db.get_one(Practice, practice_id))
            entering.note(db, what)  # which thing was changed, never the number or the address
    except Unusable as fault:
        return _page(problem=str(fault), at=fault.at, entered=entered), 400
    return redirect(url_for("reaching.form", saved=1))


def _page(*, problem: str = "", at: str = "", entered: Mapping[str, str] | None = None) -> str:
    practice, folder = entering.own_practice(), runtime().settings.surveys_config
    filled = entered or {name: str(getattr(practice, name)) for name in FIELDS}
    lines = reaching.lines_of(folder, practice.country)
    return render_template(
        "staff/reaching.html",
        practice=practice,
        filled=filled,
        countries=sorted((country_name(code), code) for code in reaching.countries(folder)),
        lines=[Call(line.number, wording(line.words, language())) for line in lines],
        problem=problem,
        at=at,
        saved="saved" in request.args and not problem,
    )
