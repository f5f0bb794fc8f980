"""What a file seems to be, before anything is taken from it: shown to a person, who may correct all of it.

Pure. Nothing is guessed where the file allows two readings; that becomes an open question instead. Samples
never hold a name, an address or a client's number, nor anything of a column that is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey.visits.faults import UnreadableFile
from survey.visits.match import Match
from survey.visits.model import VisitStatus
from survey.visits.part import Part
from survey.visits.presets import Preset


class Asked(StrEnum):
    """What an open question is about."""

    COLUMN = "column"  # subject: the meaning no column was found for
    DATE_ORDER = "date order"  # subject: the first day that can be read in two ways
    STATUS = "status"  # subject: the word of the file
    ENCODING = "encoding"  # subject: the number of the first line that cannot be read
    SECOND_FILE = "second file"  # subject: the name of the column by which clients are found


@dataclass(frozen=True)
class Question:
    """Something only a person can decide. Until it is, the lines concerned come back as row errors."""

    about: Asked
    subject: str


@dataclass(frozen=True)
class Suggestion:
    """The best guess and what it rests on.

    ``samples`` holds a few cells by meaning, of columns that are used and say nothing about who somebody is;
    ``unused`` are the names of all other columns; ``statuses`` are the words found in the file, in small
    letters, each with what it is taken for (None: not known). ``sheets`` are those of a workbook.
    ``remembered`` says that the match is one this practice used before.
    """

    match: Match
    header: tuple[str, ...]
    samples: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    statuses: Mapping[str, VisitStatus | None]
    questions: tuple[Question, ...] = ()
    problems: tuple[UnreadableFile, ...] = ()
    sheets: tuple[str, ...] = ()
    remembered: bool = False


def suggest(
    parts: Sequence[Part],
    *,
    presets: Sequence[Preset],
    remembered: Sequence[Match] = (),
    time_zone: str,
) -> Suggestion:
    """Look at one file, or at a visits file and a list of clients in any order.

    ``remembered`` are matches of this practice, newest first; one whose columns are all there is preferred to
    every preset. Raises UnreadableFile where nothing at all can be made of a file.
    """
    raise NotImplementedError
