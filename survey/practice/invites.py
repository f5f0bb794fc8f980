"""Signed links with which a member of staff sets a password. Touches no database.

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


@dataclass(frozen=True)
class Kind:
    """What a link is for: each kind is signed for its own purpose, so that none passes for another."""

    purpose: str
    life: timedelta
    #: What the audit log says when a password was chosen with it: action and subject.
    noted: tuple[str, str]


#: From an owner, or from whoever runs the server.
INVITATION = Kind(PURPOSE, LIFE, ("set a password", "invitation"))
#: Asked for on the sign-in page, sent to the account's own address.
FORGOTTEN = Kind("afterword staff forgotten 1", timedelta(minutes=60), ("chose password by link", ""))


class BadInvite(Exception):
    """A link that is forged, damaged, used or too old; the owner can send a new one."""

    def __init__(self) -> None:
        super().__init__("the invitation to sign in is not valid any more; ask for a new one")


@dataclass(frozen=True)
class Invite:
    """What a genuine link says."""

    practice_id: int
    staff_id: int
    binding: str


def make_invite(secret_key: str, staff: Staff, *, now: datetime, kind: Kind = INVITATION) -> str:
    """The signed part of the link, good for the time of its kind and one use."""
    until = int((now + kind.life).timestamp())
    return _serializer(secret_key, kind).dumps([staff.practice_id, staff.id, binding(staff), until])


def read_invite(secret_key: str, signed: str, *, now: datetime, kind: Kind = INVITATION) -> Invite:
    """Raises BadInvite for a forged or expired one, or one of another kind. Whether it was used only the
    account can tell."""
    try:
        practice_id, staff_id, bound, until = _serializer(secret_key, kind).loads(signed)
    except (BadData, ValueError, TypeError):
        raise BadInvite from None
    if now >= datetime.fromtimestamp(until, UTC):
        raise BadInvite
    return Invite(practice_id=practice_id, staff_id=staff_id, binding=bound)


def binding(staff: Staff) -> str:
    """Changes with the address, with every new password, and when earlier links are voided."""
    content = f"{staff.email}|{staff.password_hash}|{staff.links}".encode()
    return hashlib.sha256(content).hexdigest()[:32]


def _serializer(secret_key: str, kind: Kind) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=kind.purpose, signer_kwargs={"digest_method": hashlib.sha256})
