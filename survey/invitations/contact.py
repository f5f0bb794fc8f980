"""What somebody writes who openly asks to be contacted, and the one mail of a day that brings it.

Pure apart from reading its templates once. Knows no visit, invitation or answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
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

#: Most characters of each part.
LIMITS = {"name": 120, "reach": 200, "words": 1000}


@dataclass(frozen=True)
class Asked:
    """Who asks, how to reach them, and what they say about it."""

    name: str
    reach: str
    words: str = ""

    def packed(self) -> bytes:
        """At most 4,000 bytes where the limits are kept."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    @classmethod
    def unpacked(cls, content: bytes) -> Asked:
        given = json.loads(content)
        return cls(**{each.name: str(given[each.name]) for each in fields(cls)})


def daily_letter(
    settings: Settings, practice: Practice, requests: Sequence[Asked], *, now: datetime
) -> EmailMessage:
    """All requests of a day in one mail. Raises UnsafeEnvelope for a bad recipient or name."""
    if not is_address(practice.contact_address) or is_unsafe_name(practice.neutral_name):
        raise UnsafeEnvelope("The practice's contact address is not one plain mail address.")
    subject, plain = render_plain(
        settings.templates,
        practice.mail_language,
        "contact",
        {"practice": practice.neutral_name, "requests": requests},
    )
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=practice.neutral_name, addr_spec=settings.mail_from)
    message["To"] = practice.contact_address
    message["Subject"] = subject
    message["Date"] = format_datetime(half_day(now))
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain, cte="quoted-printable")
    return message
