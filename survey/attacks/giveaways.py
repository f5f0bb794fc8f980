"""Deliberately broken programs for LA-31: each shows, at one place, how many people have answered.

Each does what other programs do with the best of intentions. They exist only here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from survey import gauging, jobs
from survey.attacks.trial import original, swapped
from survey.db import reading
from survey.invitations.house_mail import house_mail
from survey.practice.declaring import practices
from survey.releases.model import Atom
from survey.reports import packed_export
from survey.responses.model import Pool
from survey.runtime import Runtime
from survey.web import api_results, everything, status


@dataclass(frozen=True)
class Giveaway:
    """``published``: it tells one number from another of a batch; else it tells that answers wait."""

    name: str
    broken: Callable[[], AbstractContextManager[object]]
    published: bool = False


def _waiting(runtime: Runtime, practice_id: int) -> int:
    with reading(runtime.engine, practice_id) as db:
        return db.scalar(select(func.count()).select_from(Pool)) or 0


@contextmanager
def a_live_gauge() -> Iterator[None]:
    """The figure that every handbook on metrics begins with."""
    gauges = gauging.gauges

    def counting(runtime: Runtime, *, now: datetime) -> tuple[gauging.Gauge, ...]:
        with reading(runtime.engine) as db:
            number = sum(_waiting(runtime, each.id) for each in practices(db))
        return *gauges(runtime, now=now), gauging.Gauge("answers", "Answers that wait.", {"": number})

    with swapped((gauging, "gauges", counting)):
        yield


@contextmanager
def a_busy_status_page() -> Iterator[None]:
    """Something that moves on the page, so that the owner sees that it works."""
    details = status._details

    def counting(pulse: Any, mails: Any) -> tuple[str, ...]:
        practice = original(status, "entering").own_practice()
        waiting = _waiting(original(status, "runtime")(), practice.id)
        return *details(pulse, mails), f"{waiting} answers wait."

    with swapped((status, "_details", counting)):
        yield


@contextmanager
def a_full_export() -> Iterator[None]:
    """Everything is everything: also what is not published yet, if only as a number."""
    take_everything, files, number = original(everything, "take_everything"), packed_export.files, [0]

    def counted(runtime: Runtime, practice: Any, **more: Any) -> Any:
        number[0] = _waiting(runtime, practice.id)
        return take_everything(runtime, practice, **more)

    def more_files(*given: Any, **more: Any) -> Iterator[tuple[str, bytes]]:
        yield from files(*given, **more)
        yield "waiting.csv", f"waiting\n{number[0]}\n".encode("ascii")

    with swapped((everything, "take_everything", counted), (packed_export, "files", more_files)):
        yield


@contextmanager
def a_talkative_night() -> Iterator[None]:
    """The night writes down how much it had to do."""
    run_night = jobs.run_night

    def telling(runtime: Runtime, practice: Any, now: datetime) -> None:
        logging.getLogger("survey.jobs").info("%d boxes to go through", _waiting(runtime, practice.id))
        run_night(runtime, practice, now)

    with swapped((jobs, "run_night", telling)):
        yield


@contextmanager
def good_news_by_mail() -> Iterator[None]:
    """Owners are told each morning that answers have come."""
    run_alerts = jobs.run_alerts

    def cheering(runtime: Runtime, mailer: Any, practice: Any, now: datetime) -> None:
        run_alerts(runtime, mailer, practice, now)
        if _waiting(runtime, practice.id):
            to, blank = "owner@riverside.example", ("meaning", "remedy", "link", "since", "days")
            words: dict[str, object] = {"title": "Answers have come", **dict.fromkeys(blank, "")}
            letter = house_mail(runtime.settings, practice, "works-again", words, to=to, now=now)
            mailer.hand_over(letter.as_bytes(), to=to)

    with swapped((jobs, "run_alerts", cheering)):
        yield


@contextmanager
def exact_numbers_for_programs() -> Iterator[None]:
    """Bands are for people; a program can use the number itself."""
    told = api_results.told

    def exactly(report: Any) -> Any:
        runtime = original(api_results, "runtime")()
        with reading(runtime.engine) as db:
            only = practices(db)[0]
        with reading(runtime.engine, only.id) as db:
            number = db.scalar(select(func.sum(Atom.n))) or 0
        found = told(report)
        return found.model_copy(update={"practice": f"{found.practice} ({number})"})

    with swapped((api_results, "told", exactly)):
        yield


VARIANTS = (
    Giveaway("a live count among the metrics", a_live_gauge),
    Giveaway("how many wait on the status page", a_busy_status_page),
    Giveaway("how many wait in the export", a_full_export),
    Giveaway("a night that counts in the log", a_talkative_night),
    Giveaway("a mail when answers have come", good_news_by_mail),
    Giveaway("exact numbers for programs", exact_numbers_for_programs, published=True),
)
