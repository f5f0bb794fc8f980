"""Fetching a calendar: from the address that was checked and no other, within one time and one size."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from survey.visits import feed
from survey.visits.feed import MOST_REDIRECTS, REASONS, CannotFetch, Fetched, Fetcher, Trouble
from survey.visits.feed_address import LOOPBACK, place_of
from tests.services import miss
from tests.visits.calendar_server import Answer, calendar_server, says, without_end

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HOST = "calendar.example"
HERE = Fetcher(loopback=True, seconds=5)


def trouble_of(fetcher: Fetcher, address: str) -> Trouble:
    with pytest.raises(CannotFetch) as situation:
        fetcher.fetch(address)
    assert situation.value.__cause__ is None
    assert situation.value.__suppress_context__ or situation.value.__context__ is None
    assert str(situation.value) == situation.value.trouble.value
    return situation.value.trouble


def trouble_with(answer: Answer, fetcher: Fetcher = HERE) -> Trouble:
    with calendar_server(answer) as server:
        return trouble_of(fetcher, server.address)


def planted(*addresses: str) -> Fetcher:
    """A fetcher whose names all stand for these addresses."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return Fetcher(addresses=resolve, seconds=5)


def test_a_calendar_comes_with_the_marks_of_its_server() -> None:
    modified = "Mon, 02 Mar 2026 10:00:00 GMT"
    answer = says("200 OK", CALENDAR, 'ETag: "one"', f"Last-Modified: {modified}")
    with calendar_server(answer) as server:
        assert HERE.fetch(server.address) == Fetched(CALENDAR, '"one"', modified)
        (asked,) = server.asked
        assert asked[0] == "GET /private-s3cret/basic.ics HTTP/1.1"
        assert f"Host: 127.0.0.1:{server.port}" in asked
    assert not [each for each in asked if each.startswith(("If-", "Cookie", "User-Agent"))]


def test_where_nothing_has_changed_nothing_comes() -> None:
    with calendar_server(says("304 Not Modified")) as server:
        assert HERE.fetch(server.address, etag='"one"', modified="yesterday").data is None
    assert 'If-None-Match: "one"' in server.asked[0]
    assert "If-Modified-Since: yesterday" in server.asked[0]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        ("404 Not Found", Trouble.GONE),
        ("410 Gone", Trouble.GONE),
        ("401 Unauthorized", Trouble.FORBIDDEN),
        ("403 Forbidden", Trouble.FORBIDDEN),
        ("304 Not Modified", Trouble.FAILING),  # nobody asked whether it has changed
        ("429 Too Many Requests", Trouble.FAILING),
        ("500 Internal Server Error", Trouble.FAILING),
        ("204 No Content", Trouble.FAILING),
    ],
)
def test_what_a_server_refuses_has_a_name(status: str, trouble: Trouble) -> None:
    assert trouble_with(says(status)) is trouble


def test_a_redirect_on_the_same_server_is_followed() -> None:
    moved, there = says("302 Found", b"", "Location: /new"), says("200 OK", CALENDAR)
    with calendar_server(lambda line, asked: (there if "/new" in asked[0] else moved)(line, asked)) as server:
        assert HERE.fetch(server.address).data == CALENDAR


