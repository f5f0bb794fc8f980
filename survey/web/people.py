"""Colleagues' accounts, for the owner: who there is, inviting, another role, shutting out, a new link.

An auditor reads the list and changes nothing.

A link goes to the address of its account. Only where no mail can be sent is it shown, once, to be
passed on; it is in no log and no address of these pages.
"""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.invitations.house_mail import house_mail
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import NOT_TAKEN, mailer_for
from survey.practice import admitting, declaring, invites, passwords, staffing
from survey.practice.admitting import CannotAdmit
from survey.practice.model import Role, Staff
from survey.practice.staffing import CannotChange, Obstacle, Standing
from survey.reports.staff_table import role_names
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.periods import PERIODS
from survey.web.wording import translate

blueprint = Blueprint("people", __name__, url_prefix="/staff/people")

#: Seconds for each answer of the relay while somebody waits for the page.
PATIENCE = 10.0
#: What is written into the audit log for each deed.
DEEDS = {
    "role": "changed role of colleague",
    "end": "ended colleague's sign-ins",
    "close": "closed account",
    "reopen": "reopened account",
    "withdraw": "withdrew invitation",
    "link": "sent link to choose a password",
    "reset": "reset account",
}
#: Deeds after which a link goes out.
WITH_LINK = frozenset({"link", "reset"})


@blueprint.get("")
@staff(Role.OWNER, Role.AUDITOR)
def listing() -> str:
    """Everybody with an account; the form to invite, or for an auditor what guards the sign-ins."""
    return _page(done=request.args.get("done", ""))


@blueprint.post("/invite")
@staff(Role.OWNER)
def invite() -> ResponseReturnValue:
    """Make an account and mail its link."""
    who, form = entering.member(), request.form
    role = _role()
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            person = admitting.add_staff(
                db,
                who.practice_id,
                email=form.get("email", ""),
                name=form.get("name", ""),
                role=role,
                clinician_id=_clinician(role),
            )
            entering.note(db, "invited colleague", person.email)
    except CannotAdmit as fault:
        return _page(problem=_fault(fault.field), at=fault.field), 400
    return _send_link(person)


@blueprint.post("/change")
@staff(Role.OWNER)
def change() -> ResponseReturnValue:
    """One deed for one account; ``go`` says which."""
    who, go = entering.member(), request.form.get("go", "")
    if go not in DEEDS:
        abort(400)
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            person = staffing.colleague(db, who.practice_id, _number("staff") or 0)
            _do(db, person, go)
            entering.note(db, DEEDS[go], person.email)
    except CannotChange as fault:
        return _page(problem=_obstacle(fault.obstacle)), 409
    except CannotAdmit as fault:
        return _page(problem=_fault(fault.field)), 400
    return _send_link(person) if go in WITH_LINK else redirect(url_for("people.listing", done=go))


def _do(db: Session, person: Staff, go: str) -> None:
    """Raises CannotChange or CannotAdmit."""
    standing = staffing.standing(person)
    if go == "role":
        role = _role()
        staffing.change_role(db, person, role=role, clinician_id=_clinician(role))
    elif go == "end":
        admitting.end_sessions(db, person)
    elif go == "reopen":
        staffing.let_in_again(db, person)
    elif go == "reset":
        factor_too = request.form.get("factor") == "off"
        staffing.start_over(db, person, by=entering.member().staff_id, factor_too=factor_too)
    elif go == "close" and standing is Standing.OPEN:
        staffing.shut_out(db, person)
    elif standing is not Standing.WAITING:
        raise CannotChange(Obstacle.STANDING)
    elif go == "withdraw":
        staffing.shut_out(db, person)
    else:
        staffing.void_links(db, person)


def _send_link(person: Staff) -> ResponseReturnValue:
    """Mail a link to the account's own address; where that fails, show it this once."""
    settings = runtime().settings
    signed = invites.make_invite(settings.secret_key, person, now=now())
    link = f"{settings.base_url.rstrip('/')}/staff/welcome/{signed}"
    if _is_mailed(person.email, link):
        return redirect(url_for("people.listing", done="mailed"))
    return _page(link=link, for_whom=person.name)


def _is_mailed(address: str, link: str) -> bool:
    settings, words = runtime().settings, {"link": link, "hours": int(invites.LIFE.total_seconds() // 3600)}
    try:
        mail = house_mail(settings, entering.own_practice(), "account", dict(words), to=address, now=now())
        with closing(mailer_for(settings, timeout=PATIENCE)) as mailer:
            mailer.hand_over(mail.as_bytes(), to=address)
    except (UnsafeEnvelope, *NOT_TAKEN):
        return False
    return True


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        abort(400)


def _clinician(role: Role) -> int | None:
    """Whose results are shown; front desk and auditor see none, whatever the form says."""
    return None if role in (Role.FRONT_DESK, Role.AUDITOR) else _number("clinician")


def _number(field: str) -> int | None:
    """A number of a row in the database, which has 63 bits."""
    given = request.form.get(field, "")
    found = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
    return None if found is None or found >= 2**63 else found


def _fault(field: str) -> str:
    texts: dict[str, str] = {
        "email": _(
            "Write one address, such as olu@example.org. If it is one, it has an account already: "
            "look in the list."
        ),
        "name": _("Write the person's name, in at most 120 characters."),
        "clinician": _("Choose whose feedback the clinician sees."),
    }
    return texts[field]


def _obstacle(obstacle: Obstacle) -> str:
    texts: dict[Obstacle, str] = {
        Obstacle.LAST_OWNER: _(
            "Nothing was changed: this is the only owner who can sign in. Let another owner in first."
        ),
        Obstacle.ONESELF: _("Nothing was changed. Your own password is changed on the page Your account."),
        Obstacle.UNKNOWN: _("There is no such account. Nothing was changed."),
        Obstacle.STANDING: _("Nothing was changed: the account is no longer as the page showed it."),
    }
    return texts[obstacle]


def _page(*, done: str = "", problem: str = "", at: str = "", link: str = "", for_whom: str = "") -> str:
    who = entering.member()
    practice_id = who.practice_id
    with reading(runtime().engine, practice_id) as db:
        people = staffing.colleagues(db, practice_id, now=now())
        clinicians = declaring.clinicians(db, practice_id)
    return render_template(
        "staff/people.html",
        people=people,
        clinicians=clinicians,
        roles=role_names(translate),
        hours=int(invites.LIFE.total_seconds() // 3600),
        done=done,
        problem=problem,
        at=at,
        link=link,
        for_whom=for_whom,
        values=request.form if at else {},
        may_change=who.role is Role.OWNER,
        factor_for_all=entering.own_practice().second_factor,
        periods=PERIODS,
        least=passwords.LEAST,
    )
