"""Codes never reach a log."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from survey.web import masking
from survey.web.masking import QUEUE, Masking, Silence, mask

CODE = "RSJtYm9ndXMtY29kZS10aGF0LW11c3Qtbm90LWJlLWxvZ2dlZA-_1234"
LINE = f'10.0.0.1 - - "GET /s/riverside/after-visit-1/en%23{CODE} HTTP/1.1" 302 -'


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (LINE, '10.0.0.1 - - "GET /s/riverside/after-visit-1/en%23[masked] HTTP/1.1" 302 -'),
        (f"/s/riverside/after-visit-1/en#{CODE}", "/s/riverside/after-visit-1/en#[masked]"),
        (f"/s/a/b/en/%23{CODE} and #{CODE}", "/s/a/b/en/%23[masked] and #[masked]"),
        (f"POST /stop/es/{CODE}.x HTTP/1.1", "POST /stop/es/[masked] HTTP/1.1"),
        (f"GET /staff/welcome/{CODE}.x HTTP/1.1", "GET /staff/welcome/[masked] HTTP/1.1"),
        (f"POST /staff/new-password/{CODE} HTTP/1.1", "POST /staff/new-password/[masked] HTTP/1.1"),
        ("GET /s/riverside/after-visit-1/en HTTP/1.1", "GET /s/riverside/after-visit-1/en HTTP/1.1"),
    ],
)
def test_what_follows_the_mark_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("name", ["werkzeug", "waitress"])
@pytest.mark.usefixtures("app")
def test_the_servers_loggers_carry_the_filter(name: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(name).warning('"%s" %s', LINE, "-")
    assert CODE not in caplog.text
    assert "en%23[masked]" in caplog.text


def test_a_logger_without_the_filter_would_be_noticed(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("survey.bare").warning("%s", LINE)
    assert CODE in caplog.text


def test_a_trace_is_masked_too() -> None:
    try:
        raise ValueError(f"/s/riverside/after-visit-1/en#{CODE}")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("survey", logging.ERROR, __file__, 1, "Exception on %s", (f"/#{CODE}",), trace)
    assert Masking().filter(record)
    assert CODE not in logging.Formatter().format(record)


def test_the_applications_own_log_of_a_failed_view_holds_no_code(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.logger.error("Exception on %s [%s]", f"/s/riverside/after-visit-1/en#{CODE}", "GET")
    assert CODE not in caplog.text


def test_a_request_that_had_to_wait_leaves_no_line(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    queue = logging.getLogger(QUEUE)
    caplog.set_level(logging.DEBUG, QUEUE)
    queue.warning("Task queue depth is %d", 1)
    assert caplog.records == []
    for silence in [each for each in queue.filters if isinstance(each, Silence)]:  # deliberately broken
        queue.removeFilter(silence)
    queue.warning("Task queue depth is %d", 1)
    assert len(caplog.records) == 1
    masking.install()