@pytest.mark.parametrize(
    "location",
    [
        *("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "https://other.example/"),
        *("http://127.0.0.1:1/", "http://localhost/", "file:///etc/passwd", "//[::1]/"),
    ],
)
def test_a_redirect_to_another_place_is_not_followed(location: str) -> None:
    assert trouble_with(says("301 Moved Permanently", b"", f"Location: {location}")) is Trouble.MOVED


def redirected() -> int:
    """How often somebody on another port is asked to whom a calendar's server sends its visitors."""
    with calendar_server(says("200 OK", CALENDAR)) as other:
        moved = says("302 Found", b"", f"Location: {other.address}")
        with calendar_server(moved) as server, contextlib.suppress(CannotFetch):
            HERE.fetch(server.address)
        return len(other.asked)


def test_nobody_is_asked_where_such_a_redirect_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener counts; the broken variant, which goes wherever it is sent, does ask."""
    assert redirected() == 0
    monkeypatch.setattr(
        feed, "followed", lambda _place, location, loopback: place_of(location, loopback=loopback)
    )
    assert redirected() == 1


def test_redirects_in_a_circle_end() -> None:
    with calendar_server(says("302 Found", b"", "Location: /again")) as server:
        assert trouble_of(HERE, server.address) is Trouble.MOVED
    assert len(server.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "addresses",
    [("10.0.0.1",), (LOOPBACK,), ("8.8.8.8", "192.168.0.1"), ("169.254.169.254",), ("::ffff:127.0.0.1",)],
)
def test_a_name_of_which_one_address_is_private_is_not_fetched(addresses: tuple[str, ...]) -> None:
    assert trouble_of(planted(*addresses), f"https://{HOST}/") is Trouble.PRIVATE


def test_in_service_this_machine_is_not_fetched() -> None:
    with calendar_server(says("200 OK", CALENDAR)) as server:
        trouble_of(Fetcher(), server.address)
        assert trouble_of(Fetcher(), f"https://127.0.0.1:{server.port}/") is Trouble.PRIVATE
        assert trouble_of(Fetcher(), f"https://localhost:{server.port}/") is Trouble.PRIVATE
    assert server.asked == []


def test_a_name_without_address_does_not_answer() -> None:
    assert trouble_of(planted(), f"https://{HOST}/") is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        without_end(b"", pause=0.05),
        without_end(b"X-Drip: 1\r\n", head=b"HTTP/1.1 200 OK\r\n", pause=0.05),
        without_end(b"x", head=b"HTTP/1.1 200 OK\r\n\r\n", pause=0.05),
        without_end(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01),
    ],
    ids=["silent", "headers drip", "body drips", "continues"],
)
def test_a_slow_server_is_given_up_at_one_moment(answer: Answer) -> None:
    assert trouble_with(answer, Fetcher(loopback=True, seconds=0.5)) is Trouble.UNREACHABLE


def test_an_answer_without_end_is_cut_at_the_limit() -> None:
    endless = without_end(b"x" * 65536, head=b"HTTP/1.1 200 OK\r\n\r\n")
    assert trouble_with(endless, Fetcher(loopback=True, largest=1024 * 1024)) is Trouble.TOO_LARGE


def test_an_answer_that_breaks_off_is_not_taken() -> None:
    def broken(line: object, _lines: list[str]) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + CALENDAR)  # type: ignore[attr-defined]

    assert trouble_with(broken) is Trouble.UNREACHABLE


def test_what_is_no_http_is_unreachable() -> None:
    assert trouble_with(without_end(b"\x00\xff" * 70_000)) is Trouble.UNREACHABLE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of the host, in one file."""
    if shutil.which("openssl") is None:
        miss("openssl", "it is absent and no certificate can be made")
    made = tmp_path_factory.mktemp("tls") / "host.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", made),
            *("-out", made.parent / "only.pem"),
        ],
        check=True,
        capture_output=True,
    )
    with made.open("ab") as both:
        both.write((made.parent / "only.pem").read_bytes())
    return made


def over_tls(certificate: Path, trusted: bool) -> Fetcher:
    def trust() -> ssl.SSLContext:
        only = certificate.parent / "only.pem"
        return ssl.create_default_context(cafile=only) if trusted else ssl.create_default_context()

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return [LOOPBACK]

    return Fetcher(addresses=resolve, loopback=True, seconds=5, trust=trust)


def test_the_checked_address_is_asked_under_the_name_of_the_host(certificate: Path) -> None:
    named: list[str] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.sni_callback = lambda _line, name, _context: named.append(str(name))
    with calendar_server(says("200 OK", CALENDAR), tls=tls) as server:
        address = f"https://{HOST}:{server.port}/basic.ics"
        assert over_tls(certificate, trusted=True).fetch(address).data == CALENDAR
        assert f"Host: {HOST}:{server.port}" in server.asked[0]
        assert trouble_of(over_tls(certificate, trusted=False), address) is Trouble.CERTIFICATE
        other = f"https://other.example:{server.port}/basic.ics"
        assert trouble_of(over_tls(certificate, trusted=True), other) is Trouble.CERTIFICATE
    assert named == [HOST, HOST, "other.example"]
    assert len(server.asked) == 1


def test_every_trouble_has_words() -> None:
    assert set(REASONS) == set(Trouble)
