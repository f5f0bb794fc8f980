"""Sign in, sign out, set a first password, find one's first page.

A refusal never says whether the practice, the address or the password was wrong.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.practice import admitting, declaring, invites, passwords, signing_in
from survey.practice.invites import BadInvite
from survey.practice.model import Practice, Role
from survey.practice.passwords import PasswordRefused, Refusal
from survey.practice.signing_in import CodeNeeded, PasskeyNeeded, SignInRefused
from survey.web import entering, first_steps, kept_words, try_limits
from survey.web.doors import public, staff
from survey.web.installation import now, runtime

blueprint = Blueprint("access", __name__, url_prefix="/staff")

#: Where each role begins.
FIRST_PAGE = {
    Role.OWNER: "owner.overview",
    Role.CLINICIAN: "clinician.dashboard",
    Role.FRONT_DESK: "mail.desk",
    Role.AUDITOR: "audit.listing",
}


@blueprint.get("/")
@staff(*Role)
def home() -> ResponseReturnValue:
    """To the first page of the role; an owner who never switched on goes on with the first steps."""
    if entering.member().role is Role.OWNER and first_steps.are_ahead(entering.own_practice()):
        return redirect(url_for("first_steps.listing"))
    return redirect(url_for(FIRST_PAGE[entering.member().role]))


@blueprint.get("/sign-in")
@blueprint.get("/<slug>/sign-in")
@public
def sign_in(slug: str | None = None) -> ResponseReturnValue:
    """The form; it asks for the practice only where the installation has several."""
    return _sign_in_page(slug)


@blueprint.post("/sign-in")
@blueprint.post("/<slug>/sign-in")
@public
def sign_in_sent(slug: str | None = None) -> ResponseReturnValue:
    """Check the password, give the browser a new sign-in."""
    practice = practice_of(slug or request.form.get("practice", "") or None)
    practice_id = None if practice is None else practice.id
    account = f"{practice_id}|{admitting.email_key(request.form.get('email', ''))}"
    try_limits.require_tries(account)
    with reading(runtime().engine, practice_id) as db:
        proof = signing_in.prove(
            db,
            practice_id,
            email=request.form.get("email", ""),
            password=request.form.get("password", ""),
        )
    secret, waiting, passkey = "", "", False
    with transaction(runtime().engine, practice_id) as db:
        try:  # caught inside: the note in the audit log stays
            secret = signing_in.sign_in(db, proof, now=now())
        except CodeNeeded as needed:
            waiting = needed.secret
        except PasskeyNeeded:
            passkey = True
        except SignInRefused:
            pass
    if passkey:
        return render_template("staff/passkey_refused.html", needed=True), 401
    if practice_id is None or not (secret or waiting):
        try_limits.count_wrong(account)
        return _sign_in_page(slug, refused=True), 401
    if waiting:
        entering.wait_for_code(practice_id, waiting, wanted_page(request.form.get("next", "")))
        if kept_words.FIELD in request.form:  # a redirect would lose what was typed
            return render_template("staff/second_step.html", refused=False)
        return redirect(url_for("second_step.form"))
    entering.admit(practice_id, secret)
    return go_on(practice_id, proof.staff_id or 0, wanted_page(request.form.get("next", "")))


def go_on(practice_id: int, staff_id: int, wanted: str) -> ResponseReturnValue:
    """To the page that was wanted; or to what this person had typed when their sign-in was over."""
    sealed = request.form.get(kept_words.FIELD, "")
    kept = kept_words.found(sealed, (practice_id, staff_id), now=now()) if sealed else None
    return redirect(wanted) if kept is None else kept_words.again(kept)


def wanted_page(page: str) -> str:
    """A page of ours that was asked for, never an address elsewhere; else the first page."""
    return page if kept_words.OWN_PAGE.fullmatch(page) else url_for("access.home")


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this sign-in; also where it has ended already."""
    entering.dismiss()
    return redirect(url_for("access.sign_in", left=1))


@blueprint.get("/welcome/<signed>")
@public
def welcome(signed: str) -> ResponseReturnValue:
    """Where an invitation's link leads: set a password. Opening it uses nothing up."""
    try:
        invite = invites.read_invite(runtime().settings.secret_key, signed, now=now())
        with reading(runtime().engine, invite.practice_id) as db:
            person = admitting.invited_staff(db, runtime().settings.secret_key, signed, now=now())
    except BadInvite:
        return render_template("staff/invitation_over.html"), 404
    return password_page(person.email)


@blueprint.post("/welcome/<signed>")
@public
def welcome_sent(signed: str) -> ResponseReturnValue:
    """Set the password; the link is used up with it."""
    key, password = runtime().settings.secret_key, request.form.get("password", "")
    try:
        invite = invites.read_invite(key, signed, now=now())
        with transaction(runtime().engine, invite.practice_id) as db:
            person = admitting.invited_staff(db, key, signed, now=now())
            if password != request.form.get("again", ""):
                return password_page(person.email, _("The two passwords are not the same.")), 400
            try:
                admitting.accept_invite(db, key, signed, password=password, now=now())
            except PasswordRefused as refused:
                return password_page(person.email, why(refused.reason)), 400
            slug = db.get_one(Practice, invite.practice_id).slug
    except BadInvite:
        return render_template("staff/invitation_over.html"), 404
    return redirect(url_for("access.sign_in", slug=slug, ready=1))


def practice_of(slug: str | None) -> Practice | None:
    """The named practice; without a name the only one there is."""
    with reading(runtime().engine) as db:
        if slug is not None:
            return declaring.practice_by_slug(db, slug.strip().lower())
        found = declaring.practices(db)
        return found[0] if len(found) == 1 else None


def _sign_in_page(slug: str | None, *, refused: bool = False) -> str:
    practice = practice_of(slug)
    page: str = render_template(
        "staff/sign_in.html",
        practice=practice,
        slug=slug,
        ask_practice=slug is None and practice is None,
        refused=refused,
        values=request.form,
        next=request.form.get("next") or request.args.get("next", ""),
        notice=next(
            (name for name in ("ended", "left", "ready", "over", "changed") if name in request.args), ""
        ),
    )
    return page


def password_page(email: str, problem: str = "") -> str:
    """Where the password of an account is chosen with a link."""
    page: str = render_template("staff/welcome.html", email=email, problem=problem, least=passwords.LEAST)
    return page


def why(reason: Refusal) -> str:
    """Why a new password is not taken."""
    texts: dict[Refusal, str] = {
        Refusal.TOO_SHORT: _(
            "The password is too short. Use at least %(least)s characters.", least=passwords.LEAST
        ),
        Refusal.TOO_LONG: _(
            "The password is too long. Use at most %(most)s characters.", most=passwords.MOST
        ),
        Refusal.TOO_COMMON: _("This password is among the first that others would try. Choose another."),
    }
    return texts[reason]
