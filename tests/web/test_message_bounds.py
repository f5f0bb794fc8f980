"""Where one request ends and the next begins: never where a proxy in front would see it otherwise."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments
from waitress.utilities import BadRequest

from survey.web.sealed_bodies import SealingParser

HEAD = b"POST /staff/sign-in HTTP/1.1\r\nHost: localhost\r\n"
LENGTH = b"\r\nContent-Length: "
#: What a second request would look like that was hidden in the body of the first.
HIDDEN = b"GET /staff/people HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Parser(SealingParser):
    """One for which everybody is signed in."""

    knows = staticmethod(bool)


class Forgiving(Parser):
    """The broken variant: takes the first of two lengths, and a sign before a number."""

    def parse_header(self, header_plus: bytes) -> None:
        first, length, *_others = header_plus.replace(b"+", b"").split(LENGTH)
        super().parse_header(first + LENGTH + length)


def read(*parts: bytes, kind: type[Parser] = Parser) -> tuple[SealingParser, bytes]:
    """The parser after one request, and what it left for the next one."""
    parser, rest = kind(Adjustments()), b"".join(parts)
    while rest and not parser.completed:
        taken = parser.received(rest)
        assert taken > 0
        rest = rest[taken:]
    return parser, rest


def test_where_a_length_is_given_too_the_pieces_decide() -> None:
    body = b"5\r\nhello\r\n0\r\n\r\n"
    parser, rest = read(HEAD, b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", body, HIDDEN)
    assert parser.error is None
    assert parser.get_body_stream().read() == b"hello"
    assert rest == HIDDEN
    assert parser.headers["CONTENT_LENGTH"] == "5", "what is passed on is the length that was read"
    parser.close()


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 3\r\nContent-Length: 50\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 3 3\r\n",
        b"Content-Length : 3\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"X: y\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(lines: bytes) -> None:
    parser, _ = read(HEAD, lines, b"\r\n")
    assert parser.completed
    assert parser.error is not None
    assert parser.error.code in {400, 501}


@pytest.mark.parametrize("lines", [b"Content-Length: 3\r\nContent-Length: 50\r\n", b"Content-Length: +3\r\n"])
def test_a_reader_that_takes_such_a_head_would_be_noticed(lines: bytes) -> None:
    parser, rest = read(HEAD, lines, b"\r\n", b"abc", HIDDEN, kind=Forgiving)
    assert (parser.error, rest) == (None, HIDDEN), "a request that nobody in front has seen"
    parser.close()


@pytest.mark.parametrize(
    "body", [b"5;a\nb\r\nhello\r\n", b"-5\r\nhello\r\n", b"0x5\r\nhello\r\n", b"5\r\nhello!!"]
)
def test_pieces_whose_lengths_are_wrong_are_refused(body: bytes) -> None:
    parser, _ = read(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", body, b"0\r\n\r\n", HIDDEN)
    assert parser.completed
    assert isinstance(parser.error, BadRequest)
