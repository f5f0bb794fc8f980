"""What the DNS says about the address our mails come from: SPF, DKIM, DMARC, and whether bounces arrive.

Asks through ``Lookup`` only and changes nothing. A name server that does not answer is said, never taken as
a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from survey.deliverability import dkim, domain, spf
from survey.deliverability.lookup import Address, DnsSilent, Lookup
from survey.deliverability.verdict import Finding, Sentence, Verdict, txt_record
from survey.deliverability.verdict import say as _

GOOD, CARE, WRONG, UNSEEN = Verdict.GOOD, Verdict.CARE, Verdict.WRONG, Verdict.UNSEEN
#: Well-known relays by the end of their host name, and what they ask to be included in an SPF record.
PROVIDERS = {
    "amazonaws.com": "amazonses.com",
    "brevo.com": "spf.brevo.com",
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "postmarkapp.com": "spf.mtasv.net",
    "sendgrid.net": "sendgrid.net",
}


@dataclass(frozen=True)
class Sender:
    """What is known of our mails. ``address``: from where the relay sends, if somebody said so."""

    domain: str
    relay: str
    selector: str = ""
    address: Address | None = None


def findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Everything about the domain, in the order in which to put it right."""
    if "." not in sender.domain.strip("."):
        yield Finding(
            "Sender",
            WRONG,
            _(
                "%(domain)s is no domain on the internet. Set mail_from to an address of yours.",
                domain=sender.domain,
            ),
        )
        return
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "SPF": lambda: spf_findings(sender, lookup),
        "DKIM": lambda: dkim_findings(sender, lookup),
        "DMARC": lambda: domain.dmarc_findings(sender.domain, lookup),
        "Bounces": lambda: domain.bounce_findings(sender.domain, lookup),
    }
    for topic, look in parts.items():
        try:
            yield from look()
        except DnsSilent as silence:
            yield Finding(topic, UNSEEN, _("Try again later: %(silence)s.", silence=silence))


