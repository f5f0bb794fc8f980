"""How long a mail waits after a refusal, and a relay after it was down. Pure."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LATER_WAIT = timedelta(hours=4)
LONGEST = timedelta(hours=72)
JITTER = 0.1
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=30)


def wait_after(attempts: int, *, rng: random.Random) -> timedelta | None:
    """How long to wait after this many refused attempts (from 1), or None once 72 hours are used up.

    5, 15, 60 minutes, then every 4 hours; each up to a tenth longer, so that mails do not come back at once.
    """
    waits = [*FIRST_WAITS, *[LATER_WAIT] * attempts][:attempts]
    if sum(waits, timedelta()) > LONGEST:
        return None
    return waits[-1] * (1 + rng.uniform(0, JITTER))


def rest_after(failures: int) -> timedelta:
    """How long nobody calls a relay that was down this many times in a row (from 1): 1, 2, 4 … 30 minutes."""
    doublings: int = 1 << min(failures - 1, 10)
    return min(FIRST_REST * doublings, LONGEST_REST)
