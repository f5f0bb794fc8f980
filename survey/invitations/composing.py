"""Turn an invitation row into a mail: open its address, make its token, link and Message-ID, render.

Everything is made in memory, right before it is handed over, and kept nowhere. The same row always gives the
same token and Message-ID.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from survey.instruments.model import Instrument, wording
from survey.invitations import contacting, stop_links, vetting
from survey.invitations.letters import Kind, Letterhead, UnsafeEnvelope, half_day, invitation_letter
from survey.invitations.model import Invitation
from survey.invitations.stationery import Filling, Sheet, prepare
from survey.keys import issue, tokens
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.sealing import BoxUnreadable
from survey.practice import publishing, reaching
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings

#: No line of news, in any language.
NO_NEWS: Mapping[str, str] = MappingProxyType({})

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
    """A mail ready to go, as it goes over the line, and where to."""

    content: bytes = field(repr=False)
    to: str = field(repr=False)


#: Survey version, language, week (the last day stands in the letter), kind, and the letter's date.
SheetKey = tuple[str, str, int, Kind, datetime]


@dataclass(frozen=True)
class Week:
    """What opens the addresses and makes the codes of one week's mails; holds its keys for one run."""

    address: Callable[[bytes], str]
    token: Callable[[int, bytes], str]
    message_id: Callable[[bytes], str]

    @classmethod
    def of(cls, files: KeyFiles, week: int) -> Week:
        """Raises KeyTrouble where a key of the week is missing."""
        return cls(
            issue.address_opener(files, week),
            tokens.token_maker(files, week),
            issue.message_id_maker(files, week),
        )


@dataclass(frozen=True)
class Composer:
    """What is needed to write the letters of one practice; made once a run."""

    sign_stop: Callable[[bytes], str]
    practice: Practice
    versions: Mapping[str, Instrument]
    heads: dict[tuple[str, str], Letterhead]
    runtime: Runtime
    news: Mapping[str, str] = field(default_factory=dict)
    sheets: dict[SheetKey, Sheet] = field(default_factory=dict, repr=False)
    weeks: dict[int, Week] = field(default_factory=dict, repr=False)

    def letter(self, mail: Mail, *, now: datetime, kind: Kind = Kind.INVITATION) -> Letter | None:
        """The mail, or None where its box cannot be opened or holds no plain address.

        Raises KeyTrouble where a key is missing, UnsafeEnvelope where the letter itself is at fault.
        """
        filling = self._filling(mail, kind)
        if filling is None:
            return None
        key = (mail.label, mail.language, mail.issue_week, kind, half_day(now))
        sheet = self.sheets.get(key)
        if sheet is None:
            sheet = self.sheets[key] = prepare(
                lambda one: self._write(mail, one, now=now, kind=kind), filling
            )
        return Letter(sheet.fill(filling), filling.to)

    def _filling(self, mail: Mail, kind: Kind) -> Filling | None:
        week = self.weeks.get(mail.issue_week)
        if week is None:
            week = self.weeks[mail.issue_week] = Week.of(self.runtime.files, mail.issue_week)
        # A reminder's Message-ID is one of its own, or mailboxes would drop it as a copy.
        name = mail.id if kind is Kind.INVITATION else mail.id + kind.encode("ascii")
        try:
            return Filling(
                to=week.address(mail.address_sealed),
                token=week.token(mail.cell_id, mail.id),
                signed_stop=self.sign_stop(mail.contact_tag),
                message_id=week.message_id(name),
            )
        except (BoxUnreadable, UnsafeEnvelope):
            return None

    def _write(self, mail: Mail, filling: Filling, *, now: datetime, kind: Kind) -> bytes:
        """The whole letter, written the slow way."""
        message = invitation_letter(
            self._head(mail.label, mail.language),
            to=filling.to,
            token=filling.token,
            signed_stop=filling.signed_stop,
            message_id=filling.message_id,
            expires=issue.last_day(mail.issue_week),
            now=now,
            kind=kind,
        )
        return message.as_bytes()

    def _head(self, label: str, language: str) -> Letterhead:
        head = self.heads.get((label, language))
        if head is None:
            settings, instrument = self.runtime.settings, self.versions[label]
            head = Letterhead(
                templates=settings.templates,
                base_url=settings.base_url,
                mail_from=settings.mail_from,
                reply_to=settings.mail_reply_to,
                practice_name=self.practice.neutral_name,
                slug=self.practice.slug,
                phone=self.practice.phone,
                label=label,
                language=language,
                questions=instrument.asked,
                seconds=instrument.seconds,
                contact=contacting.takes_requests(self.practice),
                lines=_help_lines(settings, self.practice.country, language),
                news=self.news.get(language, ""),
            )
            self.heads[label, language] = head
        return head


class Letters:
    """The letters of some mails, each written when there is time, at the latest when its turn comes."""

    def __init__(self, composer: Composer, mails: Sequence[Mail], *, now: datetime) -> None:
        self._composer, self._now = composer, now
        self._waiting = deque(mails)
        self._written: deque[tuple[Mail, Letter | None]] = deque()

    @property
    def left(self) -> list[Mail]:
        """Mails whose turn has not come."""
        return [*(mail for mail, _ in self._written), *self._waiting]

    def write_ahead(self) -> None:
        """Write the next one, where one waits. What is amiss with it is said only when its turn comes."""
        with suppress(KeyTrouble, UnsafeEnvelope):
            self._write_one()

    def take(self, number: int) -> list[tuple[Mail, Letter | None]]:
        """The next so many, or all where they are fewer. Raises KeyTrouble or UnsafeEnvelope."""
        while self._waiting and len(self._written) < number:
            self._write_one()
        return [self._written.popleft() for _ in range(min(number, len(self._written)))]

    def _write_one(self) -> None:
        if self._waiting:
            letter = self._composer.letter(self._waiting[0], now=self._now)
            self._written.append((self._waiting.popleft(), letter))


def make_composer(
    db: Session, runtime: Runtime, practice: Practice, *, news: Mapping[str, str] = NO_NEWS
) -> Composer:
    """Reads the published versions; writes nothing. Raises UnsafeEnvelope where names tell too much.

    ``news``: by language, a line for the letter; one that would tell too much is left out, and mail goes on.
    """
    vetting.require_neutral(db, practice)
    versions = publishing.versions(db, practice.id)
    signer = stop_links.link_signer(runtime.files, practice.id)
    fit = vetting.neutral_news(db, practice, news)
    return Composer(signer, practice, versions, {}, runtime, fit)


def _help_lines(settings: Settings, country: str, language: str) -> tuple[tuple[str, str], ...]:
    """Numbers to call in need, with their words in the letter's language."""
    lines = reaching.lines_of(settings.surveys_config, country)
    return tuple((line.number, wording(line.words, language)) for line in lines)
