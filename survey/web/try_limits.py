"""How many wrong passwords and codes may be tried from one place, counted in memory for each web process.

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
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from survey.clock import local_day
from survey.web.installation import now

KEY: Final = "afterword.try_limits"
#: Wrong tries in 15 minutes from one place: for one account, and for all of them together. A whole practice
#: may stand behind one address.
ONE_ACCOUNT: Final = RateLimitItemPerMinute(10, 15)
ALL_ACCOUNTS: Final = RateLimitItemPerMinute(60, 15)


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

    def _marks(self, place: str, account: str, today: date) -> tuple[str, str]:
        if today != self.day:
            self.day, self.salt = today, secrets.token_bytes(32)
        return self._mark("one", place, account), self._mark("all", place)

    def _mark(self, *parts: str) -> str:
        return hmac.digest(self.salt, "\0".join(parts).encode("utf-8", "replace"), "sha256").hex()


def require_tries(account: str) -> None:
    """Answers 429 where this place has tried too often, before any work is done."""
    if not _limits().allows(_place(), account, today=local_day(now(), "UTC")):
        abort(429)


def count_wrong(account: str) -> None:
    """Note one wrong try of this place."""
    _limits().count(_place(), account, today=local_day(now(), "UTC"))


def _limits() -> TryLimits:
    return cast(TryLimits, current_app.extensions.setdefault(KEY, TryLimits()))


def _place() -> str:
    """The other end of the connection; what a proxy says of it counts only where proxies are set up."""
    return request.remote_addr or ""
