"""The test mail: the owner sends one to themselves and types its code; only then is any patient written to.

The address is used once and kept nowhere. What the relay answered is said in our own words, never in its.
"""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.invitations import trying_out
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import NOT_TAKEN, mailer_for
from survey.practice import mail_scheduling, reaching
from survey.practice.model import Practice, Role
from survey.practice.schedule import WARM_UP
from survey.web import entering, mail_words
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("mail_test", __name__, url_prefix="/staff/mail/test")

#: Seconds for each answer of the relay while somebody waits for the page.
PATIENCE = 10.0


@blueprint.get("")
@staff(Role.OWNER)
def ask() -> str:
    """Where the mail is asked for and its code typed in."""
    return _page()


@blueprint.post("/send")
@staff(Role.OWNER)
def send() -> ResponseReturnValue:
    """Send a mail with a code; an earlier code is void."""
    place, practice, address = runtime(), entering.own_practice(), request.form.get("address", "").strip()
    with transaction(place.engine, practice.id) as db:
        code = trying_out.begin(db, place.settings, practice.id, now=now())
        entering.note(db, "asked for test mail")
    try:
        _hand_over(practice, address, code)
    except UnsafeEnvelope:
        return _page(problem=_envelope_fault(practice), at="address"), 400
    except NOT_TAKEN as why:
        return _page(problem=mail_words.trouble(why), at="address"), 502
    return _page(sent=True)


@blueprint.post("/confirm")
@staff(Role.OWNER)
def confirm() -> ResponseReturnValue:
    """The code of the mail that arrived; sending begins with it."""
    place, member = runtime(), entering.member()
    try:
        with transaction(place.engine, member.practice_id) as db:
            practice = db.get_one(Practice, member.practice_id)
            code = request.form.get("code", "")
            right = trying_out.confirm(db, place.settings, practice, code, now=now())
            entering.note(db, "confirmed test mail" if right else "wrong code of test mail")
    except reaching.NotReachable:
        return _page(problem=mail_words.nobody_to_call(), at="code"), 409
    if right:
        return _page(begun=True)
    why = _(
        "This is not the code of the last test mail, or it is older than a day. After %(tries)s wrong codes, "
        "send a new mail.",
        tries=trying_out.MOST_TRIES,
    )
    return _page(problem=why, at="code"), 400


def _hand_over(practice: Practice, address: str, code: str) -> None:
    """Raises UnsafeEnvelope or what the mailer raises."""
    settings = runtime().settings
    mail = trying_out.letter(
        settings,
        practice,
        to=address,
        code=code,
        now=now(),
        subject=translate(trying_out.SUBJECT),
        words=translate(trying_out.WORDS),
    )
    with closing(mailer_for(settings, timeout=PATIENCE)) as mailer:
        mailer.hand_over(mail.as_bytes(), to=address)


def _envelope_fault(practice: Practice) -> str:
    words = _(
        "Write one complete mail address, such as name@example.org. If it is one, the practice's name "
        "“%(name)s” cannot stand in a mail; rename it.",
        name=practice.neutral_name,
    )
    return str(words)


def _page(*, sent: bool = False, begun: bool = False, problem: str = "", at: str = "") -> str:
    settings, practice_id = runtime().settings, entering.member().practice_id
    with reading(runtime().engine, practice_id) as db:
        tested = mail_scheduling.is_trusted(db, practice_id, sender=settings.mail_from)
        waiting = trying_out.is_waiting(db, practice_id, now=now())
    return render_template(
        "staff/mail_test.html",
        sender=settings.mail_from,
        into_folder=settings.mail == "folder",
        address=request.form.get("address") or entering.member().email,
        tested=tested,
        waiting=waiting,
        sent=sent,
        begun=begun,
        first_day=WARM_UP,
        problem=problem,
        at=at,
    )
