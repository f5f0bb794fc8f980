"""One made-up answer, packed by the very functions that pack real ones: what a patient can check us by.

Pure. It must never be made from a real answer, and never be packed by anything but ``responses/answers.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey import clock
from survey.instruments.item import chosen
from survey.instruments.model import BLANK, Instrument, Item, wording
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, SEALED_COMMENTS, SEALED_RATINGS
from survey.responses import answers

#: A fortnight of the past, so that the page is the same every day.
FORTNIGHT = 1461


@dataclass(frozen=True)
class Chosen:
    """One question, the words of its answer (empty for a blank) and the number that stands for it."""

    question: str
    answer: str
    number: int


@dataclass(frozen=True)
class Example:
    """Both records as text, exactly as they are before padding and sealing, and what they say."""

    ratings: str
    comments: str
    label: str
    begins: date
    chosen: tuple[Chosen, ...]
    ratings_bytes: int = PLAIN_RATINGS
    comments_bytes: int = PLAIN_COMMENTS
    sealed_ratings_bytes: int = SEALED_RATINGS
    sealed_comments_bytes: int = SEALED_COMMENTS


def example(instrument: Instrument, *, language: str, written: str) -> Example:
    """An example answer to an instrument: every answer from a list in turn, the last question left blank.

    ``written`` goes into the last comment box.
    """
    given = _values(instrument)
    texts = {box.id: written for box in instrument.comments[-1:]}
    ratings = answers.Ratings(instrument.label, FORTNIGHT, answers.check_ratings(instrument, given))
    words = answers.Words(
        instrument.label, FORTNIGHT, answers.check_comments(instrument, texts), answers.Audience.ALL
    )
    return Example(
        ratings=answers.pack_ratings(instrument, ratings).decode("utf-8"),
        comments=answers.pack_comments(words).decode("utf-8"),
        label=instrument.label,
        begins=clock.fortnight_start(FORTNIGHT),
        chosen=tuple(
            _chosen(item, value, language)
            for item, value in zip(instrument.items, ratings.values, strict=True)
        ),
    )


def _values(instrument: Instrument) -> dict[str, str]:
    given = {
        item.id: item.scale.values[place % len(item.scale.values)]
        for place, item in enumerate(instrument.items)
    }
    if len(given) > 1:
        given[instrument.items[-1].id] = BLANK
    return given


def _chosen(item: Item, value: str, language: str) -> Chosen:
    words = (wording(item.scale.option(each).text, language) for each in chosen(value))
    return Chosen(
        question=wording(item.text, language), answer=", ".join(words), number=answers.number(item, value)
    )
