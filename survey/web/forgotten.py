"""A password was forgotten: ask for a link by mail, choose a new one with it.

What asking answers and does is the same whether or not an account has the address: no view here looks for
one. A job does, and only the mailbox sees what came of it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.practice import admitting, forgetting_passwords, invites
from survey.practice.invites import FORGOTTEN, BadInvite
from survey.practice.model import Practice
from survey.practice.passwords import PasswordRefused
from survey.web import access, try_limits
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("forgotten", __name__, url_prefix="/staff")


@blueprint.get("/forgotten")
@blueprint.get("/<slug>/forgotten")
@public
def form(slug: str | None = None) -> str:
    """The form; it asks for the practice only where the installation has several."""
    return _page(slug)


@blueprint.post("/forgotten")
@blueprint.post("/<slug>/forgotten")
@public
def ask(slug: str | None = None) -> ResponseReturnValue:
    """Write the request down. One answer for every address, and for every practice."""
    email = admitting.email_key(request.form.get("email", ""))
    if not try_limits.may_ask_from_here():
        return _page(slug, problem=_too_often()), 429
    if not admitting.ADDRESS.fullmatch(email) or len(email) > 254:
        return _page(slug, problem=_("Write one complete mail address, such as olu@example.org.")), 400
    practice = access.practice_of(slug or request.form.get("practice", "") or None)
    # Practices stand in public links, so that one more step where there is none tells nothing.
    if practice is not None and try_limits.may_ask_for(f"{practice.id}|{email}"):
        with transaction(runtime().engine, practice.id) as db:
            forgetting_passwords.ask(db, runtime().files, practice.id, email, now=now())
    return render_template("staff/forgotten_asked.html", slug=slug, minutes=_minutes())


@blueprint.get("/new-password/<signed>")
@public
def choose(signed: str) -> ResponseReturnValue:
    """Where the link leads. Opening it uses nothing up."""
    key = runtime().settings.secret_key
    try:
        link = invites.read_invite(key, signed, now=now(), kind=FORGOTTEN)
        with reading(runtime().engine, link.practice_id) as db:
            person = admitting.invited_staff(db, key, signed, now=now(), kind=FORGOTTEN)
    except BadInvite:
        return _over()
    return access.password_page(person.email)


@blueprint.post("/new-password/<signed>")
@public
def chosen(signed: str) -> ResponseReturnValue:
    """Take the new password: the link is used up, every sign-in ends, a second factor stays."""
    key, password = runtime().settings.secret_key, request.form.get("password", "")
    try:
        link = invites.read_invite(key, signed, now=now(), kind=FORGOTTEN)
        with transaction(runtime().engine, link.practice_id) as db:
            person = admitting.invited_staff(db, key, signed, now=now(), kind=FORGOTTEN)
            if password != request.form.get("again", ""):
                return access.password_page(person.email, _("The two passwords are not the same.")), 400
            try:
                admitting.accept_invite(db, key, signed, password=password, now=now(), kind=FORGOTTEN)
            except PasswordRefused as refused:
                return access.password_page(person.email, access.why(refused.reason)), 400
            slug = db.get_one(Practice, link.practice_id).slug
    except BadInvite:
        return _over()
    return redirect(url_for("access.sign_in", slug=slug, changed=1))


def _page(slug: str | None, *, problem: str = "") -> str:
    practice = access.practice_of(slug)
    page: str = render_template(
        "staff/forgotten.html",
        slug=slug,
        practice=practice,
        ask_practice=slug is None and practice is None,
        problem=problem,
        values=request.form,
    )
    return page


def _over() -> ResponseReturnValue:
    return render_template("staff/forgotten_over.html", minutes=_minutes()), 404


def _minutes() -> int:
    return FORGOTTEN.life // timedelta(minutes=1)


def _too_often() -> str:
    words: str = _(
        "Too many links were asked for from your connection. Wait an hour, then try again, or ask the owner "
        "of the practice for a new link. Nothing was changed."
    )
    return words
