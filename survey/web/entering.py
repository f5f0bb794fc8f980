"""Reads the door of a route before its view runs: who may enter, as whom, for which practice.

Public routes are let through without a look at any cookie. For all others the practice comes from the
sign-in alone, never from the address. Reading who is signed in never writes; only a POST, which writes
anyway, moves the sign-in's last-seen time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from survey import clock
from survey.db import reading, transaction
from survey.practice import recording, signing_in
from survey.practice.model import Practice
from survey.practice.signing_in import StaffMember
from survey.reports.gathering import NothingPublished
from survey.web import errors, kept_words, look_sheet
from survey.web.doors import READING, door_of
from survey.web.installation import now, runtime

#: Blueprints where somebody sets up what the practice asks for.
ENROLLING = frozenset({"second_factor", "passkeys"})
#: What the log says of somebody who sent a form of another role.
REFUSED = "form refused"
LONGEST_HOURS = signing_in.LONGEST // timedelta(hours=1)


def install(app: Flask) -> None:
    """Guard every route. Must come before the forgery check, so that strangers are told to sign in."""
    app.before_request(_guard)
    app.register_error_handler(NothingPublished, _nothing_published)
    app.register_error_handler(CSRFError, _forged)
    lent = {"seconds_left": seconds_left, "longest_hours": LONGEST_HOURS, "own_practice": own_practice}
    app.context_processor(
        lambda: {"member": g.get("member"), "look": look_sheet.look_of(g.get("wearing")), **lent}
    )


def member() -> StaffMember:
    """Who is signed in; only for views behind a staff door."""
    return cast(StaffMember, g.member)


def own_practice() -> Practice:
    """The practice of whoever is signed in, read once for each request."""
    if "practice" not in g:
        with reading(runtime().engine, member().practice_id) as db:
            g.practice = db.get_one(Practice, member().practice_id)
    return cast(Practice, g.practice)


def admit(practice_id: int, secret: str) -> None:
    """Give this browser a sign-in; whatever the cookie held before is gone."""
    forget()
    session.update(practice=practice_id, secret=secret, seen=int(now().timestamp()))
    session["before"] = session.get("whose")


def secret() -> str:
    """The secret of this browser's sign-in; only for views behind a staff door."""
    return cast(str, session["secret"])


def wait_for_code(practice_id: int, secret: str, wanted: str) -> None:
    """Remember that the password was right; the cookie holds nothing that opens a page."""
    forget()
    session.update(waiting=[practice_id, secret], wanted=wanted)


def waiting() -> tuple[int, str] | None:
    """Practice and secret of a sign-in that waits for its code."""
    found = session.get("waiting")
    if isinstance(found, list) and len(found) == 2:
        practice_id, secret = found
        if isinstance(practice_id, int) and isinstance(secret, str):
            return practice_id, secret
    return None


def note(db: Session, action: str, subject: str = "") -> None:
    """Write into the audit log what whoever is signed in has just done."""
    who = member()
    recording.record(db, who.practice_id, actor=who.email, action=action, subject=subject, now=now())


def dismiss() -> None:
    """End this browser's sign-in, on the server and in its cookie. Harmless where there is none."""
    practice_id, secret = session.get("practice"), session.get("secret")
    forget()
    if isinstance(practice_id, int) and isinstance(secret, str):
        with transaction(runtime().engine, practice_id) as db:
            signing_in.sign_out(db, practice_id, secret, now=now())


def forget() -> None:
    """Empty the cookie but for whose it was, so that what that person typed comes back to nobody else."""
    whose = last_seen()
    session.clear()
    if whose is not None:
        session["whose"] = list(whose)


def last_seen() -> tuple[int, int] | None:
    """Practice and number of whoever was signed in last in this browser; it opens nothing."""
    found = session.get("whose")
    if isinstance(found, list) and len(found) == 2 and all(isinstance(each, int) for each in found):
        return found[0], found[1]
    return None


def idle_ends() -> datetime:
    """When this sign-in ends unless something is done; only for views behind a staff door."""
    return datetime.fromtimestamp(session["seen"], UTC) + signing_in.IDLE


def sent_again() -> str | None:
    """Where the same person signed in anew since a form was opened: what they sent, to be sent once more."""
    who = g.get("member")
    if who is None or session.get("before") != [who.practice_id, who.staff_id]:
        return None
    kept = kept_words.as_sent()
    return None if kept is None else kept_words.again(kept)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such route: the error page says so
    door = door_of(current_app, request.endpoint)
    if door is None:
        abort(403)
    if door.roles is None:
        return None
    found = _signed_in()
    if found is None:
        return _turn_away()
    g.member = found
    if found.role not in door.roles:
        return _refuse(found)
    if found.must_enrol and request.blueprint not in ENROLLING:
        return redirect(url_for("second_factor.page"), 303)  # nothing of what was asked for is done
    if door.counts:
        _keep_awake(found)
    return None


def _refuse(who: StaffMember) -> ResponseReturnValue:
    """A form of another role stands in the log, once for each person and day; looking never writes."""
    if request.method == "POST":
        zone = own_practice().time_zone
        begun = clock.at_local(clock.local_day(now(), zone), 0, zone)
        with transaction(runtime().engine, who.practice_id) as db:
            recording.record_once(
                db, who.practice_id, actor=who.email, action=REFUSED, since=begun, now=now()
            )
    return render_template("staff/not_for_you.html"), 403


def seconds_left() -> int:
    """How long this sign-in lasts if nothing more is done."""
    return max(0, int((min(idle_ends(), member().ends) - now()).total_seconds()))


def _nothing_published(_trouble: NothingPublished) -> ResponseReturnValue:
    return render_template("staff/nothing_published.html"), 409


def _forged(_trouble: CSRFError) -> AnyResponse:
    again = sent_again()
    return errors.page(400) if again is None else Response(again, 400, mimetype="text/html")


def _signed_in() -> StaffMember | None:
    practice_id, secret, seen = session.get("practice"), session.get("secret"), session.get("seen")
    if not (isinstance(practice_id, int) and isinstance(secret, str) and isinstance(seen, int)):
        return None
    with reading(runtime().engine, practice_id) as db:
        at = datetime.fromtimestamp(seen, UTC)
        g.wearing = db.get(Practice, practice_id)
        return signing_in.staff_of(db, practice_id, secret, seen=at, now=now())


def _keep_awake(who: StaffMember) -> None:
    session["seen"] = int(now().timestamp())
    session["whose"] = [who.practice_id, who.staff_id]
    if request.method not in READING:
        with transaction(runtime().engine, who.practice_id) as db:
            signing_in.note_activity(db, who.practice_id, session["secret"], now=now())


def _turn_away() -> ResponseReturnValue:
    """To the sign-in page and back again; scripts and forms get 401, so that nothing looks done.

    What was typed into a form goes into the page that asks to sign in.
    """
    ended = "secret" in session
    asks_for_page = request.accept_mimetypes.best != "application/json"
    if not asks_for_page:
        return {"message": "signed out"}, 401  # the cookie stays: another tab may be signing in just now
    kept = kept_words.seal(last_seen(), now=now()) if request.method not in READING else ""
    forget()
    if request.method in READING:
        return redirect(url_for("access.sign_in", next=request.path, ended=1 if ended else None))
    return render_template("staff/signed_out.html", ended=ended, kept=kept, slug=_slug() if kept else ""), 401


def _slug() -> str:
    """The practice whose sign-in page is asked for again."""
    practice_id, _staff = last_seen() or (0, 0)
    with reading(runtime().engine, practice_id) as db:
        found = db.get(Practice, practice_id)
        return "" if found is None else found.slug
