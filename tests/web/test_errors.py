"""Every trouble is a page that says what happened and what to do, and shows nothing of the inside."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from survey.db import UnsafeDatabase
from survey.keys.files import KeyTrouble
from survey.web.doors import public

STATUSES = [400, 403, 404, 405, 413, 429, 500, 503, 418, 502]


def with_trouble(app: Flask, trouble: Exception | int, address: str = "/s/trouble") -> Flask:
    """The application with one more public route that fails."""

    @public
    def fail() -> str:
        if isinstance(trouble, int):
            abort(trouble)
        raise trouble

    app.add_url_rule(address, endpoint="trouble", view_func=fail)
    return app


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_page_with_the_usual_headers(app: Flask, status: int) -> None:
    response = with_trouble(app, status).test_client().get("/s/trouble")
    assert response.status_code == status
    assert "<h1>" in response.text
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_over_https_browsers_are_asked_to_stay_there_for_a_year_on_names_below_too(app: Flask) -> None:
    client = with_trouble(app, 500).test_client()
    for path in ("/healthz", "/nowhere", "/s/trouble"):
        headers = client.get(path, base_url="https://localhost").headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "Strict-Transport-Security" not in client.get(path).headers


def test_an_unforeseen_failure_shows_no_trace(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = with_trouble(app, ValueError("inside")).test_client().get("/s/trouble")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "inside" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "trouble",
    [
        OperationalError("SELECT secret", {}, Exception("locked")),
        KeyTrouble("the key file x is missing"),
        UnsafeDatabase("SQLite refuses journal_mode"),
    ],
)
def test_database_and_key_trouble_ask_for_patience(
    app: Flask, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    response = with_trouble(app, trouble).test_client().get("/s/trouble")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Not saved yet" in response.text
    assert str(trouble) not in response.text
    assert "secret" not in caplog.text
    assert type(trouble).__name__ in caplog.text


def test_a_refused_method_names_the_allowed_ones(app: Flask) -> None:
    response = app.test_client().delete("/stop/en/x")
    assert response.status_code == 405
    assert {"GET", "HEAD", "POST"} <= {each.strip() for each in response.headers["Allow"].split(",")}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_nothing_here_needs_are_refused_everywhere(app: Flask, method: str) -> None:
    for path in ("/healthz", "/staff/sign-in", "/stop/en/x", "/static/afterword.css"):
        response = app.test_client().open(path, method=method, headers={"X-Told-Back": "a-secret"})
        assert response.status_code == 405, path
        assert "a-secret" not in response.text


def test_staff_are_led_back_to_their_desk(app: Flask) -> None:
    response = with_trouble(app, 404, "/staff/trouble").test_client().get("/staff/trouble")
    assert 'href="/staff/"' in response.text
    assert "mail program" not in response.text


def test_the_page_speaks_the_language_of_the_address(app: Flask) -> None:
    client = app.test_client()
    assert "No encontramos esta página" in client.get("/s/riverside/nothing/es").text
    assert '<html lang="es"' in client.get("/stop/es").text
