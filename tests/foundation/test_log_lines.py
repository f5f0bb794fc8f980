"""The program's own log: plain, or one JSON object in each line."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from survey import log_lines
from survey.settings import SettingsError, load_settings
from survey.web.masking import Masking

CODE = "RSJtYm9ndXMtY29kZS10aGF0LW11c3Qtbm90LWJlLWxvZ2dlZA-_1234"


def record(message: str, *given: object, broken: bool = False) -> logging.LogRecord:
    trace = None
    if broken:
        try:
            raise ValueError("first\nsecond")
        except ValueError as error:
            trace = (type(error), error, error.__traceback__)
    made = logging.LogRecord("survey.jobs", logging.ERROR, __file__, 1, message, given, trace)
    made.created = 1_700_000_059.9
    return made


def test_a_json_line_holds_these_four_things_and_its_time_no_second() -> None:
    made = record("a job of %s stopped", "riverside")
    made.remote = "192.0.2.7"  # what somebody else attaches stays out
    assert json.loads(log_lines.formatter("json").format(made)) == {
        "time": "2023-11-14T22:14Z",
        "level": "error",
        "event": "survey.jobs",
        "message": "a job of riverside stopped",
    }


def test_one_event_is_one_line_even_with_a_trace_or_a_line_break() -> None:
    text = log_lines.formatter("json").format(record("a\nb %s", "\r\nforged: yes", broken=True))
    assert len(text.splitlines()) == 1
    assert json.loads(text)["trace"].endswith("ValueError: first\nsecond")


FORGED = "a name\r\nERROR survey.web: forged\x85ERROR\u2028ERROR\x1b[2K"


def begun(formatter: logging.Formatter) -> list[str]:
    """Lines that look like the beginning of an event, of one event with a trace."""
    text = formatter.format(record("%s", FORGED, broken=True))
    return [line for line in text.splitlines() if not line.startswith(" ")]


def test_a_plain_event_begins_one_line_whatever_is_in_it() -> None:
    (line,) = begun(log_lines.formatter("plain"))
    assert line.startswith("ERROR survey.jobs: a name\\r\\nERROR survey.web: forged")
    assert line.isprintable()


def test_a_format_that_lets_line_ends_through_would_be_noticed() -> None:
    assert len(begun(logging.Formatter(log_lines.PLAIN))) > 1


@pytest.mark.parametrize("log_format", ["plain", "json"])
def test_a_code_is_masked_in_both_formats(log_format: str) -> None:
    made = record("Exception on %s", f"/s/riverside/after-visit-1/en%23{CODE}", broken=True)
    assert CODE in log_lines.formatter(log_format).format(made)  # without the filter it would be noticed
    assert Masking().filter(made)
    assert CODE not in log_lines.formatter(log_format).format(made)


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="log_format must be plain or json, not 'xml'"):
        load_settings({"AFTERWORD_LOG_FORMAT": "xml", "AFTERWORD_INSTANCE": str(tmp_path)})
