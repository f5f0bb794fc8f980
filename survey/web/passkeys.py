"""One's own passkeys: list, add, rename, remove. Nothing here shows a key or anybody else's.

Without the extra ``passkeys``, or at an address that browsers take none for, none can be added.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from survey import clock
from survey.db import reading, transaction
from survey.practice import holding_passkeys, passkey_proof
from survey.practice.holding_passkeys import LIFE, LONGEST_NAME, LastOne, TooMany
from survey.practice.model import Role, Staff
from survey.practice.passkey_proof import PasskeyRefused, Site
from survey.web import entering, own_password
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("passkeys", __name__, url_prefix="/staff/account/passkeys")
ADD, SIGN_IN = "add", "sign in"
#: In the signed cookie: what a challenge is for, the challenge, and when it was given.
CHALLENGE = "challenge"


@blueprint.app_context_processor
def _offer() -> dict[str, Any]:
    return {"passkeys_offered": is_offered}


@blueprint.get("")
@staff(*Role)
def page() -> str:
    """Those of the account; they can be removed where none are taken any more, too."""
    return _page()


@blueprint.post("/begin")
@staff(*Role)
def begin() -> ResponseReturnValue:
    """What the browser needs to make a passkey; after the password once more."""
    site, who = require_offered(), entering.member()
    if not own_password.is_right("passkey change refused"):
        return {"problem": _("The password is not right. Nothing was changed.")}, 400
    with reading(runtime().engine, who.practice_id) as db:
        mine = db.get_one(Staff, (who.practice_id, who.staff_id))
        held = [each.credential_id for each in holding_passkeys.passkeys(db, mine)]
    handle = passkey_proof.handle_of(who.practice_id, who.staff_id)
    challenge = new_challenge(ADD)
    options = passkey_proof.to_add(site, handle=handle, email=who.email, challenge=challenge, held=held)
    return Response(options, mimetype="application/json")


@blueprint.post("")
@staff(*Role)
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    site, who, challenge = require_offered(), entering.member(), taken_challenge(ADD)
    today = clock.local_day(now(), entering.own_practice().time_zone)
    try:
        if challenge is None:
            raise PasskeyRefused
        with transaction(runtime().engine, who.practice_id) as db:
            mine = db.get_one(Staff, (who.practice_id, who.staff_id))
            holding_passkeys.add(
                db,
                site,
                mine,
                request.form.get("answer", ""),
                challenge=challenge,
                name=_name(),
                now=now(),
                today=today,
            )
    except PasskeyRefused:
        text = _("The passkey was not added: your browser's answer came too late or does not fit. Try again.")
        return _page(problem=text), 400
    except TooMany:
        return _page(problem=_("There are too many passkeys. Remove one that you no longer use.")), 400
    return redirect(url_for("passkeys.page"))


@blueprint.post("/change")
@staff(*Role)
def change() -> ResponseReturnValue:
    """Rename a passkey; or remove it, after the password once more."""
    who, what, mark = entering.member(), request.form.get("go", ""), request.form.get("mark", "")
    if what not in {"rename", "remove"}:
        abort(400)
    if what == "remove" and not own_password.is_right("passkey change refused"):
        return _page(problem=_("The password is not right. Nothing was changed.")), 400
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            mine = db.get_one(Staff, (who.practice_id, who.staff_id))
            if what == "remove":
                holding_passkeys.remove(db, mine, mark, now=now())
            else:
                holding_passkeys.rename(db, mine, mark, _name(), now=now())
    except LastOne:
        text = _(
            "Your practice asks everybody for a second factor, and this passkey is your only one. "
            "Set up an app or add another passkey first."
        )
        return _page(problem=text), 400
    return redirect(url_for("passkeys.page"))


def is_offered() -> bool:
    """Whether this installation takes passkeys."""
    return passkey_proof.offered(runtime().settings.base_url)


def require_offered() -> Site:
    """The site; answers 404 where there are no passkeys."""
    if not is_offered():
        abort(404)
    return passkey_proof.site_of(runtime().settings.base_url)


def new_challenge(purpose: str) -> bytes:
    """A challenge for this browser and this purpose alone; it takes the place of an earlier one."""
    challenge = secrets.token_bytes(32)
    text = base64.urlsafe_b64encode(challenge).decode("ascii")
    session[CHALLENGE] = [purpose, text, int(now().timestamp())]
    return challenge


def taken_challenge(purpose: str) -> bytes | None:
    """The challenge that this browser was given, out of its cookie; None where it is too old or for another
    purpose. That a copy of the cookie is worth nothing afterwards, the database says."""
    found = session.pop(CHALLENGE, None)
    if not (isinstance(found, list) and len(found) == 3 and found[0] == purpose):
        return None
    age = now() - datetime.fromtimestamp(found[2], UTC)
    try:
        return base64.urlsafe_b64decode(found[1]) if age < LIFE else None
    except binascii.Error:
        return None


def _name() -> str:
    given = request.form.get("name", "")
    printable = "".join(each for each in given if each.isprintable())
    return " ".join(printable.split())[:LONGEST_NAME] or _("Passkey")


def _day(day: date | None) -> str:
    return "" if day is None else str(format_date(day, "long"))


def _page(*, problem: str = "") -> str:
    who = entering.member()
    with reading(runtime().engine, who.practice_id) as db:
        mine = db.get_one(Staff, (who.practice_id, who.staff_id))
        held = [
            (holding_passkeys.mark_of(each), each.name, *(_day(day) for day in (each.added_on, each.used_on)))
            for each in holding_passkeys.passkeys(db, mine)
        ]
    return render_template("staff/passkeys.html", held=held, problem=problem, longest=LONGEST_NAME)
