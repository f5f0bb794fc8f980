"""What waitress keeps of a body: sealed for the one address that takes files, refused elsewhere when long."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

from survey.web import sealed_bodies
from survey.web.sealed_bodies import SealedBody, SealingParser

SMALL = 50_000
WORD = b"rita@example.org"
BODY = (WORD + b" " * 84) * 3000


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie during a test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


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
    parser = fed(begun(SealingParser, "POST /staff/visits", length(BODY)), BODY[:-10])
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
    parser = fed(begun(SealingParser, "POST /staff/visits", length(BODY)), BODY[:200_000])
    assert len(list(scratch.iterdir())) == 1
    parser.close()
    assert [*scratch.iterdir(), *opened_files(scratch)] == []


@pytest.mark.parametrize(
    "line", ["POST /staff/visits/", "POST /staff/visits/forget", "GET /staff/visits", "PUT /staff/visits"]
)
def test_every_other_address_refuses_a_long_body(scratch: Path, line: str) -> None:
    parser = begun(SealingParser, line, length(BODY))
    assert (parser.completed, type(parser.error)) == (True, RequestEntityTooLarge)
    assert list(scratch.iterdir()) == []


def test_more_than_two_files_of_the_largest_kind_is_refused_at_once(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_bodies, "MOST", len(BODY))
    parser = begun(SealingParser, "POST /staff/visits", length(BODY))
    assert (parser.completed, type(parser.error)) == (True, RequestEntityTooLarge)
    assert list(scratch.iterdir()) == []
    begun(SealingParser, "POST /staff/visits", f"Content-Length: {len(BODY) - 1}").close()


def test_a_body_that_does_not_say_how_long_it_is_is_never_written_in_clear(scratch: Path) -> None:
    parser = begun(SealingParser, "POST /staff/visits", "Transfer-Encoding: chunked", limit=900)
    fed(parser, b"".join(b"64\r\n" + BODY[:100] + b"\r\n" for _ in range(50)))
    assert (parser.completed, type(parser.error)) == (True, RequestEntityTooLarge)
    assert not any(WORD in each for each in opened_files(scratch))
    parser.close()


def test_a_form_without_a_body_is_read() -> None:
    parser = begun(SealingParser, "POST /staff/visits", "Content-Length: 0")
    assert (parser.completed, parser.error) == (True, None)
    parser.close()


def test_a_body_is_closed_twice_without_harm() -> None:
    body = SealedBody()
    body.append(secrets.token_bytes(10))
    assert len(body) == 10
    body.close()
    body.close()


def test_every_request_of_the_process_is_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTPChannel, "parser_class", HTTPRequestParser)
    sealed_bodies.install()
    assert HTTPChannel.parser_class is SealingParser
