"""Reads a mail of ours as it lay in a mailbox, and says what happened to it on the way.

Pure. Repeats no address of a recipient and no code: only domains, names of servers and our own names.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import urlsplit

from survey.deliverability import authentication, dkim, unsubscribe
from survey.deliverability.authentication import Authentication
from survey.deliverability.verdict import Finding, Verdict, aligned
from survey.deliverability.verdict import say as _
from survey.invitations.envelope import html_of, letter_faults, plain_of
from survey.settings import Settings

GOOD, CARE, WRONG, UNSEEN = Verdict.GOOD, Verdict.CARE, Verdict.WRONG, Verdict.UNSEEN
HREF = re.compile(r"href\s*=\s*[\"']?\s*(https?://[^\s\"'>]+)", re.IGNORECASE)
LOADED = re.compile(r"<(?:img|script|iframe|link|object|embed)\b|\bsrc\s*=|url\(|@import", re.IGNORECASE)
PLAIN_LINK = re.compile(r"https?://[^\s<>\"]+")
STEP = re.compile(r"from (\S+)\b.*? by (\S+)", re.IGNORECASE)
ENCRYPTED = re.compile(
    r"\bwith\s+(?:utf8)?(?:esmtps|esmtpsa|lmtps|lmtpsa)\b|version=TLS|using TLS", re.IGNORECASE
)


class NoMail(ValueError):
    """The file holds no mail."""


def parse(content: bytes) -> EmailMessage:
    """A mail as it was saved from a mailbox. Raises NoMail."""
    message = email.message_from_bytes(content.lstrip(), policy=policy.default)
    if _sender(message) is None:
        raise NoMail(
            "This is no mail: it has no line From that can be read. Save it with all its headers "
            "(“show original”)."
        )
    return message


def _sender(message: EmailMessage) -> str | None:
    """The line From. The library's reader stumbles over some broken ones instead of saying so."""
    try:
        return None if message["From"] is None else str(message["From"])
    except (AttributeError, IndexError, ValueError):
        return None


def findings(message: EmailMessage, settings: Settings) -> Iterator[Finding]:
    """Everything that the mail tells, the most important first."""
    sender = parseaddr(str(message["From"]))[1].rpartition("@")[2].lower()
    ours = settings.mail_from.rpartition("@")[2].lower()
    if sender != ours:
        yield Finding(
            "Sender",
            WRONG,
            _(
                "The mail comes from %(sender)s, not from %(ours)s. Is it one of ours?",
                sender=sender,
                ours=ours,
            ),
        )
    said = authentication.read(message)
    if said is None:
        yield Finding(
            "Judgement",
            UNSEEN,
            _(
                "The mailbox wrote nothing on the mail about its sender (Authentication-Results). "
                "Send one to a mailbox at a large provider, and save it with all its headers."
            ),
        )
    else:
        yield from _judged(said, sender)
    yield from _signature(message, settings, sender)
    yield from unsubscribe.findings(message)
    yield from _wire(message, said.server if said else "")
    yield from _changed(message, settings)
    yield from _shown(message)


def _judged(said: Authentication, sender: str) -> Iterator[Finding]:
    mailbox = said.server or "The mailbox"
    for method, name in (("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC")):
        found = said.of(method)
        passed = [one for one in found if one.passed]
        fitting = [
            one for one in passed if aligned(one.domain, sender) or (method == "dmarc" and not one.domain)
        ]
        if fitting:
            yield Finding(
                name,
                GOOD,
                _(
                    "%(mailbox)s says: pass for %(domain)s.",
                    mailbox=mailbox,
                    domain=fitting[0].domain or sender,
                ),
            )
        elif passed:
            yield _of_another(name, mailbox=mailbox, other=passed[0].domain or "–", sender=sender)
        elif found:
            yield Finding(
                name,
                WRONG,
                _(
                    "%(mailbox)s says: %(result)s. See: afterword doctor --mail",
                    mailbox=mailbox,
                    result=found[0].result,
                ),
            )
        else:
            yield Finding(
                name, WRONG, _("%(mailbox)s found none. See: afterword doctor --mail", mailbox=mailbox)
            )


