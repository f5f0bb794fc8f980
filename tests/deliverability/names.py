"""A name server on this machine, asked over UDP like any other. It knows what a test tells it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

#: Name and type, such as ``example.org TXT``, with what stands there.
Zone = Mapping[str, Sequence[str]]


@dataclass
class NameServer:
    """``zone`` may be changed while it answers. Names in ``broken`` are answered with a failure."""

    zone: dict[str, Sequence[str]]
    port: int
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif f"{name} CNAME" in self.zone:
            other = self.zone[f"{name} CNAME"][0]
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "CNAME", f"{other}."))
            self._fill(reply, other, kind)
        elif not self._fill(reply, name, kind) and not any(key.split()[0] == name for key in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def _fill(self, reply: dns.message.Message, name: str, kind: str) -> bool:
        found = self.zone.get(f"{name} {kind}", ())
        if found:
            texts = [_quoted(text) if kind == "TXT" else text for text in found]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *texts))
        return bool(found)


def _quoted(text: str) -> str:
    """In pieces of at most 255 characters, as every long record is."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """A running server."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        server = NameServer(dict(zone), line.getsockname()[1])
        thread = Thread(target=_serve, args=(line, server), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            line.sendto(b"", ("127.0.0.1", server.port))  # an empty question ends it
            thread.join()


def _serve(line: socket.socket, server: NameServer) -> None:
    while True:
        wire, asker = line.recvfrom(4096)
        if not wire:
            return
        line.sendto(server.answer(wire), asker)
