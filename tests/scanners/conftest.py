"""A practice with something to see behind a live server, and a server with planted holes beside it.

Scanners send what people send a thousandfold. So that they reach the code, the application under them asks
for no token in its forms and never says "wait": both have tests of their own.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from flask import Flask
from limits import RateLimitItem
from werkzeug.serving import WSGIRequestHandler, make_server

from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import contact, limiters
from tests.scanners.control import make_control
from tests.services import miss
from tests.structure.crawling import House, furnish

Environ = dict[str, Any]


class Patient(limiters.Limiter):
    """Counts nothing and allows everything."""

    def hit(self, item: RateLimitItem, *subject: str, **more: object) -> bool:
        return True

    def test(self, item: RateLimitItem, *subject: str, **more: object) -> bool:
        return True


class Open(contact.Doorkeeper):
    """Lets everybody in."""

    def lets_in(self, place: str, *, today: date) -> bool:
        return True


class Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The server's own log would hold what a scanner sends."""


@dataclass
class Served:
    """A live application and what it answered: (first parts of the address, status) -> how often."""

    app: Flask
    address: str = ""
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    out_of_reach: tuple[str, ...] = ()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        def noted(status: str, *rest: Any) -> Any:
            self.answers[environ["PATH_INFO"], int(status[:3])] += 1
            return start(status, *rest)

        if environ["PATH_INFO"].startswith(self.out_of_reach or "none"):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b""]
        return self.app.wsgi_app(environ, noted)

    def count(self, path: str, *statuses: int) -> int:
        """Answers to addresses that begin with ``path``, of these statuses or of any."""
        return sum(
            number
            for (where, status), number in self.answers.items()
            if where.startswith(path) and (not statuses or status in statuses)
        )

    def faults(self) -> list[tuple[str, int]]:
        """Every address that answered with an error of ours."""
        return [each for each in self.answers if each[1] >= 500]


@contextmanager
def live(app: Flask) -> Iterator[Served]:
    served = Served(app)
    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=Silent)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()


def scanner(name: str, *, get: str) -> str:
    """Path of an installed scanner; skips where there is none."""
    found = shutil.which(name)
    if not found:
        miss("scanners", f"{name} is not installed ({get})")
    return found


@pytest.fixture
def house(runtime: Runtime, practice: Practice) -> House:
    return furnish(runtime, practice)


@pytest.fixture
def ours(house: House) -> Iterator[Served]:
    house.app.config["WTF_CSRF_ENABLED"] = False
    house.app.extensions[limiters.KEY] = Patient()
    house.app.extensions[contact.KEY] = Open()
    with live(house.app) as served:
        yield served


@pytest.fixture
def control() -> Iterator[Served]:
    with live(make_control()) as served:
        yield served


def cookie_of(house: House) -> str:
    """The value of the owner's cookie."""
    cookie = house.owner.get_cookie("session", path="/staff")
    assert cookie is not None
    return cookie.value
