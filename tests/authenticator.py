"""A device that makes passkeys, in software: ES256, with a count, always saying that it knew its person."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


def as_text(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode("ascii")


def as_bytes(given: str) -> bytes:
    return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))


@dataclass
class Authenticator:
    """One passkey. ``step`` is what each use adds to its count; 0 for a device that does not count."""

    origin: str = "http://localhost"
    step: int = 1
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """The answer to ``navigator.credentials.create``."""
        self.handle = as_bytes(options["user"]["id"])
        made = struct.pack(">16sH", bytes(16), len(self.id)) + self.id + self._public_key()
        data = self._data(options["rp"]["id"], self.flags | MADE) + made
        sealed = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options["challenge"]), attestationObject=sealed
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer to ``navigator.credentials.get``."""
        client = self._client("webauthn.get", options["challenge"])
        self.count += self.step
        data = self._data(options["rpId"], self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.handle
        )

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        place = {-2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return encode_cbor({1: 2, 3: -7, -1: 1, **place})

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        parts = {name: as_text(value) for name, value in response.items()}
        name = as_text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
