"""The queue of wake-up calls: what is put there by somebody else is never unpacked."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from huey.serializer import Serializer

from survey import waking
from survey.clock import SystemClock
from survey.runtime import Runtime


class Planted:
    """Unpacked, it makes a file: whoever unpacks it has run what a stranger wrote."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.place,)


def ran(huey: Any, place: Path) -> bool:
    """Whether something that a stranger put into the queue was run."""
    huey.storage.enqueue(pickle.dumps(Planted(place)) + b":" + b"0" * 40)
    with suppress(ValueError, AttributeError):  # refused, or unpacked to what is no call
        huey.dequeue()
    return place.exists()


def test_what_a_stranger_puts_into_the_queue_is_not_unpacked(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    huey = waking.make_huey(sqlite_runtime)
    assert not ran(huey, tmp_path / "planted")
    (wake,) = huey.read_periodic(SystemClock().now())
    huey.enqueue(wake)
    assert huey.dequeue().name == "wake"


def test_a_queue_without_signatures_would_be_noticed(
    sqlite_runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    huey = waking.make_huey(sqlite_runtime)
    monkeypatch.setattr(huey, "serializer", Serializer())
    assert ran(huey, tmp_path / "planted")
