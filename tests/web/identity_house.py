"""A provider of single sign-on on this machine: real HTTP, real signatures, and every way to be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from survey.app import make_app
from survey.runtime import Runtime

CLIENT = "afterword"
FILED = "kW8vTq2nZr5yLb7cXd3f"


@cache
def key(name: str = "house") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


@dataclass
class House:
    """What the provider says. A test changes it to be wrong."""

    issuer: str = ""
    now: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    #: By path: what is answered instead, as status, headers and body.
    instead: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        places = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return places | self.described

    def authorize(self, address: str) -> dict[str, str]:
        """The person signs in there; returns what the browser comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def redeemed(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        proof = base64.b64encode(f"{CLIENT}:{FILED}".encode()).decode()
        if (
            asked is None
            or authorization != f"Basic {proof}"
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": nonce,
            "email": "olu@example.org",
            "email_verified": True,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return (self.sign or signed)(claims)


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "house"}, claims, key(), algorithms=["ES256"])


def signed_by_another(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "house"}, claims, key("other"), algorithms=["ES256"])


def signed_with_public_key(claims: dict[str, Any]) -> str:
    """The public key, which everybody knows, used as if it were a password."""
    known = OctKey.import_key(json.dumps(key().as_dict(private=False)))
    return jwt.encode({"alg": "HS256", "kid": "house"}, claims, known, algorithms=["HS256"])


def unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@contextmanager
def provider(now: int) -> Iterator[House]:
    """The provider, while it runs."""
    house = House(now=now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/.well-known/openid-configuration": house.description}
            found["/keys"] = lambda: KeySet([key()]).as_dict(private=False)
            self._answer(found.get(self.path, lambda: None)())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(house.redeemed(form, self.headers.get("Authorization", "")))

        def _answer(self, said: dict[str, Any] | None) -> None:
            house.asked.append(self.path)
            status, headers, body = 200 if said else 400, {}, json.dumps(said or {"error": "no"}).encode()
            status, headers, body = house.instead.get(self.path, (status, headers, body))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    house.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def application(runtime: Runtime, house: House, folder: Path, **more: Any) -> Flask:
    """An application that offers single sign-on with this provider."""
    path = folder / "oidc-filed"
    path.write_text(FILED)
    settings = replace(
        runtime.settings,
        oidc_issuer=house.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=str(path),
        oidc_label="Example login",
        **more,
    )
    return make_app(replace(runtime, settings=settings))
