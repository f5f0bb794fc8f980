"""Checks the token with which a provider of single sign-on says who somebody is.

Pure. Only asymmetric signatures are believed, so that neither an unsigned token nor one signed with a public
key as if it were a password passes. No exception says what stands in a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from survey.practice.signing_on import Identity

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
KINDS: Final = ("RSA", "EC")
#: How far two clocks may differ.
SECONDS_APART: Final = 60
LONGEST_SUBJECT: Final = 255


class TokenRefused(Exception):
    """A token that proves nothing here."""


@dataclass(frozen=True)
class Expected:
    """What a token must say: from whom, for whom, and in answer to which question."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)


def identity_of(token: str, keys: Mapping[str, Any], expected: Expected, *, now: datetime) -> Identity:
    """Whom the token names. ``keys`` is the provider's JWKS. Raises TokenRefused."""
    try:
        usable = [each for each in keys["keys"] if each.get("kty") in KINDS and each.get("use") != "enc"]
        ring = KeySet.import_key_set({"keys": usable})
        claims = jwt.decode(token, ring, algorithms=ALGORITHMS).claims
        _registry(expected, now).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise TokenRefused from None
    if not (_is_for_us(claims, expected) and _answers(claims, expected)):
        raise TokenRefused
    subject, email = claims["sub"], claims.get("email")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise TokenRefused
    if claims.get("email_verified") is not True or not isinstance(email, str):
        email = ""
    return Identity(expected.issuer, subject, email)


def _registry(expected: Expected, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=SECONDS_APART,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _is_for_us(claims: Mapping[str, Any], expected: Expected) -> bool:
    """Where a token is for several, it must say that it was made for us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if several or "azp" in claims:
        return bool(claims.get("azp") == expected.client_id)
    return True


def _answers(claims: Mapping[str, Any], expected: Expected) -> bool:
    return bool(claims.get("nonce") == expected.nonce)
