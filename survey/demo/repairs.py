"""The demo's repair register: five repairs through a year, in time, late, overdue and just begun.

Every step goes through the same functions as on the page; this holds the dates and the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from survey.actions import acting, telling
from survey.actions.acting import Measure, Origin, Promise
from survey.actions.telling import Line
from survey.demo.story import OWNER, Story
from survey.practice.model import Practice

SPAN = 3


@dataclass(frozen=True)
class Repair:
    """A repair's days and words. Days that are None do not come."""

    touchpoint: str
    item: str
    heard_on: date
    heard: str
    acknowledged_on: date | None = None
    apologised_on: date | None = None
    apology: str = ""
    promised_on: date | None = None
    promise: str = ""
    owner: str = ""
    due_on: date | None = None
    done_on: date | None = None
    checked_on: date | None = None
    seen: str = ""
    lines: Mapping[str, Line] = field(default_factory=dict)


def repairs(story: Story) -> tuple[Repair, ...]:
    """The five repairs of a story."""
    return (_waiting_room(story), _phone(story), _billing(story), _cancellation(story), _first_contact(story))


def _waiting_room(story: Story) -> Repair:
    return Repair(
        touchpoint="waiting_room",
        item="waiting_room.1",
        heard_on=story.at(0.16),
        heard="The waiting room is cold, and people keep their coats on.",
        acknowledged_on=story.at(0.17),
        apologised_on=story.at(0.18),
        apology="A note in the waiting room, with blankets beside it.",
        promised_on=story.at(0.20),
        promise="A second radiator, and the door to the corridor gets a closer.",
        owner="Building manager",
        due_on=story.at(0.38),
        done_on=story.spell.warm_from,
        checked_on=story.at(0.88),
        seen="Sat there for an hour on a cold morning: 21 degrees. It holds.",
        lines={
            "en": Line("The waiting room is cold.", "A second radiator and a door that closes."),
            "es": Line("La sala de espera es fría.", "Otro radiador y una puerta que cierra bien."),
        },
    )


def _phone(story: Story) -> Repair:
    spell = story.spell
    return Repair(
        touchpoint="phone",
        item="phone.1",
        heard_on=spell.heard,
        heard="Calls and messages were not answered in time.",
        acknowledged_on=spell.heard,
        apologised_on=story.at(0.57),
        apology="Everybody who left a message got a call and an apology.",
        promised_on=spell.promised,
        promise="Two people now share the phone line, and every message gets a call back the same day.",
        owner="Front desk team",
        due_on=spell.ends,
        done_on=spell.ends,
        checked_on=spell.checked,
        seen="The log of a week: every message had a call back by six.",
        lines={
            "en": Line("Calls and messages wait too long.", "Two people share the phone; same-day calls."),
            "es": Line(
                "Llamadas y mensajes esperan demasiado.",
                "Dos personas atienden; respondemos el mismo día.",
            ),
        },
    )


def _billing(story: Story) -> Repair:
    return Repair(
        touchpoint="billing",
        item="billing.1",
        heard_on=story.at(0.44),
        heard="Bills are hard to read, and some come twice.",
        acknowledged_on=story.at(0.45),
        apologised_on=story.at(0.46),
        apology="A line on the next bill says that we are sorry for the muddle.",
        promised_on=story.at(0.48),
        promise="One bill a month, with each word explained on its back.",
        owner="Olu and the billing service",
        due_on=story.at(0.60),
        done_on=story.at(0.70),
        lines={
            "en": Line("Bills are hard to read.", "One bill a month, with its words explained."),
            "es": Line("Las facturas no se entienden.", "Una factura al mes, con sus palabras explicadas."),
        },
    )


def _cancellation(story: Story) -> Repair:
    return Repair(
        touchpoint="cancellation",
        item="cancellation.1",
        heard_on=story.at(0.85),
        heard="People would like to cancel online, outside office hours.",
        acknowledged_on=story.at(0.86),
        apologised_on=story.at(0.87),
        apology="The voicemail says that we are working on it.",
        promised_on=story.at(0.89),
        promise="A form on our own page for moving or cancelling a visit.",
        owner="Web agency, with Olu",
        due_on=story.at(0.97),
    )


def _first_contact(story: Story) -> Repair:
    return Repair(
        touchpoint="first_contact",
        item="first_contact.1",
        heard_on=story.at(0.98),
        heard="The website still shows the old address on one page.",
    )


class Register:
    """The repairs of a practice, each step on its day."""

    def __init__(self, practice: Practice, story: Story) -> None:
        self._practice, self._repairs = practice, repairs(story)
        self._ids: dict[str, int] = {}

    def is_awaited(self, day: date) -> bool:
        """Whether anything happens on this day."""
        return any(day in _days(each) for each in self._repairs)

    def live(self, db: Session, day: date) -> None:
        """Every step that falls on this day."""
        for each in self._repairs:
            if day in _days(each):
                self._step(db, each, day)

    def _step(self, db: Session, repair: Repair, day: date) -> None:
        by = OWNER
        if day == repair.heard_on:
            origin = Origin(repair.touchpoint)
            opened = acting.open_action(db, self._practice.id, origin, heard=repair.heard, by=by, today=day)
            self._ids[repair.touchpoint] = opened.id
        action = acting.find_action(db, self._practice.id, self._ids[repair.touchpoint])
        assert action is not None
        if day == repair.acknowledged_on:
            acting.acknowledge(db, action, by=by, today=day)
        if day == repair.apologised_on:
            acting.apologise(db, action, words=repair.apology, by=by, today=day)
        if day == repair.promised_on:
            measure = Measure(repair.item, SPAN)
            promised = Promise(repair.promise, repair.owner, repair.due_on, measure)
            acting.promise(db, action, promised, by=by, today=day)
        if day == repair.done_on:
            acting.finish(db, action, by=by, today=day)
            telling.publish(db, action, repair.lines, by=by, today=day)
        if day == repair.checked_on:
            acting.check(db, action, by=by, today=day, note=repair.seen)


def _days(repair: Repair) -> set[date | None]:
    """The days on which something happens to a repair."""
    return {
        repair.heard_on,
        repair.acknowledged_on,
        repair.apologised_on,
        repair.promised_on,
        repair.done_on,
        repair.checked_on,
    } - {None}
