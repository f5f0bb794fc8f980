"""The invented practice: its people, its patients and their visits, its bad spell. Pure and seeded.

Nobody here exists. Visits come out as the rows of a visits file; how patients feel is in ``feelings``.
"""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

PRACTICE_NAME = "Riverside Practice"
SLUG = "riverside"
TIME_ZONE = "America/New_York"
PHONE = "(555) 010-0142"
LOCATIONS = ("Main Street", "Riverside")
OWNER = "Olu Adeyemi"
#: Clinician, share of the patients, first day in the year at which they see anybody.
CLINICIANS = (
    ("Dr. Maya Okafor", 0.29, 0),
    ("Dr. Tom Alvarez", 0.25, 0),
    ("Hannah Weiss, PsyD", 0.24, 0),
    ("Lewis Grant, LCSW", 0.20, 0),
    ("Ines Duarte, LMFT", 0.02, 270),
)
PATIENTS = 870
COLUMNS = (
    "visit_id",
    "start",
    "clinician",
    "location",
    "email",
    "status",
    "language",
    "visit_number",
    "do_not_survey",
)


@dataclass(frozen=True)
class Spell:
    """The weeks in which nobody answered the phone in time, and what was done about it.

    ``warm_from``: until then the waiting room is cold.
    """

    begins: date
    heard: date
    promised: date
    ends: date
    checked: date
    warm_from: date


@dataclass(frozen=True)
class Visit:
    """One row of a visits file."""

    reference: str
    day: date
    clinician: str
    location: str
    email: str
    attended: bool
    language: str
    number: int
    do_not_survey: bool


@dataclass(frozen=True)
class Story:
    """A year: ``visits`` by the day on which they took place."""

    first_day: date
    last_day: date
    spell: Spell
    visits: dict[date, tuple[Visit, ...]]

    @property
    def total(self) -> int:
        return sum(len(visits) for visits in self.visits.values())

    def at(self, share: float) -> date:
        """The day after so much of the year."""
        return self.first_day + timedelta(days=round((self.last_day - self.first_day).days * share))


def tell(last_day: date, *, days: int = 365, patients: int = PATIENTS, seed: int = 20) -> Story:
    """The year that ends on ``last_day``; the same seed tells the same story."""
    rng = random.Random(seed)
    first_day = last_day - timedelta(days=days - 1)
    visits: dict[date, list[Visit]] = defaultdict(list)
    for number in range(patients):
        for visit in _patient(rng, number, first_day, days):
            visits[visit.day].append(visit)
    return Story(
        first_day=first_day,
        last_day=last_day,
        spell=_spell(first_day, days),
        visits={day: tuple(visits[day]) for day in sorted(visits)},
    )


def visits_file(visits: tuple[Visit, ...]) -> bytes:
    """A day's visits as the CSV that a practice would export."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for visit in visits:
        writer.writerow(
            (
                visit.reference,
                visit.day.isoformat(),
                visit.clinician,
                visit.location,
                visit.email,
                "attended" if visit.attended else "not attended",
                visit.language,
                visit.number,
                "yes" if visit.do_not_survey else "",
            )
        )
    return text.getvalue().encode("utf-8")


def _spell(first_day: date, days: int) -> Spell:
    def at(share: float) -> date:
        return first_day + timedelta(days=round(days * share))

    return Spell(
        begins=at(0.40),
        heard=at(0.56),
        promised=at(0.58),
        ends=at(0.61),
        checked=at(0.86),
        warm_from=at(0.36),
    )


def _patient(rng: random.Random, number: int, first_day: date, days: int) -> list[Visit]:
    name, _, joined = rng.choices(CLINICIANS, weights=[share for _, share, _ in CLINICIANS])[0]
    starts = joined * days // 365
    location = rng.choices(LOCATIONS, weights=(3, 2))[0]
    language = "es" if rng.random() < 0.18 else "en"
    silent = rng.random() < 0.03
    email = f"patient{number:04d}@example.org"
    day = first_day + timedelta(days=rng.randrange(-30, days) if starts == 0 else rng.randrange(starts, days))
    day = max(day, first_day)
    gap = rng.choice((7, 14, 14, 21, 28, 42))
    visits = []
    for count in range(1, 1 + min(14, 1 + int(rng.expovariate(1 / 2.9)))):
        day = _weekday(day)
        if day >= first_day + timedelta(days=days):
            break
        reference = f"R-{number:04d}-{count:02d}"
        attended = rng.random() > 0.09
        visits.append(Visit(reference, day, name, location, email, attended, language, count, silent))
        day += timedelta(days=gap + rng.choice((-1, 0, 0, 0, 1)))
    return visits


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
