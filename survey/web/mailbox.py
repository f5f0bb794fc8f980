"""The demo mailbox: mails that the folder mailer wrote, to look at. Exists in demo mode only.

Never part of a real installation: here everybody can read everybody's mail, and so every link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from flask import Blueprint, abort, render_template, request
from flask_babel import format_date

from survey.web.doors import public
from survey.web.installation import runtime

blueprint = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox")

PAGE = 40
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Letter:
    """What the list shows of one mail."""

    name: str
    to: str
    subject: str
    date: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a mail's text; ``link`` is its address where it leads into this installation."""

    text: str
    link: str | None = None


@blueprint.get("/")
@public
def letters() -> str:
    """All mails, newest first, forty on a page."""
    names = _names()
    page = request.args.get("page", default=1, type=int)
    first = max(page - 1, 0) * PAGE
    return render_template(
        "staff/mailbox.html",
        letters=[_letter(name) for name in names[first : first + PAGE]],
        total=len(names),
        page=page,
        more=first + PAGE < len(names),
    )


@blueprint.get("/<name>")
@public
def letter(name: str) -> str:
    """One mail: its headers, its text, its links to click on."""
    if name not in _names():
        abort(404)
    mail = _read(name)
    body = mail.get_body(preferencelist=("plain",))
    text = "" if body is None else cast(str, body.get_content())
    return render_template(
        "staff/letter.html",
        headers=[(key, str(value)) for key, value in mail.items()],
        subject=str(mail["Subject"] or ""),
        pieces=list(pieces(text, runtime().settings.base_url)),
    )


def pieces(text: str, base_url: str) -> Iterator[Piece]:
    """The text cut at its web addresses; only addresses of this installation become links."""
    end = 0
    for found in ADDRESS.finditer(text):
        address = found.group().rstrip(".,;:)")
        yield Piece(text[end : found.start()])
        yield Piece(address, link=address if address.startswith(base_url.rstrip("/") + "/") else None)
        end = found.start() + len(address)
    yield Piece(text[end:])


def _folder() -> Path:
    return runtime().settings.mailbox


def _names() -> list[str]:
    """File names without their ending, newest (highest number) first."""
    return sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)


def _letter(name: str) -> Letter:
    mail = _read(name)
    return Letter(name=name, to=str(mail["To"] or ""), subject=str(mail["Subject"] or ""), date=_day(mail))


def _day(mail: EmailMessage) -> str:
    """The day of a mail in the reader's form; empty where the header does not say."""
    written = getattr(mail["Date"], "datetime", None)
    return "" if written is None else format_date(written.date(), "medium")


def _read(name: str) -> EmailMessage:
    content = (_folder() / f"{name}.eml").read_bytes()
    return message_from_bytes(content, policy=policy.default)
