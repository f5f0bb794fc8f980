"""What shows of a letter before it is opened, and whether any of it tells too much.

Pure. The outside of a mail is its sender, its subject and the first lines that a mailbox shows beside them;
the title of its HTML part is looked at, too. A letter as the product writes it must be neutral down to its
last line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from survey.practice.neutrality import Telling, telling

#: As many characters as the longest preview of the common mail programs.
PREVIEW = 200
LINK = re.compile(r"https?://\S+")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class EnvelopeFault:
    """Which part of a letter shows too much, and by which word."""

    part: str
    telling: Telling

    def __str__(self) -> str:
        return f"{self.part}: {self.telling}"


def letter_faults(message: EmailMessage, *, people: Sequence[str] = ()) -> tuple[EnvelopeFault, ...]:
    """Everything that would show before the letter is opened. ``people`` are the names of clinicians."""
    found = [
        EnvelopeFault(part, one)
        for part, text in outside(message)
        for one in telling(LINK.sub(" ", text), people=people)
    ]
    return tuple(found)


def whole_letter_faults(message: EmailMessage) -> tuple[EnvelopeFault, ...]:
    """The same for every line of a letter that the product writes; links count with their words, too."""
    inside = [("text", plain_of(message)), ("HTML", html_of(message))]
    return letter_faults(message) + tuple(
        EnvelopeFault(part, one) for part, text in inside for one in telling(_without_codes(text))
    )


def outside(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Name of a part and its words, as a mailbox shows them."""
    name, address = parseaddr(str(message["From"] or ""))
    yield "sender's name", name
    yield "sender's address", address
    yield "subject", str(message["Subject"] or "")
    yield "first lines", " ".join(plain_of(message).split())[:PREVIEW]
    title = TITLE.search(html_of(message))
    yield "title", title.group(1) if title else ""


def plain_of(message: EmailMessage) -> str:
    """The text part, or nothing."""
    return _part(message, "plain")


def html_of(message: EmailMessage) -> str:
    """The HTML part, or nothing."""
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return "" if part is None else str(part.get_content())
    except (LookupError, ValueError):  # an encoding that does not exist, or bytes that do not fit it
        return ""


def _without_codes(text: str) -> str:
    """Without what was drawn at random: in it, any word may stand."""
    return re.sub(r"[A-Za-z0-9_-]{40,}", " ", text)
