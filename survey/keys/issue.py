"""Weekly issue keys: who got which link can be worked out only while they live.

Two halves. The mailer holds ``.nonce`` (which invitation gets which nonce) and the private key ``.sk``
that opens addresses; the web process needs ``.web`` (token check, spent tag) and ``.pk`` (seals).
All four die together, at most 23 days after the week's first mail.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from survey import clock
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.sealing import PLAIN_ADDRESS, PLAIN_REQUEST, new_pair, opener, seal

LINK_DAYS = 14
#: Days after the week's last day on which its links still work: 14 of link life, and 2 of late sending.
GRACE_DAYS = LINK_DAYS + 2
WEEKS_AHEAD = 5
HALVES = ("nonce", "sk", "pk", "web")


class NoIssueKey(KeyTrouble):
    """The week's keys are destroyed, or were never made: its links cannot be read any more."""


def last_day(week: int) -> date:
    """Last day on which a link of this week is taken; its keys go the day after."""
    return clock.week_sunday(week) + timedelta(days=GRACE_DAYS)


def ensure_week(files: KeyFiles, week: int, *, today: date) -> None:
    """Make the week's keys if they are not there. Raises KeyTrouble for a week too far ahead or too old."""
    this_week = clock.week_number(today)
    if week > this_week + WEEKS_AHEAD:
        raise KeyTrouble(
            f"{clock.week_label(week)} is more than {WEEKS_AHEAD} weeks ahead; is the clock right?"
        )
    if today > last_day(week):
        raise KeyTrouble(f"{clock.week_label(week)} is over; its keys are not made again")
    if files.exists(name(week, "web")):
        return
    private, public = new_pair()
    files.create(name(week, "nonce"), secrets.token_bytes(32))
    files.create(name(week, "sk"), private)
    if files.read(name(week, "sk"), 32) != private:  # another process was first: take its pair
        from nacl.public import PrivateKey

        public = bytes(PrivateKey(files.read(name(week, "sk"), 32)).public_key)
    files.create(name(week, "pk"), public)
    files.create(name(week, "web"), secrets.token_bytes(32))  # last: its presence means the set is whole


def nonce_maker(files: KeyFiles, week: int) -> Callable[[bytes], bytes]:
    """A function that gives the 16 bytes that stand for an invitation in its token; mailer only."""
    key = _read(files, week, "nonce")
    return lambda invitation_id: _digest(key, b"nonce", invitation_id)[:16]


def nonce(files: KeyFiles, week: int, invitation_id: bytes) -> bytes:
    """One nonce; for many, make a ``nonce_maker`` once."""
    return nonce_maker(files, week)(invitation_id)


def message_id_maker(files: KeyFiles, week: int) -> Callable[[bytes], str]:
    """A function that gives the local part of a mail's Message-ID, which is stored nowhere; mailer only."""
    key = _read(files, week, "nonce")
    return lambda name: _digest(key, b"mid", name)[:16].hex()


def message_id(files: KeyFiles, week: int, invitation_id: bytes) -> str:
    """One Message-ID, the same for a resend; for many, make a ``message_id_maker`` once."""
    return message_id_maker(files, week)(invitation_id)


def mac_maker(files: KeyFiles, week: int) -> Callable[[bytes], bytes]:
    """A function that gives the 16 bytes that prove a token is ours."""
    return _mac_maker(_read(files, week, "web"))


def spent_tag(files: KeyFiles, week: int, token_nonce: bytes) -> bytes:
    """16 bytes kept when a link is used; cannot be matched to a nonce once the key is gone."""
    return _spent_tag(_read(files, week, "web"), token_nonce)


def proof_and_tag(files: KeyFiles, week: int, body: bytes, token_nonce: bytes) -> tuple[bytes, bytes]:
    """Both for one token that came in, with the key read once."""
    key = _read(files, week, "web")
    return _mac_maker(key)(body), _spent_tag(key, token_nonce)


def seal_address(files: KeyFiles, week: int, address: str) -> bytes:
    """The address as a box of fixed length for this week's mailer."""
    return seal(address.encode("utf-8"), _read(files, week, "pk"), PLAIN_ADDRESS)


def seal_request(files: KeyFiles, week: int, content: bytes) -> bytes:
    """What a patient openly asks, as a box of fixed length for this week's mailer. Raises BoxTooSmall."""
    return seal(content, _read(files, week, "pk"), PLAIN_REQUEST)


def request_opener(files: KeyFiles, week: int) -> Callable[[bytes], bytes]:
    """A function that gives the content of a week's boxes; mailer only."""
    return opener(_read(files, week, "sk"))


def open_address(files: KeyFiles, week: int, box: bytes) -> str:
    """The address again; mailer only."""
    return address_opener(files, week)(box)


def address_opener(files: KeyFiles, week: int) -> Callable[[bytes], str]:
    """A function that gives the addresses of a week's boxes; raises BoxUnreadable for a foreign one."""
    open_box = opener(_read(files, week, "sk"))
    return lambda box: open_box(box).decode("utf-8")


def destroy_week(files: KeyFiles, week: int) -> None:
    """After this nobody can tell who got which link of the week, or read its addresses."""
    for half in ("web", "nonce", "sk", "pk"):
        files.destroy(name(week, half))


def weeks_held(files: KeyFiles) -> tuple[int, ...]:
    """Numbered weeks of which any key file exists."""
    weeks = set()
    for file in files.names("issue"):
        label = file.removeprefix("issue/").split(".")[0]
        weeks.add(clock.week_number(date.fromisoformat(f"{label}-1")))
    return tuple(sorted(weeks))


@lru_cache(maxsize=256)
def name(week: int, half: str) -> str:
    """The file of one half, in the key folder."""
    return f"issue/{clock.week_label(week)}.{half}"


def _read(files: KeyFiles, week: int, half: str) -> bytes:
    file = name(week, half)
    try:
        return files.read(file, 32)
    except KeyTrouble:
        if files.exists(file):
            raise
        raise NoIssueKey(f"no key for {clock.week_label(week)}") from None


def _mac_maker(web_key: bytes) -> Callable[[bytes], bytes]:
    key = _digest(web_key, b"mac")
    return lambda body: _digest(key, body)[:16]


def _spent_tag(web_key: bytes, token_nonce: bytes) -> bytes:
    return _digest(_digest(web_key, b"spent"), token_nonce)[:16]


def _digest(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"|".join(parts), "sha256")
