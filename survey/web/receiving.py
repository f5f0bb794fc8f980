"""Takes in the bytes of an uploaded visits file: sealed as they arrive, never in clear in a file of ours.

Only for the one route that takes files, and only behind its door: a stranger's bytes are not read at all.
What a view does not keep is destroyed when the request ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flask import Flask, Request, abort, g, request

from survey.keys.sealed_file import SealingStream
from survey.keys.uploads import MOST_FILES, Uploads
from survey.practice import logo
from survey.visits.part import LARGEST
from survey.web.installation import now, runtime

ENDPOINT: Final = "visits.receive"
#: A picture is no secret and waits in memory, or in a file that has no name.
LOGO: Final = "look.change_logo"
#: The fields and the marks between the files of one form.
ROUND_THEM: Final = 1024 * 1024
#: A form has two fields for files. More than these are not opened.
MOST_STREAMS: Final = 4


@dataclass
class Received:
    """The files of this request, sealed under the key of one upload."""

    upload: str
    streams: list[SealingStream] = field(default_factory=list)
    kept: bool = False


class SealingRequest(Request):
    """A request whose uploaded files go straight into sealed ones."""

    def _get_file_stream(self, *given: Any, **named: Any) -> Any:
        if self.endpoint != ENDPOINT:
            return super()._get_file_stream(*given, **named)
        found = received()
        if len(found.streams) >= MOST_STREAMS:
            abort(400)  # no form of ours has so many
        stream = uploads().receive(found.upload, len(found.streams), most=LARGEST)
        found.streams.append(stream)
        return stream


def install(app: Flask) -> None:
    """Must come between the door and the forgery check, which is the first to read the form."""
    app.request_class = SealingRequest
    app.before_request(_allow_size)
    app.teardown_request(_destroy_unkept)


def uploads() -> Uploads:
    return Uploads(runtime().settings)


def received() -> Received:
    """What this request has brought so far; begins an upload at the first file."""
    if "received" not in g:
        g.received = Received(uploads().begin(now=now()))
    found: Received = g.received
    return found


def keep(files: Sequence[Path]) -> None:
    """These files stay, in this order."""
    uploads().keep(received().upload, files)
    received().kept = True


def is_upload() -> bool:
    """Whether this request is the one that brings files."""
    return request.endpoint == ENDPOINT


def _allow_size() -> None:
    if is_upload():
        request.max_content_length = MOST_FILES * LARGEST + ROUND_THEM
    elif request.endpoint == LOGO:
        request.max_content_length = logo.MOST_BYTES + ROUND_THEM


def _destroy_unkept(_trouble: BaseException | None) -> None:
    found: Received | None = g.pop("received", None)
    if found is None:
        return
    for stream in found.streams:
        stream.close()
    if not found.kept:
        uploads().destroy(found.upload)
