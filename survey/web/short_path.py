"""The short path: bytes that are the same for everyone go out before Flask looks at the request.

A web server meets the survey page far more often than any other. Nothing is read here but the address and
what the browser can unpack: no cookie, no session, no database. What is not at hand takes the long path
through Flask, which puts it here. Both paths must answer with the same bytes and headers, also after an
answer (``answer_path``).
"""

from __future__ import annotations

from collections.abc import Iterable
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from survey.web import assets, headers, packed, survey_page
from survey.web.answer_path import AnswerPath

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOKS = ("GET", "HEAD")
STATIC = "/static/"
SURVEYS = "/s/"
#: Files that shrink, and that browsers ask for; letters to print with are neither.
SHRINKING = frozenset({".css", ".js", ".svg"})
KEPT_NOWHERE = ("Cache-Control", "no-store")
FOR_A_YEAR = ("Cache-Control", "public, max-age=31536000")


class ShortPath:
    """Stands before an application; what it does not know it hands on."""

    def __init__(self, app: Flask) -> None:
        self.onward: WSGIApplication = app.wsgi_app
        self._shelf: survey_page.Shelf = app.extensions[survey_page.KEY]
        self._assets: assets.Assets = app.extensions[assets.KEY]
        self._answers = AnswerPath(app)
        self._root = Path(app.static_folder or "static")
        self._files: dict[str, packed.Packed] = {}
        self._for_files = _both("")
        self._for_surveys = _both(self._assets.sheet_digests)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] in LOOKS and not environ.get("SCRIPT_NAME"):
            if path.startswith(SURVEYS):
                survey, language = survey_page.at_hand(self._shelf, path[len(SURVEYS) :]) or (None, "")
                page = survey and survey.pages.get(language)
                if page:
                    return _answer(page, self._for_surveys, environ, start_response)
            elif path.startswith(STATIC):
                file = self._file(path[len(STATIC) :])
                if file is not None:
                    return _answer(file, self._for_files, environ, start_response)
        elif environ["REQUEST_METHOD"] == "POST" and path.startswith(SURVEYS):
            found = survey_page.at_hand(self._shelf, path[len(SURVEYS) :])
            thanks = found and self._answers.thanks(environ, *found)
            if thanks:
                said = self._for_surveys[environ["wsgi.url_scheme"] == "https"]
                length = ("Content-Length", str(len(thanks)))
                start_response("200 OK", [survey_page.HTML, length, *said, KEPT_NOWHERE])
                return [thanks]
        return self.onward(environ, start_response)

    def _file(self, name: str) -> packed.Packed | None:
        """A file of ours in all forms; None for one that is unknown or does not shrink."""
        found = self._files.get(name)
        if found is None and name in self._assets.digests and Path(name).suffix in SHRINKING:
            kind = guess_type(name)[0] or "text/plain"
            typed = ("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            found = packed.pack((self._root / name).read_bytes(), typed, FOR_A_YEAR)
            self._files[name] = found
        return found


def _both(sheets: str) -> dict[bool, packed.Headers]:
    """What protects an answer, by whether the line is encrypted."""
    return {secure: headers.protection(sheets=sheets, secure=secure) for secure in (False, True)}


def _answer(
    found: packed.Packed,
    protection: dict[bool, packed.Headers],
    environ: WSGIEnvironment,
    start_response: StartResponse,
) -> Iterable[bytes]:
    answer = packed.answer(
        found,
        accepted=environ.get("HTTP_ACCEPT_ENCODING", ""),
        known=environ.get("HTTP_IF_NONE_MATCH", ""),
    )
    start_response(answer.status, answer.headers + protection[environ["wsgi.url_scheme"] == "https"])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
