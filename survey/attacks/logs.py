"""LA-16: read every log of a whole week: application, web server, worker, mail, all as talkative as they get.

A code, a tag or an address in a log links a person; a line per answer, or the moment of one, tells when
somebody answered. The web server is the one that ``afterword serve`` runs; mails go over SMTP.
"""

from __future__ import annotations

import io
import logging
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House
from survey.attacks.mails import CODE
from survey.attacks.serving import served
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import reading
from survey.demo.sink import Sink, listening
from survey.invitations.mailer import SmtpMailer
from survey.invitations.model import Invitation
from survey.responses.model import Pool, Spent
from survey.web import headers, masking, patient

PEOPLE = 8
SENT, REMINDED, FLUSHED = date(2026, 3, 3), date(2026, 3, 7), date(2026, 3, 9)


def everything_written_down(house: House) -> Finding:
    """A week with every logger at its most talkative; then look for what must not be there."""
    addresses = [f"person{number}@example.org" for number in range(PEOPLE)]
    with written_down() as book:
        codes = _send_mails(house, addresses)
        quiet = len(book.getvalue().splitlines())
        with served(house.app) as base:
            _look(base, codes)
            before = book.getvalue()
            for code in codes[: PEOPLE - 2]:
                _post(base, {"item.overall": "good", "box.to_change": "Warmer rooms.", "token": code})
            lines = len(book.getvalue().splitlines()) - len(before.splitlines())
            _post(base, {"item.overall": "good", "token": codes[0][:-1] + "!"})
            _post(base, {"token": codes[0]})
        secrets = [*codes, *addresses, *_tags(house)]
        with _relayed(house) as (_, mailer):
            house.live_until(REMINDED, 3, 10, mailer=mailer)
            house.live_until(FLUSHED, 3, mailer=mailer)
        text = book.getvalue()
    found = sum(1 for secret in secrets if secret.lower() in text.lower())
    score = (
        f"{found} of {len(secrets)} codes, tags and addresses and {lines} lines for {PEOPLE - 2} answers "
        f"in {len(text.splitlines())} lines"
    )
    return Finding(won=found > 0 or lines > 0 or quiet == 0, score=score)


@contextmanager
def written_down() -> Iterator[io.StringIO]:
    """All that any library logs or prints, from the lowest level on."""
    book, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(book), root.level
    loggers = [logging.getLogger(name) for name in ("survey", masking.QUEUE, *masking.LOGGERS)]
    levels = [each.level for each in loggers]
    root.addHandler(handler)
    for each in (root, *loggers):
        each.setLevel(logging.DEBUG)
    try:
        with redirect_stderr(book), redirect_stdout(book):
            logging.getLogger("survey").debug("the book is open")
            yield book
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


@contextmanager
def _relayed(house: House) -> Iterator[tuple[Sink, SmtpMailer]]:
    """A relay on this machine and the mailer that speaks to it."""
    with listening() as sink:
        settings = house.runtime.settings
        mailer = SmtpMailer(replace(settings, mail="smtp", smtp_tls="none", smtp_port=sink.port))
        try:
            yield sink, mailer
        finally:
            mailer.close()


def _send_mails(house: House, addresses: Sequence[str]) -> list[str]:
    """Invite everybody over SMTP; the codes that are in their mails."""
    house.invite(*((address, "en") for address in addresses))
    with _relayed(house) as (sink, mailer):
        house.live_until(SENT, 3, 10, mailer=mailer)
        mails = [message_from_bytes(mail, EmailMessage, policy=policy.default) for mail in sink.mails]
    texts = [part.get_content() for mail in mails if (part := mail.get_body(("plain",))) is not None]
    return [found.group(1) for text in texts if (found := CODE.search(text))]


def _tags(house: House) -> list[str]:
    """Everything in the database that stands for a person or a link, as it could be written in a log."""
    with reading(house.runtime.engine, house.practice.id) as db:
        values = [*db.scalars(select(Spent.tag)), *db.scalars(select(Pool.id))]
        values += [*db.scalars(select(Invitation.id)), *db.scalars(select(Invitation.contact_tag))]
    return [bytes(value).hex() for value in values]


def _look(base: str, codes: Sequence[str]) -> None:
    """Open links as mail programs do, whole and broken."""
    for path in (PAGE, f"{PAGE}%23{codes[0]}", f"{PAGE}/%23{codes[1]}", f"/s/x/y/en%23{codes[2]}"):
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(base + path, timeout=10).close()  # noqa: S310 — our own server


def _post(base: str, fields: dict[str, str]) -> None:
    with suppress(urllib.error.HTTPError):
        data = urllib.parse.urlencode(fields).encode("ascii")
        urllib.request.urlopen(base + PAGE, data, timeout=10).close()  # noqa: S310 — our own server


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def a_line_for_each_answer() -> Iterator[None]:
    """What every other program does: note that something came in."""
    keep = patient.keep

    def noting(*given: Any) -> None:
        keep(*given)
        logging.getLogger("survey.web.patient").info("an answer was taken")

    with swapped((patient, "keep", noting)):
        yield


@contextmanager
def a_request_log() -> Iterator[None]:
    """A log of requests that nobody masks: mail programs that break links put the code into their address."""
    add, request = headers._add, original(headers, "request")

    def logging_too(response: Any) -> Any:
        logging.getLogger("requests").info("%s %s", request.method, request.path)
        return add(response)

    with swapped((headers, "_add", logging_too)):
        yield


TRIAL = Trial(
    attack="LA-16",
    title="Logs",
    expected="0 codes, tags, addresses; 0 lines for answers",
    carry_out=everything_written_down,
    variants=(
        Variant("a line for each answer", a_line_for_each_answer),
        Variant("a log of requests", a_request_log),
    ),
)


@attack
def logs(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