def spf_findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Whether the domain says that our relay may send for it."""
    ours = sender.domain
    found = spf.records(lookup, ours)
    if len(found) > 1:
        yield Finding(
            "SPF",
            WRONG,
            _(
                "%(domain)s has %(count)s SPF records; receivers then use none. Make it one.",
                domain=ours,
                count=len(found),
            ),
        )
        return
    if not found:
        yield Finding(
            "SPF",
            WRONG,
            _("%(domain)s does not say who may send for it. Add this record:", domain=ours),
            _spf_line(sender),
        )
        return
    try:
        record = spf.read(lookup, ours)
    except spf.BadRecord as fault:
        yield Finding(
            "SPF",
            WRONG,
            _("Receivers cannot use the record of %(domain)s: %(fault)s.", domain=ours, fault=fault),
        )
        return
    yield _end_of_record(record)
    yield from _relay_named(sender, record, lookup, written=found[0])


def _end_of_record(record: spf.Record) -> Finding:
    values = {"domain": record.domain, "questions": record.questions, "most": spf.MOST_QUESTIONS}
    match record.everyone_else:
        case "+":
            return Finding(
                "SPF", WRONG, _("The record of %(domain)s lets anybody send. End it with ~all.", **values)
            )
        case "-" | "~":
            good = _(
                "%(domain)s says who may send for it. It costs %(questions)s of %(most)s questions to the "
                "DNS.",
                **values,
            )
            return Finding("SPF", GOOD, good)
        case _:
            care = _(
                "The record of %(domain)s says nothing of strangers. End it with ~all. It costs "
                "%(questions)s of %(most)s questions to the DNS.",
                **values,
            )
            return Finding("SPF", CARE, care)


def _relay_named(sender: Sender, record: spf.Record, lookup: Lookup, *, written: str) -> Iterator[Finding]:
    wanted = provider(sender.relay)
    if wanted and sender.address is None:
        if wanted in record.includes():
            yield Finding("SPF", GOOD, _("The record names your relay: include:%(wanted)s.", wanted=wanted))
        else:
            yield Finding(
                "SPF", WRONG, _("The record does not name your relay. Change it to:"), _added(sender, written)
            )
        return
    addresses = (sender.address,) if sender.address else _public(lookup, sender.relay)
    if not addresses:
        yield Finding(
            "SPF",
            UNSEEN,
            _(
                "The relay stands on this machine or inside your network. Give the address from which "
                "it sends with --sends-from, or send a test mail and read it with: afterword mail "
                "check"
            ),
        )
    for address in addresses:
        if record.result(address) == "+":
            yield Finding(
                "SPF", GOOD, _("%(address)s may send for %(domain)s.", address=address, domain=sender.domain)
            )
        else:
            yield Finding(
                "SPF",
                WRONG if sender.address else CARE,
                _(
                    "%(address)s may not send for %(domain)s. If your relay sends from there, change the "
                    "record to:",
                    address=address,
                    domain=sender.domain,
                ),
                _added(sender, written, address),
            )


def _public(lookup: Lookup, host: str) -> tuple[Address, ...]:
    if host == "localhost":
        return ()
    return tuple(address for address in lookup.addresses(host) if address.is_global)


def provider(relay: str) -> str:
    """What a well-known relay asks to be included, or empty."""
    host = relay.lower().rstrip(".")
    return next((name for end, name in PROVIDERS.items() if host == end or host.endswith(f".{end}")), "")


def _mechanism(sender: Sender, address: Address | None = None) -> str:
    if chosen := address or sender.address:
        return f"ip{chosen.version}:{chosen}"
    if wanted := provider(sender.relay):
        return f"include:{wanted}"
    try:
        here = ip_address(sender.relay)
    except ValueError:
        return "mx" if sender.relay == "localhost" else f"a:{sender.relay}"
    return f"ip{here.version}:{here}" if here.is_global else "mx"


def _spf_line(sender: Sender) -> str:
    return txt_record(sender.domain, f"{spf.VERSION} {_mechanism(sender)} ~all")


def _added(sender: Sender, written: str, address: Address | None = None) -> str:
    """The record as it is, with the relay put in front of the rest."""
    first, _, rest = written.partition(" ")
    return txt_record(sender.domain, f"{first} {_mechanism(sender, address)} {rest}".strip())


def dkim_findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Whether the key is there with which receivers check the relay's signatures."""
    if not sender.selector:
        yield Finding(
            "DKIM",
            UNSEEN,
            _(
                "Set dkim_selector to the name of the key that your relay signs with; your provider "
                "names it, and so does a mail that arrived: afterword mail check"
            ),
        )
        return
    name = f"{sender.selector}._domainkey.{sender.domain}"
    found = [text for text in lookup.txt(name) if dkim.is_key_record(text)]
    if len(found) != 1:
        yield Finding("DKIM", WRONG, _no_key(name, len(found)), txt_record(name, "v=DKIM1; k=rsa; p=…"))
        return
    try:
        yield _key(name, dkim.public_key(found[0]))
    except dkim.BadKey as fault:
        yield Finding(
            "DKIM",
            WRONG,
            _(
                "Receivers cannot use the key at %(name)s: %(fault)s. Copy it again, whole.",
                name=name,
                fault=fault,
            ),
        )


def _no_key(name: str, count: int) -> Sentence:
    if count:
        return _(
            "There are %(count)s keys at %(name)s. Let the relay make one and put the line that it shows in "
            "their place; it looks like this:",
            count=count,
            name=name,
        )
    return _(
        "There is no key at %(name)s. Let the relay make one and add the line that it shows, which looks "
        "like this:",
        name=name,
    )


def _key(name: str, key: dkim.PublicKey | None) -> Finding:
    if key is None:
        return Finding(
            "DKIM", WRONG, _("The key at %(name)s was withdrawn. Let the relay make a new one.", name=name)
        )
    if key.bits and key.bits < dkim.LEAST_BITS:
        return Finding(
            "DKIM",
            WRONG,
            _(
                "The key at %(name)s has %(bits)s bits and is refused. Make one of 2048.",
                name=name,
                bits=key.bits,
            ),
        )
    if key.bits and key.bits < dkim.GOOD_BITS:
        return Finding(
            "DKIM",
            CARE,
            _(
                "The key at %(name)s has %(bits)s bits. Make one of 2048 at the next change.",
                name=name,
                bits=key.bits,
            ),
        )
    if key.testing:
        return Finding(
            "DKIM", CARE, _("The key at %(name)s is marked as a test (t=y). Take that away.", name=name)
        )
    return Finding("DKIM", GOOD, _("The key is at %(name)s.", name=name))
