"""Mail a link to staff who forgot their password, where their address has an open account.

Nobody who asks learns whether there is one: what happens here is seen in the mailbox alone, and no log line
names or counts it. Each request is taken out of the database before its mail goes out, so that two workers
send one mail; where a mail was certainly not taken, the request waits again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from survey.db import reading, transaction
from survey.invitations import relaying
from survey.invitations.house_mail import house_mail
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import FINAL, Mailer, RelayUnreachable, TemporaryRefusal
from survey.practice import forgetting_passwords, invites
from survey.practice.forgetting_passwords import Request
from survey.practice.model import Practice, Staff
from survey.runtime import Runtime
from survey.settings import Settings


def mail_links(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> int:
    """Work off every request of a practice; how many mails were handed over.

    A relay that is down is left alone for a while, as by all other mail.
    """
    relay = relaying.relay_name(runtime.settings)
    with reading(runtime.engine, practice_id) as db:
        rest = relaying.rest(db, practice_id, relay)
        if not forgetting_passwords.waits(db, practice_id) or (rest is not None and rest.until > now):
            return 0
    with transaction(runtime.engine, practice_id) as db:
        requests = forgetting_passwords.take(db, practice_id, now=now)
        found = forgetting_passwords.accounts(db, runtime.files, practice_id, requests)
        practice = db.get_one(Practice, practice_id)
    sent, undone, down = _send(runtime.settings, practice, found, mailer, now=now)
    if undone:
        with transaction(runtime.engine, practice_id) as db:
            forgetting_passwords.give_back(db, practice_id, undone)
            if down:
                relaying.went_down(db, practice_id, relay, now=now)
    return sent


def _send(
    settings: Settings,
    practice: Practice,
    found: Sequence[tuple[Request, Staff]],
    mailer: Mailer,
    *,
    now: datetime,
) -> tuple[int, list[Request], bool]:
    """How many mails were handed over, what certainly was not, and whether the relay is down."""
    sent, undone = 0, list[Request]()
    for place, (request, staff) in enumerate(found):
        try:
            sent += _is_sent(settings, practice, staff, mailer, now=now)
        except TemporaryRefusal:
            undone.append(request)
        except RelayUnreachable:
            return sent, [*undone, *(each for each, _ in found[place:])], True
    return sent, undone, False


def _is_sent(settings: Settings, practice: Practice, staff: Staff, mailer: Mailer, *, now: datetime) -> bool:
    """Raises TemporaryRefusal or RelayUnreachable where it was certainly not taken and may be later."""
    signed = invites.make_invite(settings.secret_key, staff, now=now, kind=invites.FORGOTTEN)
    words: dict[str, object] = {
        "link": f"{settings.base_url.rstrip('/')}/staff/new-password/{signed}",
        "minutes": invites.FORGOTTEN.life // timedelta(minutes=1),
    }
    try:
        letter = house_mail(settings, practice, "forgotten", words, to=staff.email, now=now)
        mailer.hand_over(letter.as_bytes(), to=staff.email)
    except (UnsafeEnvelope, *FINAL):
        return False
    return True