def _of_another(name: str, *, mailbox: str, other: str, sender: str) -> Finding:
    """It passed, but for a domain that is not ours."""
    values = {"mailbox": mailbox, "other": other, "sender": sender}
    if name == "DKIM":
        sign = _(
            "%(mailbox)s says: pass, but for another domain (%(other)s), not for %(sender)s. Let the relay "
            "sign in the name of %(sender)s.",
            **values,
        )
        return Finding(name, WRONG, sign)
    send = _(
        "%(mailbox)s says: pass, but for another domain (%(other)s), not for %(sender)s. Let the relay send "
        "in the name of %(sender)s.",
        **values,
    )
    return Finding(name, CARE, send)


def _signature(message: EmailMessage, settings: Settings, sender: str) -> Iterator[Finding]:
    ours = [str(one) for one in message.get_all("DKIM-Signature", [])]
    ours = [one for one in ours if aligned(dkim.tags(one).get("d", ""), sender)]
    if not ours:
        yield Finding(
            "Signature",
            WRONG,
            _("The relay did not sign the mail for %(sender)s. Switch DKIM on there.", sender=sender),
        )
        return
    selector = dkim.tags(ours[0]).get("s", "")
    if selector != settings.dkim_selector:
        yield Finding(
            "Signature",
            CARE,
            _(
                'It was signed with the key %(selector)s. Set dkim_selector = "%(selector)s".',
                selector=selector,
            ),
        )
    left_open = unsubscribe.unsigned("".join(ours[0].split()))
    if left_open:
        yield Finding(
            "Signature",
            WRONG,
            _(
                "The signature leaves open: %(names)s. Let the relay sign them, too.",
                names=", ".join(left_open),
            ),
        )
    elif "l" in dkim.tags(ours[0]):
        yield Finding(
            "Signature", CARE, _("The signature covers a part of the text only (l=). Switch that off.")
        )
    else:
        yield Finding("Signature", GOOD, _("It covers what it has to."))


def _wire(message: EmailMessage, server: str) -> Iterator[Finding]:
    step = _taken_over([" ".join(str(one).split()) for one in message.get_all("Received", [])], server)
    if step is None:
        yield Finding("Encryption", UNSEEN, _("The mail does not say on which way it came (Received)."))
    elif ENCRYPTED.search(step):
        yield Finding("Encryption", GOOD, _("The relay handed it over encrypted."))
    else:
        yield Finding(
            "Encryption", WRONG, _("The relay handed it over in the clear. Switch TLS on for outgoing mail.")
        )


def _taken_over(steps: list[str], server: str) -> str | None:
    """The line of the step in which the mailbox's side took the mail; the last step is the first line."""
    for step in steps:
        match = STEP.match(step)
        if match is None:
            continue
        giver, taker = match.group(1).lower(), match.group(2).lower()
        if taker == server or giver.split(".")[-2:] != taker.split(".")[-2:]:
            return step
    return None


def _changed(message: EmailMessage, settings: Settings) -> Iterator[Finding]:
    """Relays that count openings and clicks put a picture in and change the links."""
    html, host = html_of(message), urlsplit(settings.base_url).netloc.lower()
    links = [*HREF.findall(html), *PLAIN_LINK.findall(plain_of(message))]
    foreign = sorted({_host(link) for link in links} - {host})
    if foreign:
        yield Finding(
            "Links",
            WRONG,
            _(
                "Links lead to %(hosts)s, not to %(host)s. Switch click tracking off at the relay.",
                hosts=", ".join(foreign),
                host=host,
            ),
        )
    if LOADED.search(html):
        yield Finding(
            "Pictures",
            WRONG,
            _("The mail loads something when it is opened. Switch open tracking off at the relay."),
        )
    if links and not foreign and not LOADED.search(html):
        yield Finding("Text", GOOD, _("Nothing was put in, and the links are as they were."))


def _host(link: str) -> str:
    try:
        return urlsplit(link).netloc.lower()
    except ValueError:
        return "an address that cannot be read"


def _shown(message: EmailMessage) -> Iterator[Finding]:
    faults = letter_faults(message)
    for fault in faults:
        yield Finding(
            "Outside", WRONG, _("What shows before it is opened tells too much: %(fault)s.", fault=fault)
        )
    if not faults:
        yield Finding(
            "Outside", GOOD, _("Sender, subject and first lines tell nothing about the kind of care.")
        )
    if str(message.get("X-Spam-Flag", "")).strip().lower() == "yes":
        yield Finding("Spam", WRONG, _("The mailbox took it for spam."))
