"""Which program calls, and whether its key may do what is asked.

The practice comes from the key alone. Reads no cookie and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from limits import RateLimitItem

from survey.db import reading
from survey.practice import authorising
from survey.practice.authorising import Presented, Scope
from survey.practice.model import ApiKey, Practice
from survey.web import problems
from survey.web.installation import runtime
from survey.web.limiters import limiter, today

WAIT = {"Retry-After": "30"}


@dataclass(frozen=True)
class Caller:
    """Which practice a key is of, and how the history names the key."""

    practice: Practice
    actor: str
    shown: Presented


class Refused(Exception):
    """A request that is not served; carries the response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def caller_with(scope: Scope, *, rate: RateLimitItem) -> Caller:
    """Whoever calls. Raises Refused: 401 without a key in use, 429 too often, 403 without the scope."""
    shown = _shown()
    with reading(runtime().engine, shown.practice_id) as db:
        found = authorising.key_of(db, shown)
        if found is None:
            raise _unknown()
        _refuse_flood(shown, rate)
        _require(scope, found)
        practice = db.get_one(Practice, shown.practice_id)
        return Caller(practice, f"API key {found.name}", shown)


def _shown() -> Presented:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    shown = authorising.presented(key.strip()) if scheme.lower() == "bearer" else None
    if shown is None:
        raise _unknown()
    return shown


def _unknown() -> Refused:
    return Refused(problems.answer(401, headers={"WWW-Authenticate": "Bearer"}))


def _refuse_flood(shown: Presented, rate: RateLimitItem) -> None:
    if not limiter().hit(rate, "API key", shown.secret_hash.hex(), today=today()):
        raise Refused(problems.answer(429, headers=WAIT))


def _require(scope: Scope, key: ApiKey) -> None:
    if scope not in authorising.scopes_of(key):
        text = f"This needs a key with the scope {scope}. The owner makes one on the page Other programs."
        raise Refused(problems.answer(403, text))
