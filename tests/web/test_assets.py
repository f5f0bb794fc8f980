"""Addresses of static files and the direction of a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from survey.web import assets
from survey.web.assets import asset, page_context


def test_an_address_carries_the_digest_of_its_file(app: Flask) -> None:
    with app.test_request_context():
        first, other = asset("afterword.css"), asset("staff.css")
    assert first.startswith("/static/afterword.css?v=")
    assert first.split("=")[1] != other.split("=")[1]
    with app.test_client().get(first) as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_a_file_that_does_not_exist_is_an_error_of_ours(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        asset("nothing.css")


@pytest.mark.parametrize(
    ("locale", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl"), ("he", "rtl")]
)
def test_a_page_runs_the_way_its_language_does(app: Flask, locale: str, direction: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert page_context() == {"page_language": locale, "page_direction": direction}


def test_a_sheet_within_a_page_may_fetch_nothing(tmp_path: Path) -> None:
    """A browser would send the page's address along."""
    fetching = tmp_path / "fetching.css"
    fetching.write_text("b{background:url(mark.svg)}", "utf-8")
    with pytest.raises(AssertionError, match="would tell where it stands"):
        assets._sheet(fetching)
