"""The contact key: recognises a person or a visit again without writing either down.

It lives long and is backed up by the operator, apart from the database. If it were lost or exchanged,
opt-outs would be lost silently; so sending refuses to start when it does not match the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from survey.keys.files import KeyFiles

NAME = "contact.key"


def ensure_contact_key(files: KeyFiles) -> None:
    if not files.exists(NAME):
        files.create(NAME, secrets.token_bytes(32))


def contact_tag(files: KeyFiles, practice_id: int, address: str) -> bytes:
    """16-byte keyed tag of a normalised address within one practice."""
    return _tag(files, "contact", practice_id, address)


def visit_tag(files: KeyFiles, practice_id: int, identity: str) -> bytes:
    """16-byte keyed tag of a visit's own number, or of client and start."""
    return _tag(files, "visit", practice_id, identity)


def client_tag(files: KeyFiles, practice_id: int, identity: str) -> bytes:
    """16-byte keyed tag of a client's number, or of the address where there is none."""
    return _tag(files, "client", practice_id, identity)


def staff_tag(files: KeyFiles, practice_id: int, address: str) -> bytes:
    """16-byte keyed tag of what was typed as a member of staff's address; of no use for patients' tags."""
    return _tag(files, "staff", practice_id, address)


class Tags:
    """The same tags for very many at once; the key is read a single time. For one import, never kept."""

    def __init__(self, files: KeyFiles, practice_id: int) -> None:
        keyed = hmac.new(files.read(NAME, 32), digestmod="sha256")
        self._begun = {purpose: keyed.copy() for purpose in ("contact", "visit", "client")}
        for purpose, begun in self._begun.items():
            begun.update(f"{purpose}|{practice_id}|".encode())

    def contact(self, address: str) -> bytes:
        return self._tag("contact", address)

    def visit(self, identity: str) -> bytes:
        return self._tag("visit", identity)

    def client(self, identity: str) -> bytes:
        return self._tag("client", identity)

    def _tag(self, purpose: str, text: str) -> bytes:
        one = self._begun[purpose].copy()
        one.update(text.encode())
        return one.digest()[:16]


def check_value(files: KeyFiles) -> bytes:
    """32 bytes kept in the database to notice an exchanged key."""
    return hmac.new(files.read(NAME, 32), b"check", hashlib.sha256).digest()


def request_tag(files: KeyFiles, practice_id: int, content: bytes) -> bytes:
    """16-byte keyed tag of a request of another program, so that it is known when it comes again."""
    return _tag(files, "request", practice_id, hashlib.sha256(content).hexdigest())


def journal_proof(files: KeyFiles, practice_id: int, tag: bytes) -> bytes:
    """16 bytes that prove that a line of the opt-out journal is ours."""
    return _tag(files, "journal", practice_id, tag.hex())


def leaving_proof(files: KeyFiles, practice_id: int, line: str) -> bytes:
    """16 bytes that prove that a line about a deleted practice is ours."""
    return _tag(files, "left", practice_id, line)


def _tag(files: KeyFiles, purpose: str, practice_id: int, text: str) -> bytes:
    return _digest(files.read(NAME, 32), purpose, practice_id, text)


def _digest(key: bytes, purpose: str, practice_id: int, text: str) -> bytes:
    return hmac.digest(key, f"{purpose}|{practice_id}|{text}".encode(), "sha256")[:16]
