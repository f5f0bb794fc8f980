"""How many wrong passwords and codes may be tried from one place, and how many links for a forgotten password
may be asked for, counted in memory for each web process.

Two counts: of a place for one account, and of a place over all accounts. None is of an account alone, so
nobody can keep a person out from elsewhere; a right password clears neither. A place and an account are
counted under marks that nobody can undo and that change every day.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from flask import abort, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from survey.clock import local_day
from survey.web.installation import now

KEY: Final = "afterword.try_limits"
#: Wrong tries in 15 minutes from one place: for one account, and for all of them together. A whole practice
#: may stand behind one address.
ONE_ACCOUNT: Final = RateLimitItemPerMinute(10, 15)
ALL_ACCOUNTS: Final = RateLimitItemPerMinute(60, 15)
#: Links for a forgotten password: asked for from one place, and for one address from anywhere. The second
#: keeps a mailbox from being flooded, and counts alike where no account has the address.
ASKED_FROM_ONE_PLACE: Final = RateLimitItemPerHour(20)
ASKED_FOR_ONE_ADDRESS: Final = RateLimitItemPerHour(3)
#: Beginnings of single sign-on from one place; each writes a row and asks the provider.
SIGN_ONS: Final = RateLimitItemPerHour(120)


@dataclass
class TryLimits:
    """The two counts."""

    limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    day: date = date.min
    salt: bytes = b""

    def allows(self, place: str, account: str, *, today: date) -> bool:
        """Whether this place may try this account once more. Counts nothing."""
        one, all_of_them = self._marks(place, account, today)
        return self.limiter.test(ONE_ACCOUNT, one) and self.limiter.test(ALL_ACCOUNTS, all_of_them)

    def count(self, place: str, account: str, *, today: date) -> None:
        """One wrong try."""
        one, all_of_them = self._marks(place, account, today)
        self.limiter.hit(ONE_ACCOUNT, one)
        self.limiter.hit(ALL_ACCOUNTS, all_of_them)

    def may_ask(self, item: RateLimitItem, *subject: str, today: date) -> bool:
        """Count one more request for a link; False where there were too many."""
        self._renew_salt(today)
        return self.limiter.hit(item, self._mark("asked", *subject))

    def _marks(self, place: str, account: str, today: date) -> tuple[str, str]:
        self._renew_salt(today)
        return self._mark("one", place, account), self._mark("all", place)

    def _renew_salt(self, today: date) -> None:
        if today != self.day:
            self.day, self.salt = today, secrets.token_bytes(32)

    def _mark(self, *parts: str) -> str:
        return hmac.digest(self.salt, "\0".join(parts).encode("utf-8", "replace"), "sha256").hex()


def require_tries(account: str) -> None:
    """Answers 429 where this place has tried too often, before any work is done."""
    if not _limits().allows(_place(), account, today=local_day(now(), "UTC")):
        abort(429)


def count_wrong(account: str) -> None:
    """Note one wrong try of this place."""
    _limits().count(_place(), account, today=local_day(now(), "UTC"))


def may_ask_from_here() -> bool:
    """Count one request for a link from this place; False after 20 in an hour."""
    return _limits().may_ask(ASKED_FROM_ONE_PLACE, "place", _place(), today=local_day(now(), "UTC"))


def may_sign_on_from_here() -> bool:
    """Count one beginning of single sign-on from this place; False after 120 in an hour."""
    return _limits().may_ask(SIGN_ONS, "sign-on", _place(), today=local_day(now(), "UTC"))


def may_ask_for(account: str) -> bool:
    """Count one request for a link for this address, wherever it comes from; False after three in an hour."""
    return _limits().may_ask(ASKED_FOR_ONE_ADDRESS, "address", account, today=local_day(now(), "UTC"))


def _limits() -> TryLimits:
    return cast(TryLimits, current_app.extensions.setdefault(KEY, TryLimits()))


def _place() -> str:
    """The other end of the connection; what a proxy says of it counts only where proxies are set up."""
    return request.remote_addr or ""
