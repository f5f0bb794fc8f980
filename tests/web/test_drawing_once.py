"""What is drawn of the same lines is drawn once; other lines and another language are drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from survey.reports.remembering import MOST
from survey.web import drawing_once
from survey.web.drawing_once import drawn_once


@dataclass(frozen=True)
class Lines:
    works: tuple[object, ...]
    attention: tuple[object, ...] = ()
    early: tuple[object, ...] = ()
    period_key: str = "last-four"


@pytest.fixture(autouse=True)
def _empty() -> None:
    drawing_once._DRAWN.clear()


def test_the_same_lines_are_drawn_once_and_others_anew(app: Flask) -> None:
    drawn: list[str] = []

    def draw(words: str) -> Markup:
        drawn.append(words)
        return Markup("<p>") + words

    one, other = Lines((object(),)), Lines((object(),))
    with app.test_request_context():
        assert drawn_once(one, lambda: draw("a")) == "<p>a"  # type: ignore[arg-type]
        assert drawn_once(one, lambda: draw("b")) == "<p>a"  # type: ignore[arg-type]
        assert drawn_once(other, lambda: draw("c")) == "<p>c"  # type: ignore[arg-type]
    with app.test_request_context(), force_locale("es"):
        assert drawn_once(one, lambda: draw("d")) == "<p>d"  # type: ignore[arg-type]
    assert drawn == ["a", "c", "d"]


def test_no_more_are_kept_than_pages_are_remembered(app: Flask) -> None:
    with app.test_request_context():
        for place in range(MOST + 5):
            drawn_once(Lines((place + 1000, object())), Markup)  # type: ignore[arg-type]
    assert len(drawing_once._DRAWN._kept) == MOST
