"""Everything that can be said of our mails before one has arrived: domain, relay, the letter's headers.

Asks the DNS through ``Lookup`` and the relay once; names no recipient and hands over nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from survey.deliverability import relay, sender, unsubscribe
from survey.deliverability.lookup import Address, Lookup
from survey.deliverability.verdict import Finding
from survey.invitations.vetting import sample_letter
from survey.settings import Settings


def findings(
    settings: Settings, lookup: Lookup, *, now: datetime, address: Address | None = None
) -> Iterator[Finding]:
    """In the order in which to put things right. ``address``: from where the relay sends, if known."""
    about = sender.Sender(
        domain=settings.mail_from.rpartition("@")[2].lower(),
        relay=settings.smtp_host,
        selector=settings.dkim_selector,
        address=address,
    )
    yield from sender.findings(about, lookup)
    yield from relay.findings(settings, now=now)
    yield from unsubscribe.findings(sample_letter(settings))
