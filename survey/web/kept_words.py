"""What was typed into a staff form whose sign-in had ended: it comes back after the same person signed in.

It travels sealed in the page that asks to sign in, and is kept nowhere on the server. Never passwords and
codes, never files, never what another site sent, and nobody else's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, render_template, request

from survey.keys import typed_words
from survey.keys.sealing import BoxUnreadable
from survey.practice.signing_in import LONGEST

#: The hidden field in which it travels.
FIELD = "kept"
#: Names of fields that nobody may find in a page again; a form that has one is not kept at all.
SECRETS = frozenset({"password", "present", "again", "code"})
#: Characters of all fields together; the sealed field must still fit into one form.
MOST = 100_000
#: Bytes of a form that are read at all: every character of ``MOST`` written as up to three escaped bytes.
MOST_BYTES = 9 * MOST
#: Only our own staff pages, so that nothing sends somebody elsewhere after the sign-in.
OWN_PAGE = re.compile(r"/staff/[A-Za-z0-9/_.-]*")


@dataclass(frozen=True)
class KeptWords:
    """A form that was sent too late: where to, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[str]:
        """What a person wrote, to be read before it is sent: every field of more than one word."""
        return [value for _name, value in self.fields if len(value.split()) > 1]


def as_sent() -> KeptWords | None:
    """The form that was just sent; None where it may not be kept. Long bodies and files are not read."""
    length = request.content_length
    if request.mimetype != "application/x-www-form-urlencoded" or length is None or length > MOST_BYTES:
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not fields or not _is_from_here():
        return None
    if SECRETS & {name for name, _ in fields} or sum(len(value) for _, value in fields) > MOST:
        return None
    return KeptWords(request.path, tuple(fields))


def seal(whose: tuple[int, int] | None, *, now: datetime) -> str:
    """The form that was just sent, for its page to carry; empty where it may not be kept."""
    if whose is None:  # a stranger's body is not read
        return ""
    sent = as_sent()
    if sent is None:
        return ""
    content = {"until": (now + LONGEST).timestamp(), "path": sent.path, "fields": sent.fields}
    key = str(current_app.config["SECRET_KEY"])
    return typed_words.seal(key, json.dumps(content).encode("utf-8"), whose=_account(whose))


def found(sealed: str, whose: tuple[int, int], *, now: datetime) -> KeptWords | None:
    """What this account had sent too late; None for anything else."""
    try:
        key = str(current_app.config["SECRET_KEY"])
        content = json.loads(typed_words.unseal(key, sealed, whose=_account(whose)))
    except BoxUnreadable:
        return None
    if content["until"] < now.timestamp() or not OWN_PAGE.fullmatch(content["path"]):
        return None
    return KeptWords(content["path"], tuple((name, value) for name, value in content["fields"]))


def again(kept: KeptWords) -> str:
    """The page that shows what was written and sends it, once more and by a person, with a new form token."""
    return render_template("staff/send_again.html", kept=kept)


def _account(whose: tuple[int, int]) -> str:
    return f"{whose[0]}|{whose[1]}"


def _is_from_here() -> bool:
    """Whether a page of ours sent the form. The form token cannot tell: it went with the sign-in."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.host
