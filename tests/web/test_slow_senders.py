"""Whoever sends slowly keeps nobody from being served."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from flask import Flask

from survey.attacks.serving import served
from survey.web import serving

SLOW = 200
BEGINNING = b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def answered_beside_slow_ones(seconds: float) -> bytes:
    """What a quick visitor gets while so many others never end their request."""
    app = Flask("quick")
    app.add_url_rule("/", view_func=lambda: "here")
    with ExitStack() as stack:
        address = stack.enter_context(served(app)).removeprefix("http://")
        host, _, port = address.partition(":")
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
            line.sendall(BEGINNING)
        quick = stack.enter_context(socket.create_connection((host, int(port)), timeout=seconds))
        quick.sendall(WHOLE)
        return quick.recv(1000)


def test_a_quick_visitor_is_served_beside_slow_ones() -> None:
    assert answered_beside_slow_ones(30).startswith(b"HTTP/1.1 200")


def test_with_the_limit_that_waitress_comes_with_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variant: a hundred connections at most."""
    monkeypatch.setattr(serving, "CONNECTIONS", 100)
    with pytest.raises(TimeoutError):
        answered_beside_slow_ones(1)
