"""The test mail to oneself: no patient is written to before one mail of the practice has arrived.

The mail carries a short code, which is typed in where the mail was asked for. Only the code's hash is kept,
never the address it went to; it is good for a day and for five tries.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once
from survey.invitations.letters import UnsafeEnvelope
from survey.practice import mail_scheduling, reaching
from survey.practice.mail_schedule_model import MailTest
from survey.practice.model import Practice
from survey.practice.neutrality import is_unsafe_name
from survey.settings import Settings
from survey.visits.addresses import is_address

GOOD_FOR = timedelta(days=1)
MOST_TRIES = 5


def _(sentence: str) -> str:
    """Marks a sentence for translation where no reader's language is known yet."""
    return sentence


SUBJECT = _("A test mail with a code")
WORDS = _(
    "If you read this, mail from %(sender)s arrives.\n\n"
    "To begin sending, type this code where you asked for this mail:\n\n"
    "%(code)s\n\n"
    "The code is good for one day. If you did not ask for it, there is nothing to do.\n"
)


class NotTested(Exception):
    """Sending cannot begin: no test mail from this sender has arrived yet."""


def begin(db: Session, settings: Settings, practice_id: int, *, now: datetime) -> str:
    """A new code, to be mailed; an earlier one is void. Sending stays as it is."""
    code = f"{secrets.randbelow(10**8):08d}"
    db.execute(delete(MailTest).where(MailTest.practice_id == practice_id))
    insert_once(
        db,
        MailTest,
        practice_id=practice_id,
        code_hash=_hash(practice_id, code),
        sender=settings.mail_from,
        begun_at=now,
        tries=0,
    )
    return code


def letter(
    settings: Settings,
    practice: Practice,
    *,
    to: str,
    code: str,
    now: datetime,
    subject: str = SUBJECT,
    words: str = WORDS,
) -> EmailMessage:
    """The mail with the code, by the same way and from the same sender as every mail to patients."""
    if not is_address(to) or is_unsafe_name(practice.neutral_name):
        raise UnsafeEnvelope("The recipient is not one plain mail address, or the practice's name is unsafe.")
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=practice.neutral_name, addr_spec=settings.mail_from)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words % {"sender": settings.mail_from, "code": code}, cte="quoted-printable")
    return message


def confirm(db: Session, settings: Settings, practice: Practice, code: str, *, now: datetime) -> bool:
    """Sending begins if this is the code that was mailed. False if not; that counts as a try.

    Returns instead of raising, so that the count of tries is committed. Raises NotReachable, and counts no
    try, where patients would read no number to call.
    """
    reaching.require_reachable(settings, practice)
    waiting = db.get(MailTest, practice.id)
    if waiting is None or waiting.tries >= MOST_TRIES or now > waiting.begun_at + GOOD_FOR:
        return False
    given = _hash(practice.id, code.strip().replace(" ", ""))
    if waiting.sender != settings.mail_from or not hmac.compare_digest(waiting.code_hash, given):
        this = (MailTest.practice_id == practice.id, MailTest.tries < MOST_TRIES)
        db.execute(update(MailTest).where(*this).values(tries=MailTest.tries + 1))
        return False
    db.execute(delete(MailTest).where(MailTest.practice_id == practice.id))
    today = clock.local_day(now, practice.time_zone)
    mail_scheduling.trust_sender(db, practice.id, sender=settings.mail_from, today=today)
    db.execute(update(Practice).where(Practice.id == practice.id).values(sending=True))
    return True


def is_waiting(db: Session, practice_id: int, *, now: datetime) -> bool:
    """Whether a code is out that may still be typed in."""
    waiting = db.get(MailTest, practice_id)
    return waiting is not None and waiting.tries < MOST_TRIES and now <= waiting.begun_at + GOOD_FOR


def resume(db: Session, settings: Settings, practice_id: int) -> None:
    """End a pause. Raises NotTested where no mail from this sender has ever arrived, or NotReachable."""
    reaching.require_reachable(settings, db.get_one(Practice, practice_id))
    if not mail_scheduling.is_trusted(db, practice_id, sender=settings.mail_from):
        raise NotTested("No test mail from this sender has arrived yet; see: afterword mail test ADDRESS")
    db.execute(update(Practice).where(Practice.id == practice_id).values(sending=True))


def _hash(practice_id: int, code: str) -> bytes:
    return hashlib.sha256(f"{practice_id}|{code}".encode()).digest()
