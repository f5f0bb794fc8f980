"""Hand a finished mail to a relay, and say exactly how that ended.

The one thing that matters: after the text was begun and before the relay answered, nobody knows whether the
mail went; that is ``HandoverUnknown`` and never tried again by itself. No exception carries an address, a
code or the relay's own words.

Whose fault a refusal is (RFC 5321, 4.2 and 4.5.3.1.10): one of the connection, of signing in or of the sender
concerns every mail, so it is ``RelayUnreachable``. One of the recipient or the text concerns this mail alone;
4xx is for now, 5xx for good. 552, a full mailbox, is for good: 552 means "try again" only for too many
recipients, and each of our mails has one. 421 says that the relay ends the line; at a recipient it counts
against this mail, and two in a row say that the relay is down (``survey.invitations.sending``).
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn, Protocol

from survey.settings import Settings
from survey.visits.addresses import is_address

TIMEOUT = 30
LONE_DOT = re.compile(rb"(?m)^\.")
ENDING = b"\r\n.\r\n"
GO_ON = 354
CLOSING = 421
#: What goes on after sender, recipient and DATA.
GOOD: Final = ((250,), (250, 251), (GO_ON,))
#: Bytes of a line of a reply (RFC 5321 allows 512).
LONGEST_REPLY: Final = 8192
#: Replies of the three commands before the text; None where the line ended before the reply.
Replies = tuple[int | None, int | None, int | None]


class TemporaryRefusal(Exception):
    """The relay will not take this mail now; it was not taken."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the relay asks to try again later ({code})")
        self.code = code


