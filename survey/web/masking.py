"""Keep codes out of logs: whatever follows a ``#`` or ``%23``, and whatever stands in a stop link or in a
link with which a member of staff chooses a password.

A mail program that turns ``#`` into ``%23`` sends the code to the server; it must not survive in any log.
"""

from __future__ import annotations

import logging
import re

AFTER_FRAGMENT = re.compile(r"(%23|#)[^\s\"'<>]+", re.IGNORECASE)
IN_STOP_LINK = re.compile(r"(/stop/[^/\s\"']+/)[^\s\"'<>]+")
IN_PASSWORD_LINK = re.compile(r"(/staff/(?:welcome|new-password)/)[^\s\"'<>]+")
IN_SIGN_ON = re.compile(r"(/staff/sso/callback\?)[^\s\"'<>]+")
MASK = "[masked]"
LOGGERS = ("werkzeug", "waitress", "gunicorn.access", "gunicorn.error")
#: Notes that a request had to wait: on a busy machine that is the moment of somebody's answer.
QUEUE = "waitress.queue"


def mask(text: str) -> str:
    """The text without codes."""
    for code in (AFTER_FRAGMENT, IN_STOP_LINK, IN_PASSWORD_LINK, IN_SIGN_ON):
        text = code.sub(rf"\1{MASK}", text)
    return text


class Masking(logging.Filter):
    """Masks a record's message and trace before any handler sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info:
            record.exc_text = mask(record.exc_text or logging.Formatter().formatException(record.exc_info))
        return True


class Silence(logging.Filter):
    """Lets nothing through, whatever level somebody sets."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


def install(*loggers: logging.Logger) -> None:
    """Put the filter on the given loggers and on those of the servers; twice is harmless."""
    for logger in (*loggers, *(logging.getLogger(name) for name in LOGGERS)):
        if not any(isinstance(each, Masking) for each in logger.filters):
            logger.addFilter(Masking())
    queue = logging.getLogger(QUEUE)
    if not any(isinstance(each, Silence) for each in queue.filters):
        queue.addFilter(Silence())
