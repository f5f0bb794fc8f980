"""Bytes that are the same for everyone, with their shorter forms: made once, kept in memory.

Pure. A page that holds somebody's words or a code must never be packed: how far it shrinks would tell an
onlooker something of it (the attack called BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

import brotli
from werkzeug.http import parse_accept_header, parse_etags

VARIES = ("Vary", "Accept-Encoding")
#: From this size on the last percent costs seconds of the processor.
LARGE = 64 * 1024
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Packed:
    """A body, what is said of it, and its forms by encoding; ``""`` is the body itself."""

    etag: str
    headers: tuple[tuple[str, str], ...]
    forms: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """What goes out: 200 with a body, or 304 without. ``length``: of the body, for HEAD too."""

    status: str
    headers: Headers
    body: bytes


def pack(body: bytes, *headers: tuple[str, str]) -> Packed:
    """All forms of a body. ``headers`` are sent with each."""
    forms = {
        "": body,
        "gzip": gzip.compress(body, 9, mtime=0),
        "br": brotli.compress(body, quality=11 if len(body) < LARGE else 9),
    }
    return Packed(hashlib.sha256(body).hexdigest()[:20], headers, forms)


def answer(packed: Packed, *, accepted: str, known: str) -> Answer:
    """The answer to somebody who accepts these encodings and may know these tags already.

    ``accepted`` and ``known`` are the request's Accept-Encoding and If-None-Match.
    """
    encoding = best_encoding(accepted)
    body = packed.forms[encoding]
    tag = f"{packed.etag}-{encoding}" if encoding else packed.etag
    kept = [(name, value) for name, value in packed.headers if not name.startswith("Content-")]
    if known and parse_etags(known).contains_weak(tag):
        return Answer("304 NOT MODIFIED", [*kept, VARIES, ("ETag", f'"{tag}"')], b"")
    said = [*packed.headers, VARIES, ("ETag", f'"{tag}"'), ("Content-Length", str(len(body)))]
    if encoding:
        said.append(("Content-Encoding", encoding))
    return Answer("200 OK", said, body)


@lru_cache(maxsize=64)
def best_encoding(accepted: str) -> str:
    """The shortest form that a browser takes; an empty text for the body itself."""
    quality = dict(parse_accept_header(accepted))
    return next((each for each in ("br", "gzip") if quality.get(each, 0) > 0), "")
