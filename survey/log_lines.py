"""How the program's own log lines look: plain words, or one JSON object for each.

A line says what happened and where in the program. It must never hold an address, an IP, a token, a browser
or a word of a patient, nor a time finer than a minute; patients' pages write no line for a request.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

PLAIN = "%(levelname)s %(name)s: %(message)s"


class PlainLines(logging.Formatter):
    """One event begins one line, whatever stands in its message; the lines of a trace are moved in.

    So nothing that came from outside can look like an event of ours.
    """

    def __init__(self) -> None:
        super().__init__(PLAIN)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 — the name is logging's
        return "".join(map(_seen, super().formatMessage(record)))

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(super().format(record).splitlines())


class JsonLines(logging.Formatter):
    """``time`` (UTC, to the minute), ``level``, ``event`` (the part of the program that speaks), ``message``;
    and ``trace`` where something broke. Whatever else a record carries is left out."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": f"{at:%Y-%m-%dT%H:%MZ}",
            "level": record.levelname.lower(),
            "event": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info or record.exc_text:
            line["trace"] = record.exc_text or self.formatException(record.exc_info or (None, None, None))
        return json.dumps(line, ensure_ascii=False)


def formatter(log_format: str) -> logging.Formatter:
    """The formatter of the setting ``log_format``."""
    return JsonLines() if log_format == "json" else PlainLines()


def install(log_format: str) -> None:
    """From now on every line of this process looks so."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter(log_format))


def _seen(mark: str) -> str:
    """The mark, written out where it ends a line or cannot be seen."""
    return mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii")
