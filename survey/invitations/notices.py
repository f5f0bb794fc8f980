"""What mail servers write back: a mail was not delivered (RFC 3464), or was reported as spam (RFC 5965).

Pure. Of such a letter only two things are looked at: what happened, and the Message-ID of ours that it is
about. Addresses and texts in it are never read, so a forged letter can name nobody: only who got the mail
knows its id.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

LONGEST = 1024 * 1024
OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
#: RFC 3463: the address is wrong, or its mailbox is closed for good. A full box and refused words are not.
BAD_ADDRESS = re.compile(r"5\.(?:1\.\d{1,3}|2\.1)\b")


class Happening(StrEnum):
    """What a notice says. ``failed``: not delivered, though the address may be right."""

    BAD_ADDRESS = "bad address"
    FAILED = "failed"
    DELAYED = "delayed"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Notice:
    """``message_id`` is the part before the @."""

    happening: Happening
    message_id: str


def read_notice(content: bytes) -> Notice | None:
    """The notice in a letter, or None where it is none, or is about no mail of ours. Never raises."""
    if len(content) > LONGEST:
        return None
    try:
        letter = email.message_from_bytes(content)
        parts = list(letter.walk())
    except (RecursionError, ValueError, LookupError, AssertionError):  # nested without end, broken headers
        return None
    happening = _happening(letter, parts)
    ours = next(_our_ids(parts), None)
    return None if happening is None or ours is None else Notice(happening, ours)


def _happening(letter: Message, parts: list[Message]) -> Happening | None:
    if letter.get_content_type() != "multipart/report":
        return None
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            return _complaint(part)
        if part.get_content_type() == "message/delivery-status":
            return _delivery(part)
    return None


def _complaint(part: Message) -> Happening | None:
    kinds = [str(block.get("Feedback-Type", "")).strip().lower() for block in _blocks(part)]
    return Happening.COMPLAINT if {"abuse", "fraud"} & set(kinds) else None


def _delivery(part: Message) -> Happening | None:
    """Our mails have one recipient, so the first block that says how it went says it all."""
    for block in _blocks(part):
        action, status = (str(block.get(name, "")).strip().lower() for name in ("Action", "Status"))
        if action == "delayed":
            return Happening.DELAYED
        if action == "failed":
            return Happening.BAD_ADDRESS if BAD_ADDRESS.match(status) else Happening.FAILED
    return None


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _our_ids(parts: list[Message]) -> Iterator[str]:
    """Message-IDs of the letter that is sent back, whole or as its headers; not of the notice itself."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            yield from (
                found for block in _blocks(part) for found in _id_of(str(block.get("Message-ID", "")))
            )
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                yield from _id_of(str(email.message_from_bytes(headers).get("Message-ID", "")))


def _id_of(value: str) -> list[str]:
    found = OUR_ID.fullmatch(value.strip())
    return [found.group(1)] if found else []
