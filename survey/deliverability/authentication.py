"""What a mailbox wrote on a mail about who sent it: the header Authentication-Results (RFC 8601). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage

COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
RESULT = re.compile(r"\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
PROPERTY = re.compile(r"\b(smtp|header)\.([a-z]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
MOST_CHARACTERS = 10_000


@dataclass(frozen=True)
class Judgement:
    """One method's result, such as ``dkim`` and ``pass``, with the domain that it is about."""

    method: str
    result: str
    domain: str

    @property
    def passed(self) -> bool:
        return self.result == "pass"


@dataclass(frozen=True)
class Authentication:
    """What the mailbox that took the mail says. ``server`` is the name it gives itself, or empty."""

    server: str
    judgements: tuple[Judgement, ...]

    def of(self, method: str) -> tuple[Judgement, ...]:
        return tuple(one for one in self.judgements if one.method == method)


def read(message: EmailMessage) -> Authentication | None:
    """The judgements of the last server. Only its own headers count: those below may come from anybody."""
    headers = [_plain(str(value)) for value in message.get_all("Authentication-Results", [])]
    if not headers:
        return None
    server = _server(headers[0])
    pieces = [piece for text in headers if _server(text) == server for piece in text.split(";")]
    return Authentication(server, tuple(one for piece in pieces if (one := _judgement(piece))))


def _plain(value: str) -> str:
    """Without comments, which may be nested."""
    text = " ".join(value[:MOST_CHARACTERS].split())
    while (shorter := COMMENT.sub(" ", text)) != text:
        text = shorter
    return text


def _server(text: str) -> str:
    """The name at the beginning; some mailboxes give none and begin with a judgement."""
    words = text.split(";", maxsplit=1)[0].split()
    return words[0].lower() if words and "=" not in words[0] else ""


def _judgement(piece: str) -> Judgement | None:
    match = RESULT.match(piece)
    if match is None:
        return None
    properties = {f"{kind}.{name}".lower(): value for kind, name, value in PROPERTY.findall(piece)}
    wanted = {
        "spf": ("smtp.mailfrom", "smtp.helo"),
        "dkim": ("header.d", "header.i"),
        "dmarc": ("header.from",),
    }.get(match.group(1).lower(), ())
    domain = next((properties[name] for name in wanted if name in properties), "")
    return Judgement(match.group(1).lower(), match.group(2).lower(), domain.rpartition("@")[2].lower())
