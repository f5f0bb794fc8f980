"""What a browser is asked about a passkey, and whether its answer holds (WebAuthn, sections 7.1 and 7.2).

Touches no database. The library is an extra: where it is missing nothing here may be called but ``offered``.
Whatever a browser sends, the only exception is PasskeyRefused.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

NAME = "Afterword"
#: An answer is a few kilobytes; more is not read.
LONGEST_ANSWER = 20_000
#: Practice and account, as the device gives them back. Both are random numbers.
HANDLE = struct.Struct(">qq")


class PasskeyRefused(Exception):
    """The answer is not one of this passkey to this challenge. One text for all reasons."""

    def __init__(self) -> None:
        super().__init__("the answer does not prove that this passkey was used here and now")


@dataclass(frozen=True)
class Site:
    """Where a passkey belongs: host name, and the origin of its pages, both from the configured address."""

    host: str
    origin: str


@dataclass(frozen=True)
class NewKey:
    """What is kept of a new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Claim:
    """Whose passkey an answer says it is. Nothing is proved by it."""

    practice_id: int
    staff_id: int
    credential_id: bytes


def site_of(base_url: str) -> Site:
    """The site of an address such as https://feedback.example.org."""
    parts = urlsplit(base_url)
    return Site(host=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}".lower())


def offered(base_url: str) -> bool:
    """Whether browsers can use passkeys here: the extra is installed, the address has a name and HTTPS."""
    host = site_of(base_url).host
    safe = base_url.startswith("https://") or host == "localhost"
    return safe and not _is_number(host) and find_spec("webauthn") is not None


def handle_of(practice_id: int, staff_id: int) -> bytes:
    """What a device keeps as the name of the account."""
    return HANDLE.pack(practice_id, staff_id)


def to_add(site: Site, *, handle: bytes, email: str, challenge: bytes, held: Sequence[bytes]) -> str:
    """JSON for ``navigator.credentials.create``: a passkey that is found without an address and asks for a
    finger, a face or a PIN."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=handle,
        user_name=email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in held],
    )
    return options_to_json(options)


def to_sign_in(site: Site, *, challenge: bytes) -> str:
    """JSON for ``navigator.credentials.get``. It names no account and no passkey."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)


def new_key(site: Site, answer: str, *, challenge: bytes) -> NewKey:
    """The passkey that was made. Raises PasskeyRefused."""
    from webauthn import verify_registration_response

    try:
        made = verify_registration_response(
            credential=_short(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except PasskeyRefused:
        raise
    # The library reads foreign CBOR and JSON; whatever it stumbles over is a refusal, never an error page.
    except Exception as trouble:
        raise PasskeyRefused from trouble
    if len(made.credential_id) > 1023 or len(made.credential_public_key) > 2048:
        raise PasskeyRefused
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def claim_of(answer: str) -> Claim:
    """Whose passkey this says it is. Raises PasskeyRefused."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        read = parse_authentication_credential_json(_short(answer))
        practice_id, staff_id = HANDLE.unpack(read.response.user_handle or b"")
    except Exception as trouble:
        raise PasskeyRefused from trouble
    return Claim(practice_id, staff_id, read.raw_id)


def new_count(site: Site, answer: str, *, public_key: bytes, challenge: bytes) -> int:
    """How often the device says it was used, after the proof held. Raises PasskeyRefused.

    Whether the count went back is for the caller to say: that is a refusal of its own kind.
    """
    from webauthn import verify_authentication_response

    try:
        proof = verify_authentication_response(
            credential=_short(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as trouble:
        raise PasskeyRefused from trouble
    return proof.new_sign_count


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    return answer


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
