"""Questions to the DNS. The only place that asks; a name that does not exist is an empty answer."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import dns.exception
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

LIFETIME = 6.0
Address = IPv4Address | IPv6Address


class DnsSilent(Exception):
    """The name server did not answer, or answered with a failure; the text names the question."""


class BadServer(ValueError):
    """What was given as a name server is no address with an optional port."""


class Lookup(Protocol):
    """What the checks ask."""

    def txt(self, name: str) -> tuple[str, ...]:
        """Text records, each put together from its pieces. Raises DnsSilent."""
        ...

    def mx(self, name: str) -> tuple[str, ...]:
        """Names of mail servers, the preferred ones first; ``.`` means: takes no mail. Raises DnsSilent."""
        ...

    def addresses(self, name: str) -> tuple[Address, ...]:
        """IPv4 and IPv6 addresses of a host, or the address itself. Raises DnsSilent."""
        ...


class DnsLookup:
    """Asks the system's name servers, or one given as ``address`` or ``address:port``.

    ``lifetime``: seconds for each question.
    Raises BadServer.
    """

    def __init__(self, server: str = "", *, lifetime: float = LIFETIME) -> None:
        self._resolver = dns.resolver.Resolver(configure=not server)
        if server:
            self._resolver.nameservers, self._resolver.port = _server(server)
        self._resolver.lifetime = lifetime

    def txt(self, name: str) -> tuple[str, ...]:
        found = self._ask(name, "TXT")
        return tuple(
            b"".join(one.strings).decode("utf-8", "replace") for one in found if isinstance(one, TXT)
        )

    def mx(self, name: str) -> tuple[str, ...]:
        found = sorted(
            ((one.preference, str(one.exchange)) for one in self._ask(name, "MX") if isinstance(one, MX)),
        )
        return tuple(host if host == "." else host.rstrip(".").lower() for _, host in found)

    def addresses(self, name: str) -> tuple[Address, ...]:
        try:
            return (ip_address(name),)
        except ValueError:
            found = [*self._ask(name, "A"), *self._ask(name, "AAAA")]
            return tuple(ip_address(str(one)) for one in found)

    def _ask(self, name: str, kind: str) -> tuple[object, ...]:
        try:
            return tuple(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, UnicodeError):
            raise DnsSilent(f"the name server gave no answer about {name} ({kind})") from None


def _server(given: str) -> tuple[list[str], int]:
    address, _, port = given.rpartition(":") if given.count(":") == 1 else (given, "", "53")
    try:
        return [str(ip_address(address.strip("[]")))], int(port)
    except ValueError:
        raise BadServer("write a name server as an address such as 9.9.9.9 or 127.0.0.1:5353") from None
