"""How patients reach a practice: its number, where requests and complaints go, and that it closed.

What patients are told in need must never be blank: a practice without a number of its own, or in a country
without lines to call, does not begin sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.instruments.loading import HELP_LINES
from survey.practice.declaring import CannotDeclare
from survey.practice.help_lines import HelpLine, dial, load_help_lines
from survey.practice.model import Practice
from survey.settings import Settings

LEAST_DIGITS = 3
LONGEST_PHONE = 40
LONGEST_COMPLAINTS = 200


class NotReachable(Exception):
    """Sending cannot begin: patients would read no number to call; the text says what to fill in."""


def require_reachable(settings: Settings, practice: Practice) -> None:
    """Raises NotReachable where the practice closed, or its number or its country's lines are blank."""
    if practice.closed_on is not None:
        raise NotReachable("the practice is closed; open it again: afterword practice reopen SLUG")
    if len(dial(practice.phone).lstrip("+")) < LEAST_DIGITS:
        raise NotReachable(
            "patients must read a number of the practice to call; enter it: "
            "afterword practice reach SLUG --phone NUMBER"
        )
    if not lines_of(settings.surveys_config, practice.country):
        raise NotReachable(
            f"there are no lines for help in need for the country {practice.country!r}; correct it: "
            f"afterword practice reach SLUG --country COUNTRY, or enter its lines in {HELP_LINES}"
        )


def lines_of(folder: Path, country: str) -> tuple[HelpLine, ...]:
    """The help lines of a country, none where it is not in the file. Raises InstrumentFaults."""
    return _help_lines(folder).get(country, ())


def countries(folder: Path) -> tuple[str, ...]:
    """The countries that have help lines. Raises InstrumentFaults."""
    return tuple(sorted(_help_lines(folder)))


def set_phone(practice: Practice, phone: str) -> None:
    """The number that patients read everywhere. Raises CannotDeclare."""
    if len(phone) > LONGEST_PHONE or len(dial(phone).lstrip("+")) < LEAST_DIGITS or not phone.isprintable():
        raise CannotDeclare(f"phone: write a number to call, up to {LONGEST_PHONE} characters")
    practice.phone = phone.strip()


def set_country(settings: Settings, practice: Practice, country: str) -> None:
    """Whose help lines are shown. Raises CannotDeclare for a country without lines."""
    if not lines_of(settings.surveys_config, country):
        known = ", ".join(countries(settings.surveys_config))
        raise CannotDeclare(f"country {country!r}: there are no help lines for it. There are: {known}")
    practice.country = country


def set_complaints_to(practice: Practice, words: str) -> None:
    """Who takes complaints and how to reach them; empty: the phone number. Raises CannotDeclare."""
    if len(words) > LONGEST_COMPLAINTS or not words.isprintable():
        raise CannotDeclare(
            f"complaints: write who takes them and how to reach them in one line of up to "
            f"{LONGEST_COMPLAINTS} characters"
        )
    practice.complaints_to = words.strip()


def close(practice: Practice, *, today: date) -> None:
    """No mail goes out and no answer is taken from now on; what was published stays."""
    practice.closed_on = practice.closed_on or today
    practice.sending = False


def reopen(practice: Practice) -> None:
    """Take answers again, and delete nothing; mail stays paused until somebody resumes it."""
    practice.closed_on = practice.leaves_on = None


def is_closed(db: Session, practice_id: int) -> bool:
    """Whether it is closed now, whatever was read of it a while ago."""
    return db.scalar(select(Practice.closed_on).where(Practice.id == practice_id)) is not None


@lru_cache(maxsize=8)
def _help_lines(folder: Path) -> Mapping[str, tuple[HelpLine, ...]]:
    return load_help_lines(folder / HELP_LINES)
