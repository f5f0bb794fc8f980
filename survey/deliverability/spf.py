"""Who may send for a domain: SPF records as RFC 7208 reads them. Asks the DNS through ``Lookup`` only.

A record is read whole, with everything it includes, before anything is judged: the limit of ten questions
counts for all of it, whichever part would match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

from survey.deliverability.lookup import Address, Lookup

VERSION = "v=spf1"
MOST_QUESTIONS = 10
#: Mechanisms and the modifier that cost a question.
ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
KNOWN = ASKING | {"all", "ip4", "ip6"}
TERM = re.compile(
    r"([+?~-]?)([a-z][a-z0-9]*)(?:[:=]?([^/]*))?((?:/\d{1,3}){0,1}(?://\d{1,3})?)", re.IGNORECASE
)
Network = IPv4Network | IPv6Network


class BadRecord(Exception):
    """The record cannot be used by anybody; the text says why."""


@dataclass(frozen=True)
class Term:
    """One piece of a record: what it says of the addresses that match."""

    qualifier: str
    name: str
    value: str
    networks: tuple[Network, ...] = ()
    inside: Record | None = None


@dataclass(frozen=True)
class Record:
    """A record with all that it includes."""

    domain: str
    terms: tuple[Term, ...]

    def result(self, address: Address) -> str:
        """``+`` pass, ``-`` fail, ``~`` soft fail, ``?`` nothing said."""
        for term in self.terms:
            if term.name == "redirect":
                continue
            if _matches(term, address):
                return term.qualifier
        follow = next((term.inside for term in self.terms if term.name == "redirect"), None)
        return follow.result(address) if follow else "?"

    @property
    def questions(self) -> int:
        """How many questions a mail server has to ask, at most."""
        return sum(
            (term.name in ASKING) + (term.inside.questions if term.inside else 0) for term in self.terms
        )

    @property
    def everyone_else(self) -> str:
        """What it says of addresses that nothing else names: a qualifier, or empty."""
        for term in self.terms:
            if term.name == "all":
                return term.qualifier
            if term.name == "redirect" and term.inside:
                return term.inside.everyone_else
        return ""

    def includes(self) -> Iterator[str]:
        """Every domain that is included, at any depth."""
        for term in self.terms:
            if term.name in ("include", "redirect"):
                yield term.value.lower().rstrip(".")
            if term.inside:
                yield from term.inside.includes()


def records(lookup: Lookup, domain: str) -> tuple[str, ...]:
    """The domain's SPF records; there must be exactly one. Raises DnsSilent."""
    found = (text.strip() for text in lookup.txt(domain))
    return tuple(text for text in found if text.lower().split(" ")[0] == VERSION)


def read(lookup: Lookup, domain: str) -> Record:
    """Raises BadRecord or DnsSilent."""
    return Reader(lookup).read(domain)


class Reader:
    """Reads one record and counts the questions, so that a loop of includes ends."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._asked = 0

    def read(self, domain: str) -> Record:
        found = records(self._lookup, domain)
        if len(found) != 1:
            raise BadRecord(f"{domain} has {len(found) or 'no'} SPF record{'s' if len(found) > 1 else ''}")
        terms = [self._term(word, domain) for word in found[0].split()[1:]]
        return Record(domain, tuple(term for term in terms if term is not None))

    def _term(self, word: str, domain: str) -> Term | None:
        match = TERM.fullmatch(word)
        name = match.group(2).lower() if match else ""
        if match is None or name not in KNOWN:
            if "=" in word and re.fullmatch(r"[a-z][a-z0-9_.-]*=.*", word, re.IGNORECASE):
                return None  # a modifier of somebody's own; RFC 7208 6: to be passed over
            raise BadRecord(f"the record of {domain} has a piece that nobody understands: {word}")
        if name in ASKING:
            self._count()
        value = match.group(3) or ""
        macro = "%" in value
        if name in ("include", "redirect") and not macro:
            return Term(match.group(1) or "+", name, value, inside=self.read(value))
        networks = () if macro else self._networks(name, value or domain, match.group(4) or "")
        return Term(match.group(1) or "+", name, value, networks)

    def _count(self) -> None:
        self._asked += 1
        if self._asked > MOST_QUESTIONS:
            raise BadRecord(f"the record needs more than {MOST_QUESTIONS} questions to the DNS")

    def _networks(self, name: str, value: str, sizes: str) -> tuple[Network, ...]:
        try:
            if name in ("ip4", "ip6"):
                return (ip_network(value + sizes, strict=False),)
        except ValueError:
            raise BadRecord(f"the record has an address that is none: {value + sizes}") from None
        hosts = {"a": (value,), "mx": self._lookup.mx(value) if name == "mx" else ()}.get(name, ())
        four, _, six = sizes.partition("//")
        found = [address for host in hosts for address in self._lookup.addresses(host)]
        return tuple(_network(address, four.strip("/") or "32", six or "128") for address in found)


def _network(address: Address, four: str, six: str) -> Network:
    size = four if isinstance(address, IPv4Address) else six
    try:
        return ip_network(f"{address}/{size}", strict=False)
    except ValueError:
        raise BadRecord(f"the record has a network that is none: /{size}") from None


def _matches(term: Term, address: Address) -> bool:
    if term.name == "all":
        return True
    if term.name == "include":
        return term.inside is not None and term.inside.result(address) == "+"
    return any(address in network for network in term.networks)
