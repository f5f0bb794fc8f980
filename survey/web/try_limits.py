"""How many wrong passwords and codes may be tried from one place, and how many links for a forgotten password
may be asked for.

Two counts: of a place for one account, and of a place over all accounts. None is of an account alone, so
nobody can keep a person out from elsewhere; a right password clears neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from flask import abort, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from survey.web.limiters import Limiter, limiter, today

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

    limiter: Limiter = field(default_factory=Limiter)

    def allows(self, place: str, account: str, *, today: date) -> bool:
        """Whether this place may try this account once more. Counts nothing."""
        one, all_of_them = self._subjects(place, account)
        return self.limiter.test(ONE_ACCOUNT, *one, today=today) and self.limiter.test(
            ALL_ACCOUNTS, *all_of_them, today=today
        )

    def count(self, place: str, account: str, *, today: date) -> None:
        """One wrong try."""
        one, all_of_them = self._subjects(place, account)
        self.limiter.hit(ONE_ACCOUNT, *one, today=today)
        self.limiter.hit(ALL_ACCOUNTS, *all_of_them, today=today)

    def may_ask(self, item: RateLimitItem, *subject: str, today: date) -> bool:
        """Count one more request for a link; False where there were too many."""
        return self.limiter.hit(item, "asked", *subject, today=today)

    def _subjects(self, place: str, account: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return ("one", place, account), ("all", place)


def require_tries(account: str) -> None:
    """Answers 429 where this place has tried too often, before any work is done."""
    if not _limits().allows(_place(), account, today=today()):
        abort(429)


def count_wrong(account: str) -> None:
    """Note one wrong try of this place."""
    _limits().count(_place(), account, today=today())


def may_ask_from_here() -> bool:
    """Count one request for a link from this place; False after 20 in an hour."""
    return _limits().may_ask(ASKED_FROM_ONE_PLACE, "place", _place(), today=today())


def may_sign_on_from_here() -> bool:
    """Count one beginning of single sign-on from this place; False after 120 in an hour."""
    return _limits().may_ask(SIGN_ONS, "sign-on", _place(), today=today())


def may_ask_for(account: str) -> bool:
    """Count one request for a link for this address, wherever it comes from; False after three in an hour."""
    return _limits().may_ask(ASKED_FOR_ONE_ADDRESS, "address", account, today=today())


def _limits() -> TryLimits:
    return TryLimits(limiter())


def _place() -> str:
    """The other end of the connection; what a proxy says of it counts only where proxies are set up."""
    return request.remote_addr or ""
