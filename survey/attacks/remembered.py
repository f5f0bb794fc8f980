"""LA-32: find out from a page that is remembered for a minute whether somebody else was here.

The survey page and the page after an answer are remembered for a minute. If visitors had them made, whoever
comes first would wait longer, so the process makes them anew by itself (``survey.web.remaking``). A visit
with nobody before it and one just after a stranger's are compared in status, headers and bytes, and in the
statements that the database gets, which are what takes time. Time itself is measured and reported only.
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
from survey.attacks.oracle import Watched, area, listening, told_apart
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import reading
from survey.responses.model import Pool
from survey.web import patient, remaking, survey_page, updating

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
    began = clock.monotonic()  # whether the schema is still ours is asked once a second, by whoever comes
    moved = [(place, "monotonic", minutes) for place in (survey_page, patient)]
    with swapped(*moved, (updating, "monotonic", lambda: began)):
        house.client().get(PAGE)
        for name, come in (("a look", _look), ("an answer", _answer)):
            alone, after = _visits(house, minutes, come)
            replies = [*alone.replies, *after.replies]
            apart |= {f"{name} by {what}" for what in told_apart(replies[:-1], replies[1:])}
            apart |= {f"{name} by statements"} if alone.statements != after.statements else set()
            score.append(f"{area(alone.seconds, after.seconds):.2f} for {name}")
    seen = f"told apart: {', '.join(sorted(apart))}" if apart else "nothing told apart"
    return Finding(won=bool(apart), score=f"{seen} in {TIMES} + {TIMES} visits; time AUC {', '.join(score)}")


Come = Callable[[House, Client], TestResponse]


def _visits(house: House, minutes: Minutes, come: Come) -> tuple[Watched, Watched]:
    """Visits with nobody before them, and visits within a minute after a stranger's."""
    alone, after = Watched(), Watched()
    for _ in range(TIMES):
        _pass(house, minutes)
        _timed(house, alone, come)
        _pass(house, minutes)
        _look(house, house.client())
        _answer(house, house.client())
        _timed(house, after, come)
    return alone, after


def _pass(house: House, minutes: Minutes) -> None:
    """A minute, and the round that ends it."""
    minutes.ahead += LATER
    remaking.make_all(house.app)


def _timed(house: House, watched: Watched, come: Come) -> None:
    client = house.client()
    with listening(house.runtime.engine) as heard:
        began = clock.monotonic()
        reply = come(house, client)
        watched.seconds.append(clock.monotonic() - began)
    watched.replies.append(reply)
    watched.statements.append(tuple(heard))


def _look(_house: House, client: Client) -> TestResponse:
    return client.get(PAGE)


def _answer(house: House, client: Client) -> TestResponse:
    return send(client, house.token())


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def made_for_visitors() -> Iterator[None]:
    """No rounds: a page is made when somebody asks for it, as it would be without a thread for them."""
    with swapped((remaking, "make_all", lambda _app: None)):
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
    expected="status, headers, bytes and statements alike",
    carry_out=looked_before,
    variants=(
        Variant("pages made for visitors", made_for_visitors),
        Variant("a count on the survey page", counts_on_the_page),
    ),
)


@attack
def remembered_pages(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
