"""A practice's post for tests: invitations made through the real path, a mailbox folder, a scripted relay."""

from __future__ import annotations

import asyncio
import email
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Row, select

from survey.db import reading, transaction
from survey.invitations import scheduling
from survey.invitations.letters import Letterhead
from survey.invitations.mailer import FolderMailer, SmtpMailer
from survey.invitations.model import Invitation
from survey.invitations.scheduling import Intake
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import shipped
from tests.visits.files import line, visits_csv

HEAD = Letterhead(
    templates=shipped("templates"),
    base_url="https://feedback.example.org",
    mail_from="feedback@example.org",
    practice_name="Riverside Practice",
    slug="riverside",
    phone="555-0100",
    label="after-visit-1",
    language="en",
    questions=10,
    seconds=45,
)


def invite(runtime: Runtime, practice: Practice, *lines: str, now: datetime | None = None) -> Intake:
    """Take a visits file of these lines at the clock's time."""
    with transaction(runtime.engine, practice.id) as db:
        return scheduling.take_visits(
            db, runtime.files, practice, visits_csv(*lines), now=now or runtime.clock.now()
        )


def invite_people(runtime: Runtime, practice: Practice, *names: str) -> None:
    """Invite ``name@example.org`` for each of the names."""
    invite(
        runtime, practice, *[line(n, email=f"{name}@example.org") for n, name in enumerate(names, start=1)]
    )


def invitations(runtime: Runtime, practice: Practice) -> list[Row[*tuple[object, ...]]]:
    with reading(runtime.engine, practice.id) as db:
        return list(
            db.execute(select(*Invitation.__table__.columns).where(Invitation.practice_id == practice.id))
        )


def states(runtime: Runtime, practice: Practice) -> Counter[str]:
    return Counter(row.state for row in invitations(runtime, practice))


def next_morning(now: datetime) -> datetime:
    return now + timedelta(days=1)


def mailbox(runtime: Runtime) -> FolderMailer:
    return FolderMailer(runtime.settings.mailbox)


def mails(runtime: Runtime) -> list[EmailMessage]:
    """What lies in the mailbox folder, in order."""
    paths = sorted(runtime.settings.mailbox.glob("*.eml"))
    return [parse(path.read_bytes()) for path in paths]


def parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, EmailMessage, policy=policy.default)  # type: ignore[arg-type]


def plain_text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def token_of(message: EmailMessage) -> str:
    found = re.search(r"#([A-Za-z0-9_-]{56})$", plain_text(message), re.MULTILINE)
    assert found
    return found.group(1)


def stop_of(message: EmailMessage) -> str:
    return str(message["List-Unsubscribe"]).strip("<>").rpartition("/")[2]


@dataclass
class Relay:
    """A real SMTP server whose behaviour follows from the recipient's name.

    ``wait450`` is refused for now at RCPT, ``never550`` for good at RCPT, ``big552`` at the end of DATA,
    ``full452`` for now at the end of DATA, ``cut`` is stored and then the line is cut, ``lost`` is cut
    without storing, ``bye421`` is refused with the line closed. Everybody else is stored.
    """

    port: int = 0
    stored: list[EmailMessage] = field(default_factory=list)
    recipients: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    raw: list[bytes] = field(default_factory=list)
    sender_reply: str = ""

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        self.recipients[name] += 1
        if name.startswith("wait"):
            return "450 mailbox busy"
        if name.startswith("never"):
            return "550 no such mailbox " + address
        if name.startswith("bye"):
            assert server.transport is not None
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name.startswith("big"):
            return "552 too big"
        if name.startswith("full"):
            return "452 out of space"
        assert isinstance(envelope.content, bytes)
        if not name.startswith("lost"):
            self.raw.append(envelope.content)
            self.stored.append(parse(envelope.content))
        if name.startswith(("cut", "lost")):
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def names(self) -> list[str]:
        return sorted(str(mail["To"]).partition("@")[0] for mail in self.stored)


class AnyPort(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def relay(*, port: int = 0, tls_context: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """A running relay."""
    handler = Relay()
    controller = AnyPort(handler, hostname="127.0.0.1", port=port, tls_context=tls_context)
    controller.start()
    handler.port = controller.port
    handler.connections = 0
    try:
        yield handler
    finally:
        controller.stop()


@contextmanager
def smtp_mailer(runtime: Runtime, port: int, *, timeout: float = 5) -> Iterator[SmtpMailer]:
    settings = replace(runtime.settings, mail="smtp", smtp_tls="none", smtp_port=port)
    mailer = SmtpMailer(settings, timeout=timeout)
    try:
        yield mailer
    finally:
        mailer.close()
