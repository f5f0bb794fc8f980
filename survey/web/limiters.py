"""Where tries and requests are counted: in Redis where the web processes share one, else in this process.

Patients' pages never count here: their limits stay in the process that takes the request. What is kept for an
hour at most are marks of places, accounts and keys; they change every day, and nobody can make or undo one
without the signing secret of the installation.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from flask import current_app
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from survey.clock import local_day
from survey.settings import Settings
from survey.web.installation import now, runtime

KEY: Final = "afterword.limiters"
PREFIX: Final = "afterword-limits"
#: Seconds to wait for Redis before this process counts for itself.
PATIENCE: Final = 1.0

log = logging.getLogger(__name__)


def _in_memory() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


@dataclass
class Limiter:
    """Counts of the last minutes. ``shared`` None: this process counts alone."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    shared: MovingWindowRateLimiter | None = None
    own: MovingWindowRateLimiter = field(default_factory=_in_memory)

    def hit(self, item: RateLimitItem, *subject: str, today: date) -> bool:
        """Count one more; False where there were too many already."""
        mark = self._mark(subject, today)
        if self.shared is not None:
            try:
                return self.shared.hit(item, mark)
            except StorageError:
                self._tell()
        return self.own.hit(item, mark)

    def test(self, item: RateLimitItem, *subject: str, today: date) -> bool:
        """Whether one more is allowed. Counts nothing."""
        mark = self._mark(subject, today)
        if self.shared is not None:
            try:
                return self.shared.test(item, mark)
            except StorageError:
                self._tell()
        return self.own.test(item, mark)

    def _mark(self, subject: tuple[str, ...], today: date) -> str:
        salt = hmac.digest(self.secret, f"limits|{today.isoformat()}".encode(), "sha256")
        return hmac.digest(salt, "\0".join(subject).encode("utf-8", "replace"), "sha256").hex()

    def _tell(self) -> None:
        log.warning("Redis does not answer: this web process counts tries and requests for itself")


def limiter_for(settings: Settings) -> Limiter:
    """Counts shared by every web process of the same Redis and signing secret, or of this process alone."""
    shared = None
    if settings.queue_url:
        storage = RedisStorage(
            settings.queue_url,
            key_prefix=PREFIX,
            wrap_exceptions=True,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
        )
        shared = MovingWindowRateLimiter(storage)
    return Limiter(settings.secret_key.encode(), shared)


def limiter() -> Limiter:
    """The counts of the running application."""
    held = current_app.extensions
    if KEY not in held:
        held[KEY] = limiter_for(runtime().settings)
    return cast(Limiter, held[KEY])


def today() -> date:
    """The day whose marks are in use."""
    return local_day(now(), "UTC")
