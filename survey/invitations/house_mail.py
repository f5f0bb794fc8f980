"""A mail to the practice's own people: plain text, one recipient, from the practice's name. Pure.

Must never carry an answer, a comment or a figure of results.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from survey.invitations.letters import UnsafeEnvelope, half_day, render_plain
from survey.practice.model import Practice
from survey.practice.neutrality import is_unsafe_name
from survey.settings import Settings
from survey.visits.addresses import is_address


def house_mail(
    settings: Settings, practice: Practice, name: str, words: dict[str, object], *, to: str, now: datetime
) -> EmailMessage:
    """The mail of the template ``name``; ``words`` and the practice's name are put in.

    Raises UnsafeEnvelope for a bad recipient or practice name.
    """
    if not is_address(to) or is_unsafe_name(practice.neutral_name):
        raise UnsafeEnvelope("The recipient is not one plain mail address, or the practice's name is unsafe.")
    given = {"practice": practice.neutral_name, **words}
    subject, plain = render_plain(settings.templates, practice.mail_language, name, given)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=practice.neutral_name, addr_spec=settings.mail_from)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(half_day(now))
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain, cte="quoted-printable")
    return message
