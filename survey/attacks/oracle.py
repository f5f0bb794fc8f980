"""LA-13: find out from outside whether a link was used, by sending with it once more.

The first and the repeated answer are compared in status, headers, bytes and in the statements that the
database gets. Time is measured and reported only: the question spends the link, so it can be asked once.

What a process looks at now and then (the schema each second, the practice and the thanks each minute) is done
by whichever post comes next, of whatever link: it tells of no link and is left out by a clock that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from survey import clock
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House, send
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.responses import submitting
from survey.responses.model import Scratch
from survey.web import patient, survey_page, updating
from survey.web.answer_path import AnswerPath

TIMES = 40
#: A repeated answer is written to ``scratch`` where the first goes to ``pool``, a table of the same make.
TWIN_TABLES = re.compile(r"\b(pool|scratch)\b")


@dataclass
class Watched:
    """One kind of posts as seen from outside and from the database's door."""

    replies: list[TestResponse] = field(default_factory=list)
    statements: list[tuple[str, ...]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def used_or_not(house: House) -> Finding:
    """Post each link twice and look for any difference between first and second time."""
    first, again = Watched(), Watched()
    client = house.client()
    with nothing_now_and_then():
        send(client, house.token())  # what is made once per process is made now
        for number in range(TIMES):
            token = house.token(number % len(house.clinicians))
            _post(house, first, token, words="")
            _post(house, again, token, words="another time" * (number % 2))
    apart = sorted(told_apart(first.replies, again.replies))
    apart += statements_apart(first.statements, again.statements)
    auc = area(first.seconds, again.seconds)
    seen = f"told apart by {', '.join(apart)}" if apart else "nothing told apart"
    return Finding(won=bool(apart), score=f"{seen} in {TIMES} + {TIMES} posts; time AUC {auc:.2f}")


def told_apart(first: Sequence[TestResponse], again: Sequence[TestResponse]) -> set[str]:
    """In what pairs of replies differ: status, body, or a header (not its date)."""
    found = set()
    for one, other in zip(first, again, strict=True):
        names = {*one.headers.keys(), *other.headers.keys()} - {"Date"}
        found |= {name for name in names if one.headers.getlist(name) != other.headers.getlist(name)}
        found |= {"status"} if one.status != other.status else set()
        found |= {"bytes"} if one.data != other.data else set()
    return found


def statements_apart(first: Sequence[tuple[str, ...]], again: Sequence[tuple[str, ...]]) -> list[str]:
    """The first pair of posts that asked the database differently, with what each asked; else nothing."""
    for number, (one, other) in enumerate(zip(first, again, strict=True)):
        if one != other:
            lines = unified_diff(one, other, "first", "again", lineterm="", n=1)
            return ["\n".join([f"statements of pair {number}", *lines])]
    return []


def area(first: Sequence[float], again: Sequence[float]) -> float:
    """Chance that time tells a first post from a repeated one (0.5: not at all); never under 0.5."""
    pairs = [(a > b) + 0.5 * (a == b) for a in first for b in again]
    share = sum(pairs) / len(pairs)
    return max(share, 1 - share)


def _post(house: House, watched: Watched, token: str, *, words: str) -> None:
    client = house.client()
    with listening(house.runtime.engine) as heard:
        began = clock.monotonic()
        reply = send(client, token, box__to_change=words)
        watched.seconds.append(clock.monotonic() - began)
    watched.replies.append(reply)
    watched.statements.append(tuple(TWIN_TABLES.sub("box", each) for each in heard))


@contextmanager
def nothing_now_and_then() -> Iterator[None]:
    """What was looked at once stays fresh."""
    began = clock.monotonic()
    with swapped(*((place, "monotonic", lambda: began) for place in (patient, survey_page, updating))):
        yield


@contextmanager
def listening(engine: Engine) -> Iterator[list[str]]:
    """Every statement and every end of a transaction, in order."""
    heard: list[str] = []

    def statement(*arguments: Any) -> None:
        heard.append(str(arguments[2]))

    def commit(_connection: Any) -> None:
        heard.append("COMMIT")

    def rollback(_connection: Any) -> None:
        heard.append("ROLLBACK")

    ears = (("before_cursor_execute", statement), ("commit", commit), ("rollback", rollback))
    for name, ear in ears:
        event.listen(engine, name, ear)
    try:
        yield heard
    finally:
        for name, ear in ears:
            event.remove(engine, name, ear)


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def says_already_recorded() -> Iterator[None]:
    """A friendly page that tells a patient that the link was used before."""
    last: list[bool] = []
    spend_once, thanks = original(submitting, "spend_once"), AnswerPath.thanks

    def noting(*given: Any) -> bool:
        last.append(spend_once(*given))
        return last[-1]

    def telling(*given: Any) -> bytes:
        page: bytes = thanks(*given)
        return page if last[-1] else b"Your answer was already recorded."

    with swapped((submitting, "spend_once", noting), (AnswerPath, "thanks", telling)):
        yield


@contextmanager
def skips_the_scratch_write() -> Iterator[None]:
    """A repeated answer is dropped without doing its work."""
    put = submitting._put

    def lazy(*given: Any, table: Any) -> None:
        if table is not Scratch:
            put(*given, table=table)

    with swapped((submitting, "_put", lazy)):
        yield


TRIAL = Trial(
    attack="LA-13",
    title="Used-link oracle",
    expected="status, headers, bytes and statements alike",
    carry_out=used_or_not,
    variants=(
        Variant("a page that says so", says_already_recorded),
        Variant("no scratch write", skips_the_scratch_write),
    ),
)


@attack
def used_link_oracle(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
