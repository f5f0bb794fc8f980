"""What arrives at the address for files: from a stranger not a byte, from anybody no more than the limit."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import receiving
from tests.web.desk import enter, make_front_desk, token_of


class Endless(io.RawIOBase):
    """A body without an end that counts what is read of it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.taken += len(buffer)
        return len(buffer)


FORM = "multipart/form-data; boundary=x"


@pytest.mark.parametrize("declared", [401 * 1000**2, 401 * 1024**2, None])
def test_of_a_stranger_s_body_nothing_is_read(
    runtime: Runtime, practice: Practice, client: FlaskClient, declared: int | None
) -> None:
    body = Endless()
    length = {"CONTENT_LENGTH": str(declared)}
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    sent = {"wsgi.input": body, **(length if declared else chunked)}
    answer = client.post("/staff/visits", content_type=FORM, environ_overrides=sent)
    assert answer.status_code == 401
    assert body.taken == 0
    assert not list(runtime.settings.uploads.glob("*"))


@pytest.mark.parametrize("declared", [401 * 1000**2, None])
@pytest.mark.parametrize("kind", [FORM, "application/x-www-form-urlencoded"])
def test_nor_of_somebody_whose_sign_in_is_over(
    runtime: Runtime, practice: Practice, client: FlaskClient, declared: int | None, kind: str
) -> None:
    """Short forms come back to them; a long body is refused as a stranger's is."""
    enter(client, runtime, make_front_desk(runtime, practice))
    client.post("/staff/sign-out", data={"csrf_token": token_of(client, "/staff/visits")})
    body = Endless()
    length = {"CONTENT_LENGTH": str(declared)}
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    sent = {"wsgi.input": body, **(length if declared else chunked)}
    headers = {"Origin": "http://localhost"}
    answer = client.post("/staff/visits", content_type=kind, environ_overrides=sent, headers=headers)
    assert answer.status_code == 401
    assert body.taken == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A file may have up to 200 MB. Export fewer visits at a time. Nothing was kept."),
        ("es", "Un archivo puede tener hasta 200 MB. Exporte menos visitas cada vez. No se guardó nada."),
    ],
)
def test_a_body_larger_than_two_files_is_refused_in_words_about_files(
    runtime: Runtime, practice: Practice, client: FlaskClient, language: str, words: str
) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    body = Endless()
    most = receiving.MOST_FILES * receiving.LARGEST + receiving.ROUND_THEM
    sent = {"wsgi.input": body, "CONTENT_LENGTH": str(most + 1)}
    headers = {"Accept-Language": language}
    answer = client.post("/staff/visits", content_type=FORM, environ_overrides=sent, headers=headers)
    assert answer.status_code == 413
    assert words in answer.text
    assert body.taken == 0
    assert not list(runtime.settings.uploads.glob("*"))


def test_other_pages_speak_of_words_that_are_too_long(
    runtime: Runtime, practice: Practice, client: FlaskClient, app: Flask
) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    token = token_of(client, "/staff/visits")
    long = {"csrf_token": token, "shape": "x" * (app.config["MAX_CONTENT_LENGTH"] + 1)}
    answer = client.post("/staff/visits/forget", data=long, headers={"Accept-Language": "es"})
    assert answer.status_code == 413
    assert "Acórtelas y envíe otra vez." in answer.text
