"""Where a calendar may be fetched from: public places over https, and nothing inside somebody's network.

Pure. An address is a secret: no exception and no ``repr`` of this module shows more of it than the host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

LONGEST: Final = 2000
LOOPBACK: Final = "127.0.0.1"
#: Calendars are often handed out under a scheme that means no more than https.
WEBCAL: Final = ("webcal://", "webcals://")
#: IPv6 addresses that stand for an IPv4 address behind a translator.
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
#: Of IPv6, all that is given out for the internet.
UNICAST: Final = IPv6Network("2000::/3")
NO_ADDRESS: Final = "This is no address of a calendar. Copy it whole; it begins with https:// or webcal://."


class BadAddress(Exception):
    """An address that is not fetched; the text says why and what to do, without the address."""


@dataclass(frozen=True)
class Place:
    """A host, its port, and what to ask there for."""

    secure: bool
    host: str
    port: int
    target: str = field(repr=False)

    @property
    def server(self) -> tuple[bool, str, int]:
        return self.secure, self.host, self.port


def place_of(address: str, *, loopback: bool = False) -> Place:
    """Take an address apart. ``loopback`` allows plain http to 127.0.0.1. Raises BadAddress."""
    plain = address.strip()
    for scheme in WEBCAL:
        if plain.lower().startswith(scheme):
            plain = "https://" + plain[len(scheme) :]
    if len(plain) > LONGEST or not all("!" <= letter <= "~" for letter in plain):
        raise BadAddress(f"The address has more than {LONGEST} letters, spaces or letters with accents.")
    try:
        parts = urlsplit(plain)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise BadAddress(NO_ADDRESS) from None
    if not host or parts.scheme not in ("https", "http"):
        raise BadAddress(NO_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise BadAddress(
            "The address holds a user name. Use the calendar's secret address, which needs none."
        )
    if parts.scheme == "http" and not (loopback and host == LOOPBACK):
        raise BadAddress(
            "The address begins with http://, so anybody on the way could read it. Use https://."
        )
    secure = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(secure, host, port or (443 if secure else 80), target)


def followed(place: Place, location: str, *, loopback: bool = False) -> Place:
    """Where a redirect leads; the same server only. Raises BadAddress."""
    scheme = "https" if place.secure else "http"
    host = f"[{place.host}]" if ":" in place.host else place.host
    try:
        there = urljoin(f"{scheme}://{host}:{place.port}{place.target}", location)
    except ValueError:
        raise BadAddress(NO_ADDRESS) from None
    found = place_of(there, loopback=loopback)
    if found.server != place.server:
        raise BadAddress("The calendar has moved to another server. Add its new address.")
    return found


def is_public(address: str) -> bool:
    """Whether an IP address is out on the internet: not private, link-local, loopback, shared or reserved."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        found = _behind(found)
    if isinstance(found, IPv6Address):
        tunnel = found.sixtofour is not None or found.teredo is not None  # to what hides behind it
        return found in UNICAST and found.is_global and not tunnel
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _behind(found: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, or itself."""
    if found in TRANSLATED:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found