class PermanentRefusal(Exception):
    """The relay will never take this mail; it was not taken."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the relay refuses this mail for good ({code})")
        self.code = code


class HandoverUnknown(Exception):
    """The line was cut after the text was begun: it may have been taken or not. A person decides."""


class RelayUnreachable(Exception):
    """No mail was begun: no connection, no safe line, no sign-in, or our sender is not accepted."""


#: Certainly not taken, and it may be later.
NOT_YET: Final = (TemporaryRefusal, RelayUnreachable)
#: Never handed over again by itself.
FINAL: Final = (PermanentRefusal, HandoverUnknown)
#: Every end but a good one.
NOT_TAKEN: Final = (*NOT_YET, *FINAL)


@dataclass(frozen=True)
class Ahead:
    """What comes after a mail. ``to`` is the recipient of the very next one, empty where there is none.

    ``meanwhile`` is done while the relay decides; a mailer that need not wait may leave it out.
    """

    to: str = field(default="", repr=False)
    meanwhile: Callable[[], None] = lambda: None


NOTHING_AHEAD: Final = Ahead()


class Mailer(Protocol):
    """Whatever takes mails; one per worker, not shared between threads."""

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        """Returns once the mail (whole, lines end in CRLF) is taken. Raises one of the four above."""
        ...


def mailer_for(settings: Settings, *, timeout: float = TIMEOUT) -> SmtpMailer | FolderMailer:
    """The mailer that the settings ask for; the relay has so many seconds for each of its answers."""
    if settings.mail == "folder":
        return FolderMailer(settings.mailbox)
    return SmtpMailer(settings, timeout=timeout)


class SmtpMailer:
    """Speaks SMTP over one connection that is kept for the next mail."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None
        self._context: ssl.SSLContext | None = None
        self._named = ""

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        """Give one mail to the relay. Raises one of the module's four exceptions."""
        if not is_address(to) or not (ahead.to == "" or is_address(ahead.to)):
            raise ValueError("the recipient is not one plain mail address")
        mail, recipient, data = self._open_envelope(to)
        if mail != 250 or recipient is None:
            self.close()
            self._blame_relay(mail)
        if recipient not in (250, 251):
            self._refused(recipient, in_step=data != GO_ON)
        if data is None:
            self.close()
            raise RelayUnreachable("the relay hung up before the text was begun")
        if data != GO_ON:
            self._refused(data, in_step=True)
        self._send_text(content, ahead)

    def close(self) -> None:
        """End the connection; the next mail opens a new one."""
        connection, self._connection, self._named = self._connection, None, ""
        if connection is not None:
            connection.close()

    def _send_text(self, content: bytes, ahead: Ahead) -> None:
        """The text, and the next mail's envelope with it where the relay allows that (RFC 2920, 3.1)."""
        connection = self._connection
        assert connection is not None  # it has just said that it waits for the text
        if b"\n." in content or content.startswith(b"."):
            content = LONE_DOT.sub(b"..", content)
        then = ahead.to if connection.has_extn("pipelining") else ""
        envelope = self._envelope(then) if then else b""
        try:
            connection.send(b"".join((content.removesuffix(b"\r\n"), ENDING, envelope)))
            ahead.meanwhile()
            code = _reply(connection)
        except (smtplib.SMTPException, OSError):
            self.close()
            raise HandoverUnknown("the line was cut while the mail was on its way") from None
        self._named = then
        if code != 250:
            self._refused(code, in_step=True)

    def _refused(self, code: int, *, in_step: bool) -> NoReturn:
        """Raises a refusal of this one mail; the connection stays only where it is still in step."""
        self._start_afresh(code, in_step=in_step)
        if 400 <= code < 500:
            raise TemporaryRefusal(code)
        raise PermanentRefusal(code)

    def _start_afresh(self, code: int, *, in_step: bool) -> None:
        if self._named and code != CLOSING:
            return  # a text that was refused is over, and the next mail is begun already
        try:
            ended = code == CLOSING or not in_step or self._connection is None
            if ended or (self._connection is not None and self._connection.rset()[0] != 250):
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _open_envelope(self, to: str) -> Replies:
        """What the relay says to sender, recipient and DATA; a kept line that went stale is replaced."""
        if self._named and self._named != to:
            self.close()  # it waits for another mail's text, which will not come
        named, self._named = self._named, ""
        kept = self._connection is not None
        connection = self._connection or self._connect()
        replies = self._ask(connection, to, named=bool(named))
        if kept and replies[0] in (None, CLOSING):
            self.close()
            return self._ask(self._connect(), to)
        return replies

    def _ask(self, connection: smtplib.SMTP, to: str, *, named: bool = False) -> Replies:
        """The three commands in one go where the relay allows it (RFC 2920), else one after the other.

        ``named``: they went with the text of the mail before. No text is begun here: a line that ends
        meanwhile leaves nothing behind.
        """
        envelope = self._envelope(to)
        together = connection.has_extn("pipelining")
        replies: list[int | None] = []
        try:
            if together and not named:
                connection.send(envelope)
            for command, good in zip(envelope.splitlines(True), GOOD, strict=True):
                if not together:
                    connection.send(command)
                replies.append(_reply(connection))
                if replies[-1] not in good and not together:
                    break
        except (smtplib.SMTPException, OSError):
            self.close()
        mail, recipient, data = [*replies, None, None, None][:3]
        return mail, recipient, data

    def _envelope(self, to: str) -> bytes:
        return f"MAIL FROM:<{self._settings.mail_from}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode("ascii")

    def _blame_relay(self, code: int | None) -> NoReturn:
        """Raises RelayUnreachable: no recipient was named yet, so it would happen to every mail."""
        if code is None or code == CLOSING or code == 250:
            raise RelayUnreachable("the relay does not answer")
        if 400 <= code < 500:
            raise RelayUnreachable(f"the relay takes no mail at present ({code})")
        raise RelayUnreachable(f"the relay does not accept our sender address ({code}); check mail_from")

    def _connect(self) -> smtplib.SMTP:
        try:
            self._connection = self._dial()
            self._make_safe(self._connection)
        except ssl.SSLCertVerificationError as error:
            fault = f"the relay's certificate is not valid: {error.verify_message}"
        except smtplib.SMTPNotSupportedError:
            fault = "the relay offers no STARTTLS or no sign-in; see smtp_tls and smtp_user"
        except smtplib.SMTPAuthenticationError as error:
            fault = f"the relay refuses user or password ({error.smtp_code})"
        except (smtplib.SMTPException, OSError):
            fault = "the relay does not answer"
        else:
            return self._connection
        self.close()
        raise RelayUnreachable(fault)

    def _make_safe(self, connection: smtplib.SMTP) -> None:
        settings = self._settings
        if settings.smtp_tls == "starttls":
            connection.starttls(context=self._tls())
        if settings.smtp_user:
            connection.login(settings.smtp_user, settings.smtp_password)
        else:
            connection.ehlo_or_helo_if_needed()

    def _dial(self) -> smtplib.SMTP:
        settings = self._settings
        ours = settings.mail_from.rpartition("@")[2]
        if settings.smtp_tls == "tls":
            return smtplib.SMTP_SSL(
                settings.smtp_host,
                settings.smtp_port,
                local_hostname=ours,
                timeout=self._timeout,
                context=self._tls(),
            )
        return smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, local_hostname=ours, timeout=self._timeout
        )

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:  # costs 20 ms, so once
            self._context = ssl.create_default_context()
        return self._context


def _reply(connection: smtplib.SMTP) -> int:
    """The code of the next reply, without its words: smtplib's own way takes longer than all else here.

    Raises SMTPServerDisconnected, or OSError where the line is cut.
    """
    lines = connection.file
    while lines is not None:
        line = lines.readline(LONGEST_REPLY)
        if line[3:4] != b"-":
            return int(line[:3]) if line[:3].isdigit() and line.endswith(b"\n") else _no_reply()
    return _no_reply()


def _no_reply() -> NoReturn:
    raise smtplib.SMTPServerDisconnected("no reply, or none that is one")


class FolderMailer:
    """Writes each mail as a numbered .eml file; for the demo mailbox and for trials."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        """Write the mail; a number is never used twice, also not by two processes."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._number:
            self._number = max((int(path.stem) for path in self._folder.glob("[0-9]*.eml")), default=0)
        while True:
            self._number += 1
            path = self._folder / f"{self._number:06d}.eml"
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            return

    def close(self) -> None:
        """Nothing is kept open."""
