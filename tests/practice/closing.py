"""Closing a practice and opening it again, as its people do."""

from __future__ import annotations

from survey.db import transaction
from survey.practice import reaching
from survey.practice.model import Practice
from survey.runtime import Runtime


def set_closed(runtime: Runtime, practice_id: int, *, closed: bool) -> None:
    with transaction(runtime.engine, practice_id) as db:
        here = db.get_one(Practice, practice_id)
        if closed:
            reaching.close(here, today=runtime.clock.now().date())
        else:
            reaching.reopen(here)
