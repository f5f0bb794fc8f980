"""What a comment is about and how it sounds: a guess that sorts a list to be read. It never scores anyone.

The model is read on first use and then kept. It was trained on English comments about health services; in
other languages it mostly finds nothing. ``docs/themes.md`` says how well it guesses and what it misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # its arithmetic takes 30 MB, which a process that takes answers does not need
    from survey.comments.guesser import Guesser

#: An installation's own model, made by ``afterword themes retrain``, beside its database.
OWN = "themes.npz"


class Theme(StrEnum):
    """The eleven themes as the training data name them, in the order of the model's columns."""

    STAFF = "Staff"
    COMMUNICATION = "Communication & involvement"
    ACCESS = "Access & waiting"
    MEDICATION = "Medication & pain"
    JOURNEY = "Patient journey & coordination"
    ENVIRONMENT = "Environment & equipment"
    FOOD = "Food & activities"
    LOCATION = "Location & transport"
    ORGANISATION = "Organisation & funding"
    PRAISE = "General praise"
    COMPLAINT = "General complaint"

    @property
    def slug(self) -> str:
        """The theme in an address: one word."""
        return self.name.lower()


def predict(texts: Sequence[str], *, own: Path | None = None) -> list[set[str]]:
    """The guessed themes of each text, as values of ``Theme``; an empty set where none is likely.

    ``own``: folder with the installation's own model; the shipped one is used where there is none.
    """
    names = [theme.value for theme in Theme]
    return [
        {name for name, guessed in zip(names, row, strict=True) if guessed}
        for row in _model(own).themes(list(texts))
    ]


def predict_sentiment(texts: Sequence[str], *, own: Path | None = None) -> list[int]:
    """How each text sounds: 1 best to 5 worst."""
    return _model(own).sentiments(list(texts))


def _model(own: Path | None) -> Guesser:
    from survey.comments.guesser import SHIPPED, UnreadableModel

    path = own / OWN if own else SHIPPED
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, UnreadableModel):
        return _kept(SHIPPED, SHIPPED.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _kept(path: Path, changed: int) -> Guesser:
    """Read once; again when the file has changed."""
    from survey.comments import guesser

    return guesser.load(path)
