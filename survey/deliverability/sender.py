"""What the DNS says about the address our mails come from: SPF, DKIM, DMARC, and whether bounces arrive.

Asks through ``Lookup`` only and changes nothing. A name server that does not answer is said, never taken as
a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from survey.deliverability import dkim, dmarc, spf
from survey.deliverability.lookup import Address, DnsSilent, Lookup
from survey.deliverability.verdict import Finding, Verdict, txt_record

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
            f"{sender.domain} is no domain on the internet. Set mail_from to an address of yours.",
        )
        return
    parts: dict[str, Callable[[Sender, Lookup], Iterator[Finding]]] = {
        "SPF": spf_findings,
        "DKIM": dkim_findings,
        "DMARC": dmarc_findings,
        "Bounces": bounce_findings,
    }
    for topic, look in parts.items():
        try:
            yield from look(sender, lookup)
        except DnsSilent as silence:
            yield Finding(topic, UNSEEN, f"Try again later: {silence}.")


def spf_findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Whether the domain says that our relay may send for it."""
    domain, found = sender.domain, spf.records(lookup, sender.domain)
    if len(found) > 1:
        yield Finding(
            "SPF", WRONG, f"{domain} has {len(found)} SPF records; receivers then use none. Make it one."
        )
        return
    if not found:
        yield Finding(
            "SPF", WRONG, f"{domain} does not say who may send for it. Add this record:", _spf_line(sender)
        )
        return
    try:
        record = spf.read(lookup, domain)
    except spf.BadRecord as fault:
        yield Finding("SPF", WRONG, f"Receivers cannot use the record of {domain}: {fault}.")
        return
    yield _end_of_record(record)
    yield from _relay_named(sender, record, lookup, written=found[0])


def _end_of_record(record: spf.Record) -> Finding:
    cost = f"It costs {record.questions} of {spf.MOST_QUESTIONS} questions to the DNS."
    match record.everyone_else:
        case "+":
            return Finding(
                "SPF", WRONG, f"The record of {record.domain} lets anybody send. End it with ~all."
            )
        case "-" | "~":
            return Finding("SPF", GOOD, f"{record.domain} says who may send for it. {cost}")
        case _:
            return Finding(
                "SPF",
                CARE,
                f"The record of {record.domain} says nothing of strangers. End it with ~all. {cost}",
            )


def _relay_named(sender: Sender, record: spf.Record, lookup: Lookup, *, written: str) -> Iterator[Finding]:
    wanted = provider(sender.relay)
    if wanted and sender.address is None:
        if wanted in record.includes():
            yield Finding("SPF", GOOD, f"The record names your relay: include:{wanted}.")
        else:
            yield Finding(
                "SPF", WRONG, "The record does not name your relay. Change it to:", _added(sender, written)
            )
        return
    addresses = (sender.address,) if sender.address else _public(lookup, sender.relay)
    if not addresses:
        yield Finding(
            "SPF",
            UNSEEN,
            "The relay stands on this machine or inside your network. Give the address from which it sends "
            "with --sends-from, or send a test mail and read it with: afterword mail check",
        )
    for address in addresses:
        if record.result(address) == "+":
            yield Finding("SPF", GOOD, f"{address} may send for {sender.domain}.")
        else:
            yield Finding(
                "SPF",
                WRONG if sender.address else CARE,
                f"{address} may not send for {sender.domain}. If your relay sends from there, change the "
                "record to:",
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
            "Set dkim_selector to the name of the key that your relay signs with; your provider names it, "
            "and so does a mail that arrived: afterword mail check",
        )
        return
    name = f"{sender.selector}._domainkey.{sender.domain}"
    found = [text for text in lookup.txt(name) if dkim.is_key_record(text)]
    if len(found) != 1:
        count = f"{len(found)} keys" if found else "no key"
        yield Finding(
            "DKIM",
            WRONG,
            f"There is {count} at {name}. Let the relay make one and add the line that it shows, which looks "
            "like this:",
            txt_record(name, "v=DKIM1; k=rsa; p=…"),
        )
        return
    try:
        yield _key(name, dkim.public_key(found[0]))
    except dkim.BadKey as fault:
        yield Finding(
            "DKIM", WRONG, f"Receivers cannot use the key at {name}: {fault}. Copy it again, whole."
        )


def _key(name: str, key: dkim.PublicKey | None) -> Finding:
    if key is None:
        return Finding("DKIM", WRONG, f"The key at {name} was withdrawn. Let the relay make a new one.")
    if key.bits and key.bits < dkim.LEAST_BITS:
        return Finding(
            "DKIM", WRONG, f"The key at {name} has {key.bits} bits and is refused. Make one of 2048."
        )
    if key.bits and key.bits < dkim.GOOD_BITS:
        return Finding(
            "DKIM", CARE, f"The key at {name} has {key.bits} bits. Make one of 2048 at the next change."
        )
    if key.testing:
        return Finding("DKIM", CARE, f"The key at {name} is marked as a test (t=y). Take that away.")
    return Finding("DKIM", GOOD, f"The key is at {name}.")


def dmarc_findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Whether receivers know what to do with mail that only claims to be ours."""
    here, domain = f"_dmarc.{sender.domain}", sender.domain
    line = txt_record(here, f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}")
    found = dmarc.find(lookup, domain)
    if found is None:
        yield Finding(
            "DMARC", WRONG, f"{domain} has no DMARC record; large mailboxes ask for one. Add:", line
        )
        return
    where = f"_dmarc.{found.domain}"
    if found.records > 1:
        yield Finding(
            "DMARC", WRONG, f"{where} has {found.records} records; receivers then use none. Make it one."
        )
    elif not found.policy:
        yield Finding(
            "DMARC", WRONG, f"The record at {where} has no policy that is understood. Change it to:", line
        )
    elif found.policy == "none":
        yield Finding(
            "DMARC",
            CARE,
            f"{where} asks for nothing (p=none): anybody can write to patients in your name. After a few "
            "weeks of good reports, change it to:",
            line,
        )
    else:
        yield Finding("DMARC", GOOD, f"{where} asks receivers to {found.policy} what is not from you.")
    if found.strict_dkim:
        yield Finding("DMARC", CARE, f"{where} wants the signature to be of {domain} exactly (adkim=s).")


def bounce_findings(sender: Sender, lookup: Lookup) -> Iterator[Finding]:
    """Whether what comes back to the sender's address arrives anywhere."""
    domain, servers = sender.domain, lookup.mx(sender.domain)
    if servers == (".",):
        yield Finding(
            "Bounces", WRONG, f"{domain} says that it takes no mail: bounces are lost and mails distrusted."
        )
    elif servers:
        yield Finding("Bounces", GOOD, f"{domain} takes mail at {servers[0]}.")
    elif lookup.addresses(domain):
        yield Finding(
            "Bounces",
            CARE,
            f"{domain} names no mail server, so bounces go to the machine of that name. If another takes "
            "mail, add:",
            f"{domain}. MX 10 mail.{domain}.",
        )
    else:
        yield Finding(
            "Bounces",
            WRONG,
            f"{domain} takes no mail: bounces are lost, and many mailboxes refuse such a sender. Add:",
            f"{domain}. MX 10 mail.{domain}.",
        )
