"""Codes tried by the thousand from one address (row 36): none opens anything, and nobody is locked out.

A whole clinic may stand behind one address, so patients' pages never count who asks. A code has 128 random
bits, and a wrong one costs no database anything.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import date

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from limits import RateLimitItemPerHour
from werkzeug.test import TestResponse

from survey.app import make_app
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web.limiters import Limiter
from tests import builders
from tests.services import FULL
from tests.web.patients import GOOD, NOTHING, ONE_ANSWER, PAGE, kept, told_apart

TRIES = 5000 if FULL else 300
RAW = 42
HERE = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture
def practice(sqlite_runtime: Runtime) -> Practice:
    return builders.make_practice(sqlite_runtime)


@pytest.fixture
def app(sqlite_runtime: Runtime, practice: Practice) -> Flask:
    return make_app(sqlite_runtime)


@pytest.fixture
def token(sqlite_runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(sqlite_runtime, practice, builders.make_clinician(sqlite_runtime, practice))


def guesses(token: str) -> list[str]:
    """Codes of the right length: quite random ones, and those of the week and cell of a real one, which is
    the most that a thief can know."""
    known = urlsafe_b64decode(token)[:10]
    heads = (b"", known)
    return [_code(heads[number % 2]) for number in range(TRIES)]


def _code(head: bytes) -> str:
    return urlsafe_b64encode(head + secrets.token_bytes(RAW - len(head))).decode("ascii")


def tried(client: FlaskClient, code: str) -> TestResponse:
    return client.post(PAGE, data={**GOOD, "token": code}, environ_base=HERE)


def test_thousands_of_guesses_open_nothing_and_lock_nobody_out(
    app: Flask, sqlite_runtime: Runtime, practice: Practice, token: str
) -> None:
    client = app.test_client()
    found = Counter(tried(client, code).status_code for code in guesses(token))
    assert set(found) <= {400, 410}, found
    assert kept(sqlite_runtime, practice) == NOTHING
    assert tried(client, token).status_code == 200
    assert kept(sqlite_runtime, practice) == ONE_ANSWER


def test_what_is_said_of_a_wrong_code_tells_nothing_of_a_real_one(
    app: Flask, sqlite_runtime: Runtime, practice: Practice, token: str
) -> None:
    """The same page before and after the real one is spent, but for the code that it repeats."""
    wrong, client = _code(urlsafe_b64decode(token)[:10]), app.test_client()
    before = tried(client, wrong)
    assert tried(client, token).status_code == 200
    assert told_apart(before, tried(client, wrong)) == set()


def test_a_limit_for_each_address_would_lock_the_clinic_out(app: Flask, token: str) -> None:
    """The broken variant."""
    limiter, day = Limiter(), date(2026, 3, 2)

    @app.before_request
    def slower() -> None:
        if not limiter.hit(RateLimitItemPerHour(20), request.remote_addr or "", today=day):
            abort(429)

    client = app.test_client()
    codes = [tried(client, code).status_code for code in [*guesses(token)[:30], token]]
    assert codes[-1] == 429
