"""Signed links with which a new member of staff sets a password. Touches no database.

A link is bound to one account, its address and its present password, so that it dies as soon as it is used
or the account changes. It never opens a session by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from survey.practice.model import Staff

LIFE = timedelta(hours=48)
PURPOSE = "afterword staff invite 1"


class BadInvite(Exception):
    """A link that is forged, damaged, used or older than 48 hours; the owner can send a new one."""

    def __init__(self) -> None:
        super().__init__("the invitation to sign in is not valid any more; ask for a new one")


@dataclass(frozen=True)
class Invite:
    """What a genuine link says."""

    practice_id: int
    staff_id: int
    binding: str


def make_invite(secret_key: str, staff: Staff, *, now: datetime) -> str:
    """The signed part of the link, good for 48 hours and one use."""
    until = int((now + LIFE).timestamp())
    return _serializer(secret_key).dumps([staff.practice_id, staff.id, binding(staff), until])


def read_invite(secret_key: str, signed: str, *, now: datetime) -> Invite:
    """Raises BadInvite for a forged or expired one. Whether it was used only the account can tell."""
    try:
        practice_id, staff_id, bound, until = _serializer(secret_key).loads(signed)
    except (BadData, ValueError, TypeError):
        raise BadInvite from None
    if now >= datetime.fromtimestamp(until, UTC):
        raise BadInvite
    return Invite(practice_id=practice_id, staff_id=staff_id, binding=bound)


def binding(staff: Staff) -> str:
    """Changes with the address, with every new password, and when earlier links are voided."""
    content = f"{staff.email}|{staff.password_hash}|{staff.links}".encode()
    return hashlib.sha256(content).hexdigest()[:32]


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
