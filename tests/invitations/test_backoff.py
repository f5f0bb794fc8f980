"""How long a refused mail waits."""

import random
from datetime import timedelta

import pytest

from survey.invitations.backoff import JITTER, LONGEST, wait_after


class NoJitter(random.Random):
    """Always the lower end."""

    def random(self) -> float:
        return 0.0


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 5), (2, 15), (3, 60), (4, 240), (20, 240)])
def test_waits_grow_to_four_hours(attempts: int, minutes: int) -> None:
    assert wait_after(attempts, rng=NoJitter()) == timedelta(minutes=minutes)


def test_it_ends_within_three_days() -> None:
    waits = []
    while (wait := wait_after(len(waits) + 1, rng=NoJitter())) is not None:
        waits.append(wait)
    total = sum(waits, timedelta())
    assert LONGEST - timedelta(hours=4) < total <= LONGEST


def test_waits_differ_a_little_and_are_never_shorter() -> None:
    waits = {wait_after(1, rng=random.Random(seed)) for seed in range(50)}
    assert len(waits) > 40
    five = timedelta(minutes=5)
    assert all(wait is not None and five <= wait <= five * (1 + JITTER) for wait in waits)
