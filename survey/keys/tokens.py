"""The token in a patient's link: made by the mailer, read by the web, stored nowhere.

42 raw bytes ``week(2) | cell(8) | nonce(16) | mac(16)``, 56 characters of base64url. No time, id or address
is inside. It stands among the keys because both sides of the wall need its form and neither may import
the other.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass

from survey.keys import issue
from survey.keys.files import KeyFiles

LENGTH = 56
BODY = struct.Struct(">HQ16s")


class BadToken(Exception):
    """Not a link of ours: wrong form, or changed on the way."""


class ExpiredToken(Exception):
    """A link whose week is over; nothing about it can be known any more."""


@dataclass(frozen=True)
class Token:
    """What a link says: its week, its cell, and a nonce that means nothing once the keys are gone.

    ``tag``: what is kept when the link is used.
    """

    week: int
    cell_id: int
    nonce: bytes
    tag: bytes


def token_maker(files: KeyFiles, week: int) -> Callable[[int, bytes], str]:
    """A function that gives the 56 characters for a cell and an invitation of the week."""
    nonce, mac = issue.nonce_maker(files, week), issue.mac_maker(files, week)

    def make(cell_id: int, invitation_id: bytes) -> str:
        body = BODY.pack(week, cell_id, nonce(invitation_id))
        return base64.urlsafe_b64encode(body + mac(body)).decode("ascii")

    return make


def make_token(files: KeyFiles, week: int, cell_id: int, invitation_id: bytes) -> str:
    """One token, the same each time it is made; for many, make a ``token_maker`` once."""
    return token_maker(files, week)(cell_id, invitation_id)


def read_token(files: KeyFiles, text: str) -> Token:
    """Raises BadToken, or ExpiredToken where the week's keys are gone."""
    if len(text) != LENGTH or not text.isascii():
        raise BadToken("a code has 56 characters")
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken("a code has letters, digits, - and _ only") from None
    body, mac = raw[: BODY.size], raw[BODY.size :]
    week, cell_id, nonce = BODY.unpack(body)
    try:
        expected, tag = issue.proof_and_tag(files, week, body, nonce)
    except issue.NoIssueKey:
        raise ExpiredToken("this link's week is over") from None
    if not hmac.compare_digest(mac, expected):
        raise BadToken("the code was changed on the way")
    return Token(week=week, cell_id=cell_id, nonce=nonce, tag=tag)
