"""Tries and requests are counted once for all web processes of one Redis, and anyhow where it is away."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import date

import pytest
from limits import RateLimitItemPerMinute

from survey.app import make_app
from survey.runtime import Runtime
from survey.settings import Settings
from survey.web import own_password
from survey.web.limiters import PREFIX, Limiter, limiter_for
from tests import builders
from tests.services import REDIS, miss
from tests.web.desk import enter, make_owner, token_of
from tests.web.test_try_limits import tries

DAY = date(2026, 3, 2)
THREE = RateLimitItemPerMinute(3)


@pytest.fixture
def settings(sqlite_runtime: Runtime) -> Settings:
    """Of an installation with a Redis; its secret is its own, as everybody's is."""
    try:
        import redis

        with redis.Redis.from_url(REDIS, socket_connect_timeout=2) as server:
            server.ping()
    except ImportError:
        miss("redis", "the package redis is not installed")
    except redis.RedisError:
        miss("redis", "no Redis server answers (set AFTERWORD_TEST_REDIS)")
    return replace(sqlite_runtime.settings, queue_url=REDIS, secret_key=secrets.token_hex(32))


def many(limiter: Limiter, day: date = DAY) -> bool:
    return limiter.hit(THREE, "place", "192.0.2.1", today=day)


def test_two_processes_with_one_redis_share_the_count(settings: Settings) -> None:
    one, other = limiter_for(settings), limiter_for(settings)
    assert [many(each) for each in (one, other, one, other)] == [True, True, True, False]
    assert not one.test(THREE, "place", "192.0.2.1", today=DAY)
    assert one.test(THREE, "place", "192.0.2.2", today=DAY)


def test_two_processes_without_one_count_apart(sqlite_runtime: Runtime) -> None:
    """The fault that sharing mends, planted: each process allows its own share."""
    one, other = (limiter_for(sqlite_runtime.settings) for _ in range(2))
    assert all(many(each) for each in (one, other) * 3)


def test_the_pages_of_two_processes_stop_one_place(sqlite_runtime: Runtime, settings: Settings) -> None:
    make_owner(sqlite_runtime, builders.make_practice(sqlite_runtime))
    runtime = replace(sqlite_runtime, settings=settings)
    apps = [make_app(runtime), make_app(runtime)]
    found = [tries(apps[number % 2], "wrong words", place="192.0.2.1").status_code for number in range(11)]
    assert found == [401] * 10 + [429]


def test_redis_holds_marks_that_are_gone_within_the_hour(settings: Settings) -> None:
    import redis

    with redis.Redis.from_url(REDIS) as server:
        before = set(server.scan_iter(f"{PREFIX}*"))
        limiter = limiter_for(settings)
        assert many(limiter)
        assert many(limiter, date(2026, 3, 3))
        keys = list(set(server.scan_iter(f"{PREFIX}*")) - before)
        held = b"".join(keys) + b"".join(b"".join(server.lrange(each, 0, -1)) for each in keys)
        assert all(0 < server.ttl(each) <= 3600 for each in keys)
    assert len(keys) >= 2, "another day, another mark"
    assert b"192.0.2.1" not in held


def test_where_redis_is_away_each_process_counts_for_itself(
    sqlite_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = limiter_for(replace(sqlite_runtime.settings, queue_url="redis://127.0.0.1:1/0"))
    with caplog.at_level(logging.WARNING):
        assert [many(limiter) for _ in range(4)] == [True, True, True, False]
        assert not limiter.test(THREE, "place", "192.0.2.1", today=DAY)
    assert "Redis does not answer" in caplog.text
    assert "192.0.2.1" not in caplog.text


PRESENT_PASSWORD = pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/staff/account/password", {"present": "wrong words", "password": "x", "again": "x"}),
        ("/staff/account/second-factor", {"password": "wrong words", "go": "begin"}),
        ("/staff/account/end", {"password": "wrong words", "mark": "others"}),
    ],
)


def eleven_tries(runtime: Runtime, page: str, form: dict[str, str]) -> list[int]:
    """What somebody at an open screen is answered who tries the present password eleven times."""
    olu = make_owner(runtime, builders.make_practice(runtime))
    client = make_app(runtime).test_client()
    enter(client, runtime, olu)
    fields = {"csrf_token": token_of(client, "/staff/account"), **form}
    codes = [client.post(page, data=fields).status_code for _ in range(11)]
    assert client.get("/staff/account").status_code == 200, "the sign-in itself stays"
    return codes


@PRESENT_PASSWORD
def test_the_present_password_cannot_be_tried_without_end(
    sqlite_runtime: Runtime, page: str, form: dict[str, str]
) -> None:
    assert eleven_tries(sqlite_runtime, page, form) == [400] * 10 + [429]


@PRESENT_PASSWORD
def test_a_page_that_does_not_count_such_tries_would_be_noticed(
    sqlite_runtime: Runtime, page: str, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant."""
    monkeypatch.setattr(own_password.try_limits, "count_wrong", lambda _account: None)
    assert eleven_tries(sqlite_runtime, page, form) == [400] * 11
