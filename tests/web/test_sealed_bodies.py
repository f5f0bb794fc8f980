"""What waitress keeps of a body: sealed for the one address that takes files, refused elsewhere when long.

From whoever is not signed in a long body is refused everywhere, unread.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import RequestEntityTooLarge

from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import sealed_bodies
from survey.web.sealed_bodies import MOST, SealedBody, SealingParser, SignInFirst, TooLong, known_to
from tests.web.desk import enter, make_front_desk

SMALL = 50_000
MINE = "Cookie: session=mine"
WORD = b"rita@example.org"
BODY = (WORD + b" " * 84) * 3000


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie during a test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


class Parser(SealingParser):
    """One that takes a certain cookie for that of a sign-in."""

    knows = staticmethod(MINE.removeprefix("Cookie: ").__eq__)


def begun(kind: type[HTTPRequestParser], line: str, *headers: str, limit: int = SMALL) -> Any:
    """A parser that has read the head of a request."""
    parser = kind(Adjustments(max_request_body_size=limit, inbuf_overflow=1000))
    head = "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()
    assert parser.received(head) == len(head)
    return parser


def fed(parser: Any, body: bytes) -> Any:
    """The same parser, with as much of the body as it takes."""
    for start in range(0, len(body), 8192):
        if not parser.completed:
            parser.received(body[start : start + 8192])
    return parser


def opened_files(place: Path) -> Iterator[bytes]:
    """Content of the files below ``place`` that this process holds open, those without a name, too."""
    for link in Path("/proc/self/fd").iterdir():
        try:
            if str(link.readlink()).startswith(str(place)):
                yield link.read_bytes()
        except FileNotFoundError:  # the folder that is being listed
            continue


def length(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


def test_an_upload_is_whole_in_the_end_and_sealed_all_the_while(scratch: Path) -> None:
    parser = fed(begun(Parser, "POST /staff/visits", MINE, length(BODY)), BODY[:-10])
    (so_far,) = opened_files(scratch)
    assert len(so_far) > SMALL
    assert WORD not in so_far
    fed(parser, BODY[-10:])
    assert (parser.completed, parser.error) == (True, None)
    stream = parser.get_body_stream()
    assert stream.read() == BODY
    assert not any(WORD in each for each in opened_files(scratch))
    assert list(scratch.iterdir()) == [], "the file has no name any more"
    parser.close()
    assert list(opened_files(scratch)) == []


def test_waitress_alone_would_keep_it_in_clear(scratch: Path) -> None:
    """The leaky variant: the limit is raised, and the parser is waitress's own."""
    parser = begun(HTTPRequestParser, "POST /staff/visits", length(BODY), limit=10**7)
    fed(parser, BODY[:-10])
    assert any(WORD in each for each in opened_files(scratch))
    parser.close()


def test_a_body_that_breaks_off_leaves_nothing(scratch: Path) -> None:
    parser = fed(begun(Parser, "POST /staff/visits", MINE, length(BODY)), BODY[:200_000])
    assert len(list(scratch.iterdir())) == 1
    parser.close()
    assert [*scratch.iterdir(), *opened_files(scratch)] == []


@pytest.mark.parametrize(
    "line", ["POST /staff/visits/", "POST /staff/visits/forget", "GET /staff/visits", "PUT /staff/visits"]
)
def test_every_other_address_refuses_a_long_body(scratch: Path, line: str) -> None:
    parser = begun(Parser, line, MINE, length(BODY))
    assert (parser.completed, type(parser.error)) == (True, RequestEntityTooLarge)
    assert list(scratch.iterdir()) == []


def test_more_than_two_files_of_the_largest_kind_is_refused_at_once(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_bodies, "MOST", len(BODY))
    parser = begun(Parser, "POST /staff/visits", MINE, length(BODY))
    assert (parser.completed, type(parser.error)) == (True, TooLong)
    assert list(scratch.iterdir()) == []
    begun(Parser, "POST /staff/visits", MINE, f"Content-Length: {len(BODY) - 1}").close()


def test_a_body_that_does_not_say_how_long_it_is_is_never_written_in_clear(scratch: Path) -> None:
    parser = begun(Parser, "POST /staff/visits", MINE, "Transfer-Encoding: chunked", limit=900)
    fed(parser, b"".join(b"64\r\n" + BODY[:100] + b"\r\n" for _ in range(50)))
    assert (parser.completed, type(parser.error)) == (True, TooLong)
    assert not any(WORD in each for each in opened_files(scratch))
    parser.close()


def test_a_form_without_a_body_is_read() -> None:
    parser = begun(Parser, "POST /staff/visits", MINE, "Content-Length: 0")
    assert (parser.completed, parser.error) == (True, None)
    parser.close()


