"""Sign in with a passkey. A refusal never says whether passkey, practice or account are known."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from survey import clock
from survey.db import transaction
from survey.practice import holding_passkeys, passkey_proof
from survey.practice.model import Practice
from survey.practice.passkey_proof import Claim, PasskeyRefused, Site
from survey.web import access, entering, passkeys, try_limits
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("passkey_entry", __name__, url_prefix="/staff/passkey")


@blueprint.post("/begin")
@public
def begin() -> ResponseReturnValue:
    """What the browser needs to look for a passkey. Nothing is written down here."""
    site = passkeys.require_offered()
    challenge = passkeys.new_challenge(passkeys.SIGN_IN)
    return Response(passkey_proof.to_sign_in(site, challenge=challenge), mimetype="application/json")


@blueprint.post("")
@public
def sent() -> ResponseReturnValue:
    """Sign in, where the answer holds; the passkey says in which practice."""
    site, challenge = passkeys.require_offered(), passkeys.taken_challenge(passkeys.SIGN_IN)
    answer = request.form.get("answer", "")
    try:
        claim = passkey_proof.claim_of(answer)
    except PasskeyRefused:
        return _refused("")
    account = hashlib.sha256(claim.credential_id).hexdigest()
    try_limits.require_tries(account)
    secret = "" if challenge is None else _secret(site, claim, answer, challenge)
    if not secret:
        return _refused(account)
    wanted = access.wanted_page(request.form.get("next", ""))
    entering.admit(claim.practice_id, secret)
    return redirect(wanted)


def _secret(site: Site, claim: Claim, answer: str, challenge: bytes) -> str:
    """Of the new sign-in; empty where it is refused."""
    with transaction(runtime().engine, claim.practice_id) as db:
        practice = db.get(Practice, claim.practice_id)
        if practice is None:
            return ""
        today = clock.local_day(now(), practice.time_zone)
        try:  # caught inside: the note in the audit log and the used challenge stay
            return holding_passkeys.sign_in(
                db, site, claim, answer, challenge=challenge, now=now(), today=today
            )
        except PasskeyRefused:
            return ""


def _refused(account: str) -> ResponseReturnValue:
    try_limits.require_tries(account)
    try_limits.count_wrong(account)
    return render_template("staff/passkey_refused.html", needed=False), 401
