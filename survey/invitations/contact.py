"""What somebody writes who openly asks to be contacted, and the one mail of a day that brings it.

Pure apart from reading its templates once. Knows no visit, invitation or answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from email.message import EmailMessage

from survey.invitations.house_mail import house_mail
from survey.practice.model import Practice
from survey.settings import Settings

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
    return house_mail(
        settings, practice, "contact", {"requests": requests}, to=practice.contact_address, now=now
    )
