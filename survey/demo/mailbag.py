"""Read the demo mailbox as a patient would: open the newest mails, find the link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

LINK = re.compile(r"https?://\S+/s/\S+#\S+")
STOP = "List-Unsubscribe"


@dataclass(frozen=True)
class Letter:
    """One mail with a survey link."""

    to: str
    language: str
    path: str
    token: str
    link: str


def read_letter(content: bytes) -> Letter:
    """The survey link of a mail. Raises ValueError if there is none."""
    message = message_from_bytes(content, policy=policy.default)
    part = message.get_body(("plain",))
    found = LINK.search(part.get_content()) if part is not None else None
    if found is None:
        raise ValueError("the mail has no survey link")
    link = urlsplit(found.group())
    return Letter(
        to=str(message["To"]),
        language=link.path.rsplit("/", 1)[-1],
        path=link.path,
        token=link.fragment,
        link=found.group(),
    )


def to_patients(mails: Iterable[bytes]) -> list[Letter]:
    """The mails that ask a patient; the practice's own people get mails without a way to stop all of them.

    Raises ValueError where one to a patient has no survey link.
    """
    return [read_letter(mail) for mail in mails if STOP in message_from_bytes(mail, policy=policy.default)]


class Mailbag:
    """The mails that have come since the last look."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: set[str] = set()
        self.count = 0

    def new_letters(self) -> list[Letter]:
        paths = [path for path in sorted(self.folder.glob("*.eml")) if path.name not in self.seen]
        self.seen.update(path.name for path in paths)
        letters = to_patients(path.read_bytes() for path in paths)
        self.count += len(letters)
        return letters
