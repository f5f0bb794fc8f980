"""The mail a patient gets: neutral outside, plain inside, nothing in it that counts openings or clicks.

Pure apart from reading its templates once. Greets nobody by name and names no clinician, day or kind of
care. The code is in the link's fragment and on a line of its own, and nowhere else, not even in a header.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from survey.practice.neutrality import is_unsafe_name
from survey.visits.addresses import is_address

#: One long line for the list headers: folded into encoded words, mail programs cannot use them.
POLICY = policy.SMTP.clone(max_line_length=998)
FALLBACK_LANGUAGE = "en"
#: Between the parts of a letter; quoted-printable never gives "=_", so no text can hold it.
BOUNDARY = "=_part"


class UnsafeEnvelope(Exception):
    """A name or address that must not be put into a header; the text says which and what to do."""


class Kind(StrEnum):
    """The two mails there are."""

    INVITATION = "invitation"
    REMINDER = "reminder"


@dataclass(frozen=True)
class Letterhead:
    """What all letters of one practice, survey version and language share."""

    templates: Path
    base_url: str
    mail_from: str
    practice_name: str
    slug: str
    phone: str
    label: str
    language: str
    questions: int
    seconds: int
    reply_to: str = ""
    #: Whether somebody may ask to be contacted, and the numbers to call in need with their words.
    contact: bool = False
    lines: tuple[tuple[str, str], ...] = ()
    #: One line on what the practice has done, or nothing.
    news: str = ""

    def __post_init__(self) -> None:
        if is_unsafe_name(self.practice_name):
            raise UnsafeEnvelope(
                "The practice's name holds “=?” or an invisible character; correct it before mail is sent."
            )
        if self.reply_to and not is_address(self.reply_to):
            raise UnsafeEnvelope("The mailbox for replies (mail_reply_to) is not one plain mail address.")

    @property
    def domain(self) -> str:
        return self.mail_from.rpartition("@")[2]


def invitation_letter(
    head: Letterhead,
    *,
    to: str,
    token: str,
    signed_stop: str,
    message_id: str,
    expires: date,
    now: datetime,
    kind: Kind = Kind.INVITATION,
) -> EmailMessage:
    """A whole mail. ``message_id`` is the part before the @; raises UnsafeEnvelope for a bad recipient."""
    if not is_address(to):
        raise UnsafeEnvelope("The recipient is not one plain mail address.")
    base = head.base_url.rstrip("/")
    stop = f"{base}/stop/{head.language}/{signed_stop}"
    words: dict[str, object] = {
        "practice": head.practice_name,
        "phone": head.phone,
        "language": head.language,
        "questions": head.questions,
        "seconds": head.seconds,
        "link": f"{base}/s/{head.slug}/{head.label}/{head.language}#{token}",
        "kept": f"{base}/s/{head.slug}/kept/{head.language}",
        "stop": stop,
        "contact": f"{base}/contact/{head.slug}/{head.language}" if head.contact else "",
        "lines": head.lines,
        "news": head.news,
        "code": token,
        "expires": format_date(expires, "long", locale=_letter_language(head).replace("-", "_")),
    }
    subject, plain, html = _render(head, kind, words)
    message = EmailMessage(policy=policy.SMTP)
    _set_headers(message, head, to=to, subject=subject, stop=stop, message_id=message_id, now=now)
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(BOUNDARY)
    message.policy = POLICY  # only now: the lines of the body stay short
    return message


def _set_headers(
    message: EmailMessage,
    head: Letterhead,
    *,
    to: str,
    subject: str,
    stop: str,
    message_id: str,
    now: datetime,
) -> None:
    message["From"] = Address(display_name=head.practice_name, addr_spec=head.mail_from)
    message["To"] = to
    if head.reply_to:
        message["Reply-To"] = Address(addr_spec=head.reply_to)
    message["Subject"] = subject
    message["Date"] = format_datetime(half_day(now))
    message["Message-ID"] = f"<{message_id}@{head.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def half_day(now: datetime) -> datetime:
    """Midnight or noon: one date for the whole batch, and never so old that spam filters mind."""
    instant = now.astimezone(UTC)
    return instant.replace(hour=12 if instant.hour >= 12 else 0, minute=0, second=0, microsecond=0)


def _render(head: Letterhead, kind: Kind, words: dict[str, object]) -> tuple[str, str, str]:
    environment = _environment(head.templates)
    folder = _letter_language(head)
    subject = environment.get_template(f"{folder}/{kind}.subject").render(words).strip()
    plain = environment.get_template(f"{folder}/{kind}.txt").render(words).strip() + "\n"
    html = environment.get_template(f"{folder}/{kind}.html").render(words, subject=subject)
    return subject, plain, html


def render_plain(templates: Path, language: str, name: str, words: dict[str, object]) -> tuple[str, str]:
    """Subject and text of a letter to the practice itself, in a language that letters are written in."""
    folder = language if language in written_languages(templates) else FALLBACK_LANGUAGE
    subject, plain = (
        _environment(templates).get_template(f"{folder}/{name}.{end}").render(words).strip()
        for end in ("subject", "txt")
    )
    return subject, plain + "\n"


def _letter_language(head: Letterhead) -> str:
    """A survey may speak a language that no letter is written in yet; then the letter is in English."""
    return head.language if head.language in written_languages(head.templates) else FALLBACK_LANGUAGE


@lru_cache(maxsize=8)
def written_languages(templates: Path) -> frozenset[str]:
    """Languages that letters are written in."""
    return frozenset(path.parent.name for path in (templates / "email").glob("*/invitation.txt"))


@lru_cache(maxsize=8)
def _environment(templates: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
