"""How the invented patients answer: pure and seeded.

Most are content, as real patients are. During the spell the phone goes wrong and takes front desk and first
contact a little with it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey.demo.comments import CHANGE, CHANGE_IN_THE_SPELL, GOOD
from survey.demo.story import Spell
from survey.instruments.model import BLANK, Instrument, Item, Standing
from survey.responses.answers import Audience

#: Chance of the best answer, and of a problem, on a usual day.
USUAL: dict[str, tuple[float, float]] = {
    "overall": (0.72, 0.02),
    "first_contact": (0.66, 0.05),
    "phone": (0.70, 0.05),
    "timeliness": (0.74, 0.05),
    "waiting_room": (0.62, 0.06),
    "access": (0.86, 0.03),
    "front_desk": (0.88, 0.02),
    "billing": (0.46, 0.19),
    "cancellation": (0.60, 0.08),
    "breakdown": (0.86, 0.05),
}
IN_THE_SPELL = {
    "phone": (0.17, 0.48),
    "front_desk": (0.74, 0.06),
    "first_contact": (0.54, 0.14),
    "overall": (0.58, 0.06),
    "breakdown": (0.66, 0.22),
}
#: Before the waiting room is warm.
COLD = {"waiting_room": (0.34, 0.22)}
#: Chance that an item does not apply or is left blank.
ASIDE = {"phone": 0.16, "cancellation": 0.22, "waiting_room": 0.06, "billing": 0.05}
#: A clinician who runs late, and one whose patients feel especially well received.
RUNS_LATE = "Dr. Tom Alvarez"


@dataclass(frozen=True)
class Answer:
    """What one patient sends."""

    ratings: dict[str, str]
    comments: dict[str, str]
    audience: str


def answers_at_all(rng: random.Random, *, reminder: bool) -> bool:
    """Whether a mail is answered; a reminder brings a few more."""
    return rng.random() < (0.22 if reminder else 0.49)


def delay_days(rng: random.Random) -> int:
    """Days between mail and answer."""
    return rng.choices((0, 1, 2, 3, 5, 8), weights=(40, 22, 12, 10, 10, 6))[0]


def feel(
    rng: random.Random, instrument: Instrument, *, clinician: str, day: date, language: str, spell: Spell
) -> Answer:
    """One patient's answer on one day."""
    bad = spell.begins <= day < spell.ends
    now = USUAL | (IN_THE_SPELL if bad else {}) | (COLD if day < spell.warm_from else {})
    ratings = {item.id: _rate(rng, item, clinician=clinician, usual=now) for item in instrument.items}
    comments = _write(rng, instrument, language=language, bad=bad)
    audience = rng.choices(tuple(Audience), weights=(88, 9, 3))[0]
    return Answer(ratings=ratings, comments=comments, audience=audience.value)


def _rate(rng: random.Random, item: Item, *, clinician: str, usual: Mapping[str, tuple[float, float]]) -> str:
    if rng.random() < 0.02:
        return BLANK
    by_standing = {
        standing: [o for o in item.scale.options if o.standing is standing] for standing in Standing
    }
    if by_standing[Standing.ASIDE] and rng.random() < ASIDE.get(item.touchpoint, 0.01):
        return by_standing[Standing.ASIDE][0].value
    best, problem = usual.get(item.touchpoint, (0.7, 0.05))
    if clinician == RUNS_LATE and item.touchpoint == "timeliness":
        best, problem = 0.38, 0.24
    draw = rng.random()
    if draw < best:
        return by_standing[Standing.BEST][0].value
    if draw > 1 - problem:
        return rng.choice(by_standing[Standing.PROBLEM]).value
    between = by_standing[Standing.GOOD] + by_standing[Standing.MIDDLE]
    return rng.choices(between, weights=[4 if o.standing is Standing.GOOD else 1 for o in between])[0].value


def _write(rng: random.Random, instrument: Instrument, *, language: str, bad: bool) -> dict[str, str]:
    boxes = [box.id for box in instrument.comments]
    texts = dict.fromkeys(boxes, "")
    if rng.random() < 0.30:
        texts[boxes[0]] = rng.choice(GOOD[language])
    if len(boxes) > 1 and rng.random() < (0.55 if bad else 0.28):
        pool = CHANGE_IN_THE_SPELL if bad and rng.random() < 0.75 else CHANGE
        texts[boxes[1]] = rng.choice(pool[language])
    return texts
