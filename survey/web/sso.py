"""Single sign-on: send the browser to the provider, take it back, sign in.

The provider sends the browser back with a GET, which never writes: it shows a page whose button posts what
came, and a small script presses it. Never shows or logs what the provider said of a person.
"""

from __future__ import annotations

import hmac
from typing import Final, cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import transaction
from survey.oidc_provider import Provider, ProviderTrouble, Question, provider_of
from survey.practice import signing_on
from survey.practice.model import Role, Staff
from survey.practice.signing_in import CodeNeeded, SignInRefused
from survey.practice.signing_on import Identity
from survey.web import access, entering, try_limits
from survey.web.doors import public, staff
from survey.web.installation import KEY as RUNTIME
from survey.web.installation import now, runtime

blueprint = Blueprint("sso", __name__, url_prefix="/staff")

KEY: Final = "afterword.sso"
#: What a provider sends back may be long; what is longer is no code.
LONGEST: Final = 4000


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """A wrong setting stops the start."""
    state.app.extensions[KEY] = provider_of(state.app.extensions[RUNTIME].settings)


@blueprint.app_context_processor
def _offered() -> dict[str, str]:
    found = cast("Provider | None", current_app.extensions[KEY])
    return {"sso_label": "" if found is None else found.label}


@blueprint.post("/sso")
@blueprint.post("/<slug>/sso")
@public
def begin(slug: str | None = None) -> ResponseReturnValue:
    """Write the state down, and send the browser to the provider."""
    provider = _provider()
    practice = access.practice_of(slug or request.form.get("practice", "") or None)
    if practice is None:
        return _trouble(_("We know no practice of that name. Check its short name, then try again.")), 400
    if not try_limits.may_sign_on_from_here():
        abort(429)
    try:
        places = provider.places()
    except ProviderTrouble:
        return _down()
    with transaction(runtime().engine, practice.id) as db:
        state = signing_on.begin(db, practice.id, now=now())
    entering.forget()
    session.update(sso=[practice.id, state], wanted=access.wanted_page(request.form.get("next", "")))
    there = provider.address(places, _question(state))
    # A redirect would be stopped: forms may lead to our own pages only. A header that moves on is none.
    return render_template("staff/sso_leave.html", there=there), 200, {"Refresh": f"0; url={there}"}


@blueprint.get("/sso/callback")
@public
def returned() -> ResponseReturnValue:
    """Where the provider sends the browser. Opening it uses nothing up."""
    provider, code = _provider(), request.args.get("code", "")
    issuer = request.args.get("iss", provider.issuer)
    if _waiting(request.args.get("state", "")) is None or issuer != provider.issuer:
        return _over()
    if not 0 < len(code) <= LONGEST:
        return _trouble(_("The sign-in was not completed there. Nothing was changed.")), 400
    return render_template("staff/sso_finish.html", code=code, state=request.args["state"])


@blueprint.post("/sso/callback")
@public
def finish() -> ResponseReturnValue:
    """Use the state up, ask the provider who it is, sign in."""
    provider, state = _provider(), request.form.get("state", "")
    practice_id = _waiting(state)
    if practice_id is None:
        return _over()
    wanted = str(session.get("wanted", "")) or url_for("access.home")
    entering.forget()
    with transaction(runtime().engine, practice_id) as db:
        if not signing_on.use_up(db, practice_id, state, now=now()):
            return _over()
    identity = _redeemed(provider, practice_id, state)
    return _admitted(provider, practice_id, identity, wanted) if isinstance(identity, Identity) else identity


@blueprint.post("/account/sso")
@staff(*Role)
def unbind() -> ResponseReturnValue:
    """Untie one's own account."""
    who = entering.member()
    with transaction(runtime().engine, who.practice_id) as db:
        if signing_on.unbind(db, db.get_one(Staff, (who.practice_id, who.staff_id))):
            entering.note(db, "unbound from single sign-on")
    return redirect(url_for("account.page"))


def _redeemed(provider: Provider, practice_id: int, state: str) -> Identity | ResponseReturnValue:
    from survey.id_token import TokenRefused  # needs the extra, which is there where a provider is

    try:
        return provider.redeem(request.form.get("code", "")[:LONGEST], _question(state), now=now())
    except ProviderTrouble:
        return _down()
    except TokenRefused:
        with transaction(runtime().engine, practice_id) as db:
            signing_on.refuse(db, practice_id, now=now())
        return _refused()


def _admitted(provider: Provider, practice_id: int, identity: Identity, wanted: str) -> ResponseReturnValue:
    staff_id, secret, waiting = 0, "", ""
    factor = provider.second_factor
    with transaction(runtime().engine, practice_id) as db:
        try:  # caught inside: the note in the audit log stays
            staff_id, secret = signing_on.sign_on(db, practice_id, identity, second_factor=factor, now=now())
        except CodeNeeded as needed:
            waiting = needed.secret
        except SignInRefused:
            return _refused()
    if waiting:
        entering.wait_for_code(practice_id, waiting, wanted)
        return redirect(url_for("second_step.form"))
    entering.admit(practice_id, secret)
    return access.go_on(practice_id, staff_id, wanted)


def _provider() -> Provider:
    found = cast("Provider | None", current_app.extensions[KEY])
    if found is None:
        abort(404)
    return found


def _question(state: str) -> Question:
    settings = runtime().settings
    return Question(settings.secret_key, state, settings.base_url.rstrip("/") + url_for("sso.returned"))


def _waiting(state: str) -> int | None:
    """The practice for which this browser was sent away with this state."""
    found = session.get("sso")
    if isinstance(found, list) and len(found) == 2 and state:
        practice_id, ours = found
        if hmac.compare_digest(str(ours).encode(), state.encode("utf-8", "replace")):
            return int(practice_id)
    return None


def _trouble(words: str) -> str:
    return render_template("staff/sso_trouble.html", words=words)


def _over() -> ResponseReturnValue:
    words = _("This sign-in is over: it works once, and for 10 minutes. Please begin again.")
    return _trouble(words), 400


def _down() -> ResponseReturnValue:
    words = _("The other service does not answer as it should. You can sign in with your password.")
    return _trouble(words), 503


def _refused() -> ResponseReturnValue:
    words = _(
        "No open account here belongs to that sign-in. Sign in with your password, or ask the owner of the "
        "practice. Your address must be the same in both places, and confirmed there."
    )
    return _trouble(words), 401
