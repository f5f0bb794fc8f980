"""Hand a finished mail to a relay, and say exactly how that ended.

The one thing that matters: after the text was begun and before the relay answered, nobody knows whether the
mail went; that is ``HandoverUnknown`` and never tried again by itself. No exception carries an address, a
code or the relay's own words.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from survey.settings import Settings

TIMEOUT = 30
LONE_DOT = re.compile(rb"(?m)^\.")
ENDING = b"\r\n.\r\n"
GO_ON = 354


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


class Mailer(Protocol):
    """Whatever takes mails; one per worker, not shared between threads."""

    def hand_over(self, message: EmailMessage, *, to: str) -> None:
        """Returns once the mail is taken. Raises one of the four exceptions above."""
        ...


def mailer_for(settings: Settings) -> SmtpMailer | FolderMailer:
    """The mailer that the settings ask for."""
    if settings.mail == "folder":
        return FolderMailer(settings.mailbox)
    return SmtpMailer(settings)


class SmtpMailer:
    """Speaks SMTP over one connection that is kept for the next mail."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None
        self._context: ssl.SSLContext | None = None

    def hand_over(self, message: EmailMessage, *, to: str) -> None:
        """Give one mail to the relay. Raises one of the module's four exceptions."""
        content = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        connection = self._open_envelope()
        try:
            self._expect(connection.rcpt(to)[0], 250, 251)
            self._expect(connection.docmd("DATA")[0], GO_ON)
        except (smtplib.SMTPException, OSError):
            self.close()
            raise RelayUnreachable("the relay hung up before the text was begun") from None
        self._send_text(connection, content)

    def close(self) -> None:
        """End the connection; the next mail opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _send_text(self, connection: smtplib.SMTP, content: bytes) -> None:
        try:
            connection.send(LONE_DOT.sub(b"..", content.removesuffix(b"\r\n")) + ENDING)
            code = connection.getreply()[0]
        except (smtplib.SMTPException, OSError):
            self.close()
            raise HandoverUnknown("the line was cut while the mail was on its way") from None
        self._expect(code, 250)

    def _expect(self, code: int, *wanted: int) -> None:
        """Raises a refusal of this one mail; the connection stays only where it is still in step."""
        if code in wanted:
            return
        self._start_afresh(code)
        if 400 <= code < 500:
            raise TemporaryRefusal(code)
        raise PermanentRefusal(code)

    def _start_afresh(self, code: int) -> None:
        try:
            if code == 421 or self._connection is None or self._connection.rset()[0] != 250:
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _open_envelope(self) -> smtplib.SMTP:
        """A connection on which our sender was accepted; a kept one that has gone stale is replaced."""
        kept = self._connection is not None
        try:
            connection = self._connection or self._connect()
            code = connection.mail(self._settings.mail_from)[0]
        except (smtplib.SMTPException, OSError):
            self.close()
            if kept:
                return self._open_envelope()
            raise RelayUnreachable("the relay does not answer") from None
        if code == 250:
            return connection
        self.close()
        if kept and code == 421:
            return self._open_envelope()
        if 400 <= code < 500:
            raise TemporaryRefusal(code)
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


class FolderMailer:
    """Writes each mail as a numbered .eml file; for the demo mailbox and for trials."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def hand_over(self, message: EmailMessage, *, to: str) -> None:
        """Write the mail; a number is never used twice, also not by two processes."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._number:
            self._number = max((int(path.stem) for path in self._folder.glob("[0-9]*.eml")), default=0)
        content = message.as_bytes()
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
