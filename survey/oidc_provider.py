"""The provider of single sign-on: where it is, what it is asked, and the conversation with it.

Every request goes through the same guarded way on which calendars are fetched: https, public addresses, one
time, one size. The secret and what the provider says of a person are in no log and no exception.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from survey.practice.signing_on import Identity
from survey.settings import Settings, SettingsError
from survey.visits.feed import CannotFetch, Fetcher
from survey.visits.feed_address import BadAddress, place_of

log = logging.getLogger(__name__)

WELL_KNOWN: Final = "/.well-known/openid-configuration"
LARGEST: Final = 256 * 1024
SECONDS: Final = 10.0
LEAST_SECRET: Final = 16
PLACEHOLDERS: Final = ("changeme", "change-me", "secret", "example", "placeholder", "your-", "xxxx")
LONGEST_LABEL: Final = 40


class ProviderTrouble(Exception):
    """The provider does not answer, or not with what is needed. Nothing was decided about the person."""


@dataclass(frozen=True)
class Places:
    """What the provider says of itself."""

    authorize: str
    token: str
    keys: str
    secret_in_form: bool


@dataclass(frozen=True)
class Question:
    """One sign-in. Nonce and verifier come from the state and our key, so that none of them is stored."""

    key: str = field(repr=False)
    state: str = field(repr=False)
    back: str

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _plain(hashlib.sha256(self.verifier.encode("ascii")).digest())

    def _derived(self, purpose: str) -> str:
        return _plain(hmac.digest(self.key.encode(), f"sso {purpose} {self.state}".encode(), "sha256"))


@dataclass(frozen=True)
class Provider:
    """A provider that is set up."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    label: str
    second_factor: bool
    fetcher: Fetcher

    def places(self) -> Places:
        """Ask the provider where it does what. Raises ProviderTrouble."""
        said = self._json(self.issuer.rstrip("/") + WELL_KNOWN)
        if said.get("issuer") != self.issuer:
            raise ProviderTrouble
        ways = said.get("token_endpoint_auth_methods_supported")
        in_form = isinstance(ways, list) and "client_secret_basic" not in ways
        return Places(
            authorize=self._place(said.get("authorization_endpoint")),
            token=self._place(said.get("token_endpoint")),
            keys=self._place(said.get("jwks_uri")),
            secret_in_form=in_form,
        )

    def address(self, places: Places, question: Question) -> str:
        """Where the browser is sent."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": question.back,
            "scope": "openid email",
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        return f"{places.authorize}{'&' if '?' in places.authorize else '?'}{urlencode(asked)}"

    def redeem(self, code: str, question: Question, *, now: datetime) -> Identity:
        """Whom the provider vouches for. Raises ProviderTrouble or ``id_token.TokenRefused``."""
        from survey import id_token  # needs the extra

        places = self.places()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.back,
            "code_verifier": question.verifier,
            "client_id": self.client_id,
        }
        if places.secret_in_form:
            answer = self._json(places.token, form=form | {"client_secret": self.secret})
        else:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
            proof = base64.b64encode(pair.encode("ascii")).decode("ascii")
            answer = self._json(places.token, form=form, authorization=f"Basic {proof}")
        expected = id_token.Expected(self.issuer, self.client_id, question.nonce)
        return id_token.identity_of(
            str(answer.get("id_token", "")), self._json(places.keys), expected, now=now
        )

    def _json(self, address: str, **more: Any) -> dict[str, Any]:
        try:
            said = json.loads(self.fetcher.ask(address, **more))
        except CannotFetch as trouble:
            log.warning("the provider of single sign-on: %s", trouble.trouble)
            raise ProviderTrouble from None
        except (ValueError, RecursionError):
            raise ProviderTrouble from None
        if not isinstance(said, dict):
            raise ProviderTrouble
        return said

    def _place(self, address: object) -> str:
        try:
            place_of(str(address or ""), loopback=self.fetcher.loopback)
        except BadAddress:
            raise ProviderTrouble from None
        return str(address)


def provider_of(settings: Settings) -> Provider | None:
    """The provider that is set up; None without one, or without the extra. Raises SettingsError."""
    if not settings.oidc_issuer:
        return None
    local = settings.oidc_issuer.startswith("http://127.0.0.1")
    try:
        place_of(settings.oidc_issuer, loopback=local)
    except BadAddress:
        raise SettingsError(
            f"oidc_issuer must begin with https:// and be a whole address, not {settings.oidc_issuer!r}."
        ) from None
    if not settings.oidc_client_id:
        raise SettingsError("oidc_client_id is empty: write the name that the provider gave this program.")
    label = settings.oidc_label.strip() or "single sign-on"
    if len(label) > LONGEST_LABEL or not label.isprintable():
        raise SettingsError(f"oidc_label must be one line of at most {LONGEST_LABEL} characters.")
    secret = _secret(settings.oidc_client_secret_file)
    if find_spec("joserfc") is None:
        log.warning("single sign-on is set up but not offered: install afterword-survey[sso]")
        return None
    fetcher = Fetcher(loopback=local, seconds=SECONDS, largest=LARGEST)
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, secret, label, settings.oidc_second_factor, fetcher
    )


def _secret(place: str) -> str:
    """The secret in a file. Raises SettingsError, which never shows it."""
    try:
        secret = Path(place).read_text("utf-8").strip() if place else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"oidc_client_secret_file: {place!r} cannot be read.") from None
    if len(secret) < LEAST_SECRET or any(word in secret.lower() for word in PLACEHOLDERS):
        raise SettingsError(
            "oidc_client_secret_file must name a file with the secret that the provider gave this program: "
            f"at least {LEAST_SECRET} characters, and no placeholder."
        )
    return secret


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
