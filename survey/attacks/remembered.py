"""LA-32: find out from a page that is remembered for a minute whether somebody else was here.

The survey page and the page after an answer are made once a minute and are then at hand for everybody. So
whoever comes first decides whether the next one finds a page ready. Both are compared in status, headers and
bytes: made just now, and remembered because of somebody else. Time is measured and reported only: a page that
is made takes longer, as the threat model says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from survey import clock
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House, send
from survey.attacks.oracle import Watched, area, told_apart
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import reading
from survey.responses.model import Pool
from survey.web import patient, survey_page

TIMES = 12
LATER = survey_page.FRESH + 1


@dataclass
class Minutes:
    """A clock for what is remembered, which can be moved on."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return clock.monotonic() + self.ahead


def looked_before(house: House) -> Finding:
    """Look and answer, when nobody was here for a minute and just after somebody else; compare."""
    minutes, apart, score = Minutes(), set[str](), []
    with swapped((survey_page, "monotonic", minutes), (patient, "monotonic", minutes)):
        for name, come in (("a look", _look), ("an answer", _answer)):
            alone, after = _visits(house, minutes, come)
            replies = [*alone.replies, *after.replies]
            apart |= {f"{name} by {what}" for what in told_apart(replies[:-1], replies[1:])}
            score.append(f"{area(alone.seconds, after.seconds):.2f} for {name}")
    seen = f"told apart: {', '.join(sorted(apart))}" if apart else "nothing told apart"
    return Finding(won=bool(apart), score=f"{seen} in {TIMES} + {TIMES} visits; time AUC {', '.join(score)}")


Come = Callable[[House, Client], TestResponse]


def _visits(house: House, minutes: Minutes, come: Come) -> tuple[Watched, Watched]:
    """Visits with nobody before them, and visits within a minute after a stranger's."""
    alone, after = Watched(), Watched()
    for _ in range(TIMES):
        minutes.ahead += LATER
        _timed(house, alone, come)
        minutes.ahead += LATER
        _look(house, house.client())
        _answer(house, house.client())
        _timed(house, after, come)
    return alone, after


def _timed(house: House, watched: Watched, come: Come) -> None:
    client, began = house.client(), clock.monotonic()
    reply = come(house, client)
    watched.seconds.append(clock.monotonic() - began)
    watched.replies.append(reply)


def _look(_house: House, client: Client) -> TestResponse:
    return client.get(PAGE)


def _answer(house: House, client: Client) -> TestResponse:
    return send(client, house.token())


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def tells_its_age() -> Iterator[None]:
    """A mark that says that the page was made just now, and not remembered."""
    thanks = patient.thanks

    def marked(opened: Any, language: str) -> bytes:
        known = patient.thanks_at_hand(opened, language)
        return known or thanks(opened, language) + b"<!-- new -->"

    with swapped((patient, "thanks", marked)):
        yield


@contextmanager
def counts_on_the_page() -> Iterator[None]:
    """How many have answered, made anew each minute: friendly, and a thermometer."""
    body, facts = survey_page.survey_body, survey_page._facts

    def counted(survey: Any, *given: Any, **more: Any) -> bytes:
        with reading(original(survey_page, "runtime")().engine, survey.practice.id) as db:
            number = db.scalar(select(func.count()).select_from(Pool)) or 0
        return body(survey, *given, **more) + f"<!-- {number} answers -->".encode("ascii")

    def never_the_same(survey: Any) -> tuple[object, ...]:
        return (*facts(survey), object())

    with swapped((survey_page, "survey_body", counted), (survey_page, "_facts", never_the_same)):
        yield


TRIAL = Trial(
    attack="LA-32",
    title="Pages that are remembered for a minute",
    expected="status, headers and bytes alike",
    carry_out=looked_before,
    variants=(
        Variant("a page that tells its age", tells_its_age),
        Variant("a count on the survey page", counts_on_the_page),
    ),
)


@attack
def remembered_pages(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
