"""The draft that an editor's address names, and how it is saved. Words and rules only; no answers are read.

Whoever saves says which save they started from. Where somebody was faster, what was typed comes back beside
what is saved now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.clock import local_day
from survey.db import reading, transaction
from survey.instruments import draft
from survey.instruments.draft import Entry, Examined
from survey.instruments.model import Instrument
from survey.practice import drafting, publishing
from survey.practice.drafting import Outdated
from survey.web import entering
from survey.web.installation import now, runtime
from survey.web.wording import touchpoints

#: Most characters of one field that are kept; a text of a survey has at most 600.
MOST_WORDS = 4000


@dataclass(frozen=True)
class Opened:
    """A draft as it was read; ``number`` is the save it stands at."""

    survey: str
    number: int
    data: Entry

    @property
    def examined(self) -> Examined:
        """What is wrong with it now."""
        return draft.examine(self.data, touchpoints())


def find(survey: str) -> Opened | None:
    """The practice's draft of a survey."""
    with reading(runtime().engine, _practice()) as db:
        found = drafting.draft_of(db, _practice(), survey[:40])
        return None if found is None else Opened(survey, found.number, drafting.content(found))


def opened(survey: str) -> Opened:
    """The same for a page; 404 where there is none."""
    found = find(survey)
    if found is None:
        abort(404)
    return found


def published() -> dict[str, Instrument]:
    """Every published version of the practice's surveys, by label."""
    with reading(runtime().engine, _practice()) as db:
        return publishing.versions(db, _practice())


def in_force(survey: str) -> Instrument | None:
    """The version that is asked today."""
    with reading(runtime().engine, _practice()) as db:
        today = local_day(now(), entering.own_practice().time_zone)
        return publishing.version_on(db, _practice(), survey, today)


def save(found: Opened, *, number: int) -> Opened:
    """Save what a draft says now. Raises Outdated unless it is still at ``number``."""
    with transaction(runtime().engine, _practice()) as db:
        drafting.save(db, _practice(), found.survey, found.data, number=number)
    return Opened(found.survey, number + 1, found.data)


def number() -> int:
    """The save that the posted form started from."""
    given = request.form.get("number", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


def text(name: str) -> str:
    """A posted field, as one line and without blanks around it."""
    return " ".join(request.form.get(name, "")[:MOST_WORDS].split())


def words(prefix: str, codes: list[str]) -> Entry:
    """The posted words of a text in each language."""
    return {code: text(f"{prefix}.{code}") for code in codes}


def typed() -> list[str]:
    """The words of the posted form, to be copied where they cannot be saved. Names of texts have a dot."""
    return [value[:MOST_WORDS] for name, value in request.form.items() if "." in name and value.strip()]


def gone() -> ResponseReturnValue:
    """Where a draft or its part is there no more: what was typed, to be copied."""
    return render_template("staff/surveys/gone.html", typed=typed()), 409


def outdated() -> str:
    """What is said to somebody who was not the last to save."""
    return str(
        _(
            "Somebody saved this draft while you were writing. Your words are below and are not saved yet. "
            "Where it says something else now, that stands beside them. Save again to put yours in its place."
        )
    )


@contextmanager
def nothing_lost() -> Iterator[None]:
    """For deeds without words, such as moving a question: 409 with a page where somebody was faster."""
    try:
        yield
    except Outdated:
        abort(409)


def differing(saved: Mapping[str, object] | None, given: Mapping[str, object]) -> Mapping[str, object]:
    """Of what is saved now, what is not what was typed; nothing where nobody was faster."""
    return {} if saved is None else {key: value for key, value in saved.items() if value != given.get(key)}


def _practice() -> int:
    return entering.member().practice_id
