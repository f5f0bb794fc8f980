"""What mail services report over the web: who may report, and what happened to which mail. Pure.

Three forms: our own, Mailgun's and Postmark's. Nothing of a report is believed before its proof is checked.
An address in it is used once to find its tag; no exception and no text of ours repeats any of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from survey.invitations.notices import BAD_ADDRESS, Happening

#: How far the time of a report may lie from ours.
WINDOW = timedelta(minutes=5)
MOST_EVENTS = 500
TIMESTAMP, SIGNATURE = "Afterword-Timestamp", "Afterword-Signature"
#: The name before the password, for services that prove themselves with a password.
USER = "afterword"
OUR_ID = re.compile(r"<?([0-9a-f]{32})@[^<>\s]{1,255}>?")
#: Without an enhanced code: replies that say that there is no such mailbox (RFC 5321, 4.2.3).
NO_MAILBOX = frozenset({550, 551, 553})


class Form(StrEnum):
    """How a service writes its reports."""

    OWN = "own"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"


class Forged(Exception):
    """The proof is missing, wrong, or of another time. One text for all of these."""

    def __init__(self) -> None:
        super().__init__("the report does not prove where it comes from")


class Unreadable(Exception):
    """The report is of no form that we know; the text names the key and what to write."""


@dataclass(frozen=True)
class Report:
    """What happened to one mail. ``message_id`` is the part before the @; else ``address`` is given."""

    happening: Happening
    message_id: str = ""
    address: str = field(default="", repr=False)


def check(form: Form, secret: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Raises Forged unless the report proves that its sender knows the secret."""
    {Form.OWN: _check_own, Form.MAILGUN: _check_mailgun, Form.POSTMARK: _check_postmark}[form](
        secret, headers, body, now
    )


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The proof of our own form: HMAC-SHA256 over ``timestamp.body``, in hexadecimal."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def read(form: Form, body: bytes) -> list[Report]:
    """What is reported, without events that are none of bounce, delay, complaint. Raises Unreadable."""
    content = _json(body)
    readers: dict[Form, Callable[[dict[str, Any]], list[Report]]] = {
        Form.OWN: _read_own,
        Form.MAILGUN: _read_mailgun,
        Form.POSTMARK: _read_postmark,
    }
    return readers[form](content)


def _check_own(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    timestamp = headers.get(TIMESTAMP, "")
    _require(timestamp, headers.get(SIGNATURE, ""), sign(secret, timestamp, body), now)


def _check_mailgun(secret: bytes, _headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Their proof covers time and a random token, not the text; so HTTPS has to keep it from others."""
    try:
        proof = _part(_json(body), "signature")
    except Unreadable:
        raise Forged from None
    timestamp, token = _text(proof, "timestamp"), _text(proof, "token")
    expected = hmac.new(secret, (timestamp + token).encode(), hashlib.sha256).hexdigest()
    _require(timestamp, _text(proof, "signature"), expected, now)


def _check_postmark(secret: bytes, headers: Mapping[str, str], _body: bytes, _now: datetime) -> None:
    """Name and password, and no time: what is replayed changes nothing that is not so already."""
    kind, _, given = headers.get("Authorization", "").partition(" ")
    try:
        name, _, password = base64.b64decode(given, validate=True).partition(b":")
    except (ValueError, binascii.Error):
        raise Forged from None
    right = hmac.compare_digest(name, USER.encode()) & hmac.compare_digest(password, secret)
    if kind.lower() != "basic" or not right:
        raise Forged


def _require(timestamp: str, given: str, expected: str, now: datetime) -> None:
    """Raises Forged for a wrong proof, or for one of another time."""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Forged
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Forged
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise Forged


def _read_own(content: dict[str, Any]) -> list[Report]:
    events = content.get("events")
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Unreadable(f"events: write a list of at most {MOST_EVENTS}")
    return [_own_event(event, number) for number, event in enumerate(events, start=1)]


def _own_event(event: object, number: int) -> Report:
    here = f"events, number {number}"
    if not isinstance(event, dict):
        raise Unreadable(f"{here}: write an object")
    known = {each.name.lower(): each for each in Happening}
    happening = known.get(_text(event, "what"))
    if happening is None:
        raise Unreadable(f"{here}, what: write one of {', '.join(known)}")
    ours, address = OUR_ID.fullmatch(_text(event, "message_id").strip()), _text(event, "address")
    if ours is None and not address:
        raise Unreadable(f"{here}: write message_id as it stands in the mail, or address")
    return Report(happening, ours.group(1)) if ours else Report(happening, address=address)


def _read_mailgun(content: dict[str, Any]) -> list[Report]:
    event = _part(content, "event-data")
    kind, lasting = _text(event, "event"), _text(event, "severity") == "permanent"
    ours = OUR_ID.fullmatch(_text(_part(_part(event, "message"), "headers"), "message-id").strip())
    if ours is None or kind not in {"failed", "complained"}:
        return []
    if kind == "complained":
        return [Report(Happening.COMPLAINT, ours.group(1))]
    return [
        Report(_failure(_part(event, "delivery-status")) if lasting else Happening.DELAYED, ours.group(1))
    ]


def _failure(status: dict[str, Any]) -> Happening:
    """Whether the address is wrong, or the mail was not wanted."""
    enhanced, code = _text(status, "enhanced-code"), status.get("code")
    bad = bool(BAD_ADDRESS.match(enhanced)) if enhanced else isinstance(code, int) and code in NO_MAILBOX
    return Happening.BAD_ADDRESS if bad else Happening.FAILED


def _read_postmark(content: dict[str, Any]) -> list[Report]:
    """Postmark gives mails an id of its own, so the mail is found by its address."""
    kinds = {
        "HardBounce": Happening.BAD_ADDRESS,
        "BadEmailAddress": Happening.BAD_ADDRESS,
        "SoftBounce": Happening.DELAYED,
        "Transient": Happening.DELAYED,
        "Blocked": Happening.FAILED,
        "SpamNotification": Happening.FAILED,
        "SpamComplaint": Happening.COMPLAINT,
    }
    record = _text(content, "RecordType")
    kind = record if record == "SpamComplaint" else _text(content, "Type") if record == "Bounce" else ""
    address = _text(content, "Email")
    return [Report(kinds[kind], address=address)] if kind in kinds and address else []


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, numbers without end, nested without end
        raise Unreadable("write one JSON object in UTF-8") from None
    if not isinstance(content, dict):
        raise Unreadable("write one JSON object in UTF-8")
    return content


def _part(content: dict[str, Any], key: str) -> dict[str, Any]:
    """The object below a key; an empty one where there is none."""
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def _text(content: dict[str, Any], key: str) -> str:
    """The text below a key; empty where there is none, or something else than text."""
    found = content.get(key)
    return found if isinstance(found, str) else ""
