"""Trying passwords is slowed down where it comes from, and keeps nobody out who comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.app import make_app
from survey.practice.model import Staff
from survey.runtime import Runtime
from survey.web.try_limits import ALL_ACCOUNTS, ONE_ACCOUNT, TryLimits
from tests import builders
from tests.web.desk import GOOD, make_owner, token_of

DAY = date(2026, 3, 2)
GOOD_USERS = [f"user{number}@example.org" for number in range(200)]


class OfAccountAlone(TryLimits):
    """The planted fault: counts tries of an account wherever they come from."""

    def _subjects(self, place: str, account: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return super()._subjects("", account)


def locked_out(limits: TryLimits) -> int:
    """Good users who may not sign in from their own place after 10,000 tries over 200 accounts."""
    for number in range(10_000):
        place, account = f"attacker {number % 400}", GOOD_USERS[number % 200]
        if limits.allows(place, account, today=DAY):
            limits.count(place, account, today=DAY)
    return sum(not limits.allows(f"home of {user}", user, today=DAY) for user in GOOD_USERS)


def test_ten_thousand_tries_over_two_hundred_accounts_lock_no_good_user_out() -> None:
    assert locked_out(TryLimits()) == 0


def test_the_check_finds_limits_of_an_account_alone() -> None:
    assert locked_out(OfAccountAlone()) == len(GOOD_USERS)


@pytest.mark.parametrize(
    ("account_of", "most"),
    [(lambda _: "a", ONE_ACCOUNT.amount), (str, ALL_ACCOUNTS.amount)],
)
def test_one_place_is_stopped_after_its_tries(account_of: Callable[[int], str], most: int) -> None:
    limits, done = TryLimits(), 0
    while limits.allows("here", account_of(done), today=DAY):
        limits.count("here", account_of(done), today=DAY)
        done += 1
    assert done == most
    assert limits.allows("here", "a", today=date(2026, 3, 3)), "marks change every day"


@pytest.fixture
def olu(sqlite_runtime: Runtime) -> Staff:
    return make_owner(sqlite_runtime, builders.make_practice(sqlite_runtime))


def tries(app: Flask, password: str, *, place: str, said: str = "") -> TestResponse:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = place
    form = {
        "csrf_token": token_of(client, "/staff/sign-in"),
        "email": "olu@example.org",
        "password": password,
    }
    return client.post("/staff/sign-in", data=form, headers={"X-Forwarded-For": said} if said else {})


def test_the_page_stops_one_place_and_lets_the_right_person_in_from_another(
    sqlite_runtime: Runtime, olu: Staff
) -> None:
    app = make_app(sqlite_runtime)
    found = [tries(app, "wrong words", place="192.0.2.1").status_code for _ in range(11)]
    assert found == [401] * 10 + [429]
    stopped = tries(app, GOOD, place="192.0.2.1", said="198.51.100.7")
    assert stopped.status_code == 429, "a header from nobody's proxy is not believed"
    assert "Wait a minute" in stopped.text
    assert tries(app, GOOD, place="198.51.100.7").status_code == 302


def test_a_right_password_clears_no_count(sqlite_runtime: Runtime, olu: Staff) -> None:
    app = make_app(sqlite_runtime)
    codes = [tries(app, "wrong words", place="192.0.2.1").status_code for _ in range(9)]
    assert tries(app, GOOD, place="192.0.2.1").status_code == 302
    codes += [tries(app, "wrong words", place="192.0.2.1").status_code for _ in range(2)]
    assert codes == [401] * 10 + [429]


def test_the_header_of_a_proxy_that_is_set_up_is_believed(sqlite_runtime: Runtime, olu: Staff) -> None:
    settings = replace(sqlite_runtime.settings, trusted_proxies=1)
    app = make_app(replace(sqlite_runtime, settings=settings))
    for _ in range(10):
        tries(app, "wrong words", place="192.0.2.1", said="203.0.113.5")
    assert tries(app, GOOD, place="192.0.2.1", said="203.0.113.5").status_code == 429
    assert tries(app, GOOD, place="192.0.2.1", said="198.51.100.7").status_code == 302
