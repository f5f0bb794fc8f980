"""Turn an invitation row into a mail: open its address, make its token, link and Message-ID, render.

Everything is made in memory, right before it is handed over, and kept nowhere. The same row always gives the
same token and Message-ID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from survey.instruments.model import Instrument
from survey.invitations import stop_links, vetting
from survey.invitations.letters import Kind, Letterhead, invitation_letter
from survey.invitations.model import Invitation
from survey.keys import issue, tokens
from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable
from survey.practice import publishing
from survey.practice.model import Practice
from survey.runtime import Runtime

COLUMNS = (
    Invitation.id,
    Invitation.cell_id,
    Invitation.contact_tag,
    Invitation.label,
    Invitation.language,
    Invitation.issue_week,
    Invitation.address_sealed,
    Invitation.fence,
    Invitation.attempts,
)


@dataclass(frozen=True)
class Mail:
    """The columns of an invitation that a mail is made of; ``fence`` tells whose claim it is."""

    id: bytes
    cell_id: int
    contact_tag: bytes
    label: str
    language: str
    issue_week: int
    address_sealed: bytes = field(repr=False)
    fence: int
    attempts: int

    @classmethod
    def of(cls, row: Row[*tuple[Any, ...]]) -> Mail:
        """From a row of ``COLUMNS``."""
        return cls(*row)


@dataclass(frozen=True)
class Letter:
    """A mail ready to go, and where to."""

    message: EmailMessage = field(repr=False)
    to: str = field(repr=False)


@dataclass(frozen=True)
class Composer:
    """What is needed to write the letters of one practice; made once a run."""

    files: KeyFiles
    practice: Practice
    versions: Mapping[str, Instrument]
    heads: dict[tuple[str, str], Letterhead]
    runtime: Runtime

    def letter(self, mail: Mail, *, now: datetime, kind: Kind = Kind.INVITATION) -> Letter | None:
        """The mail, or None where its box cannot be opened. Raises KeyTrouble where a key is missing."""
        try:
            to = issue.open_address(self.files, mail.issue_week, mail.address_sealed)
        except BoxUnreadable:
            return None
        message = invitation_letter(
            self._head(mail.label, mail.language),
            to=to,
            token=tokens.make_token(self.files, mail.issue_week, mail.cell_id, mail.id),
            signed_stop=stop_links.sign(self.files, self.practice.id, mail.contact_tag),
            message_id=self._message_id(mail, kind),
            expires=issue.last_day(mail.issue_week),
            now=now,
            kind=kind,
        )
        return Letter(message, to)

    def _message_id(self, mail: Mail, kind: Kind) -> str:
        """A reminder needs one of its own, or mailboxes would drop it as a copy."""
        name = mail.id if kind is Kind.INVITATION else mail.id + kind.encode("ascii")
        return issue.message_id(self.files, mail.issue_week, name)

    def _head(self, label: str, language: str) -> Letterhead:
        head = self.heads.get((label, language))
        if head is None:
            settings, instrument = self.runtime.settings, self.versions[label]
            head = Letterhead(
                templates=settings.templates,
                base_url=settings.base_url,
                mail_from=settings.mail_from,
                practice_name=self.practice.neutral_name,
                slug=self.practice.slug,
                phone=self.practice.phone,
                label=label,
                language=language,
                questions=len(instrument.items),
                seconds=instrument.seconds,
            )
            self.heads[label, language] = head
        return head


def make_composer(db: Session, runtime: Runtime, practice: Practice) -> Composer:
    """Reads the published versions; writes nothing. Raises UnsafeEnvelope where names tell too much."""
    vetting.require_neutral(db, practice)
    versions = publishing.versions(db, practice.id)
    return Composer(runtime.files, practice, versions, {}, runtime)