def test_a_body_is_closed_twice_without_harm() -> None:
    body = SealedBody()
    body.append(secrets.token_bytes(10))
    assert len(body) == 10
    body.close()
    body.close()


@pytest.mark.parametrize("who", ["", "Cookie: session=other"])
@pytest.mark.parametrize("declared", [SMALL, 401 * 1000**2, 401 * 1024**2, MOST + 1])
def test_a_stranger_s_long_body_is_refused_at_its_head(scratch: Path, who: str, declared: int) -> None:
    headers = [each for each in (who, f"Content-Length: {declared}") if each]
    parser = begun(Parser, "POST /staff/visits", *headers)
    assert (parser.completed, type(parser.error)) == (True, SignInFirst)
    assert parser.received(BODY) == 0, "nothing of it is read"
    assert list(scratch.iterdir()) == []


def test_without_the_look_at_the_cookie_it_would_be_read(scratch: Path) -> None:
    """The leaky variant: everybody is taken for somebody who is signed in."""
    everybody = type("Everybody", (SealingParser,), {"knows": staticmethod(lambda _cookies: True)})
    parser = begun(everybody, "POST /staff/visits", f"Content-Length: {401 * 1000**2}")
    assert parser.received(BODY) == len(BODY)
    assert len(list(scratch.iterdir())) == 1
    parser.close()


def test_a_refusal_names_the_limit_in_both_languages() -> None:
    parser = begun(Parser, "POST /staff/visits", MINE, f"Content-Length: {MOST + 1}")
    status, headers, body = parser.error.to_response("waitress")
    assert status.startswith("413 ")
    assert ("Cache-Control", "no-store") in headers
    assert body.decode().splitlines() == [
        "A file may have up to 200 MB. Export fewer visits at a time. Nothing was kept.",
        "",
        "Un archivo puede tener hasta 200 MB. Exporte menos visitas cada vez. No se guardó nada.",
    ]


def test_only_a_cookie_that_a_sign_in_has_made_is_known(
    runtime: Runtime, practice: Practice, app: Flask, client: FlaskClient
) -> None:
    knows = known_to(app)
    client.get("/staff/sign-in")
    stranger = client.get_cookie("session", path="/staff")
    assert stranger is not None, "a form's token stands in a cookie, too"
    assert not knows(f"session={stranger.value}")
    enter(client, runtime, make_front_desk(runtime, practice))
    mine = client.get_cookie("session", path="/staff")
    assert mine is not None
    assert knows(f"other=1; session={mine.value}")
    for broken in ("", "session=", "session", f"session={mine.value}x", f"sessions={mine.value}", "\xff;=;"):
        assert not knows(broken)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"Content-Length: {401 * 1000**2}", b"401"),
        (f"Content-Length: {2**40}", b"401"),
        ("Transfer-Encoding: chunked", b"401"),
    ],
)
def test_a_server_takes_next_to_nothing_from_a_stranger(
    app: Flask, scratch: Path, monkeypatch: pytest.MonkeyPatch, head: str, status: bytes
) -> None:
    monkeypatch.setattr(HTTPChannel, "parser_class", HTTPRequestParser)
    sealed_bodies.install(app)
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=1, max_request_body_size=SMALL)
    enough = threading.Event()

    def serve() -> None:
        while not enough.is_set():
            server.asyncore.loop(timeout=0.1, map=server._map, count=1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        answer, taken = pressed(server.effective_port, head)
    finally:
        enough.set()
        thread.join()
        server.task_dispatcher.shutdown()
        for each in list(server._map.values()):
            each.close()
    assert answer.split(b" ")[1] == status
    assert taken < 64 * 1024**2, "what the kernel holds between the two, and no more"
    assert list(scratch.glob("afterword-*")) == []


def pressed(port: int, head: str) -> tuple[bytes, int]:
    """What a server answers to somebody who goes on sending, and how much of the body went away."""
    taken, chunked = 0, "chunked" in head
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"POST /staff/visits HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        piece = b"10000\r\n" + bytes(0x10000) + b"\r\n" if chunked else bytes(0x10000)
        answer = b""
        line.setblocking(False)
        while not answer and taken < 401 * 1000**2:
            try:
                taken += line.send(piece)
                answer = line.recv(4096)
            except BlockingIOError:
                continue
            except OSError:
                break
        line.settimeout(20)
        return answer or line.recv(4096), taken


def test_every_request_of_the_process_is_read_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTPChannel, "parser_class", HTTPRequestParser)
    sealed_bodies.install(app)
    assert issubclass(HTTPChannel.parser_class, SealingParser)
