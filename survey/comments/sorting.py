"""Themes beside released comments: the guess, and what a person of the practice says instead.

A list cut down to one theme shows fewer of the comments that are shown already, each of them a part of a
batch of ten answers or more; whoever reads it learns nothing that the whole list does not say. A correction
never touches the words, and no figure about a clinician is made of themes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.comments import themes
from survey.comments.hiding import DeskComment, NoSuchComment
from survey.comments.model import ThemeCorrection
from survey.comments.themes import Theme
from survey.practice import recording
from survey.releases.model import Comment

BY_SLUG: Mapping[str, Theme] = {theme.slug: theme for theme in Theme}


@dataclass(frozen=True)
class Sorted:
    """A comment of the desk with its themes, and whether a person chose them."""

    comment: DeskComment
    themes: frozenset[Theme]
    corrected: bool

    @property
    def slugs(self) -> frozenset[str]:
        return frozenset(theme.slug for theme in self.themes)


def with_themes(
    db: Session, practice_id: int, comments: Sequence[DeskComment], *, own: Path | None
) -> tuple[Sorted, ...]:
    """Themes of these comments: the corrected ones, else a guess. ``own``: folder of the own model."""
    said = corrections(db, practice_id)
    unsaid = [each for each in comments if each.id not in said]
    guessed = themes.predict([each.text for each in unsaid], own=own)
    guesses = {each.id: frozenset(map(Theme, found)) for each, found in zip(unsaid, guessed, strict=True)}
    return tuple(
        Sorted(each, said.get(each.id, guesses.get(each.id, frozenset())), each.id in said)
        for each in comments
    )


def corrections(db: Session, practice_id: int) -> dict[bytes, frozenset[Theme]]:
    """What people said, by comment."""
    query = select(ThemeCorrection.comment_id, ThemeCorrection.themes)
    rows = db.execute(query.where(ThemeCorrection.practice_id == practice_id))
    return {
        row.comment_id: frozenset(BY_SLUG[slug] for slug in row.themes.split() if slug in BY_SLUG)
        for row in rows
    }


def number_of_corrections(db: Session, practice_id: int) -> int:
    """How many comments people have sorted themselves."""
    query = select(func.count()).select_from(ThemeCorrection)
    return db.scalar(query.where(ThemeCorrection.practice_id == practice_id)) or 0


def correct(
    db: Session,
    practice_id: int,
    comment_id: bytes,
    *,
    chosen: Iterable[Theme],
    actor: str,
    now: datetime,
) -> None:
    """Set the themes of a released comment; none is a choice too. Raises NoSuchComment."""
    if db.get(Comment, (practice_id, comment_id)) is None:
        raise NoSuchComment("This comment is not here any more.")
    wanted = set(chosen)
    words = " ".join(theme.slug for theme in Theme if theme in wanted)
    row = db.get(ThemeCorrection, (practice_id, comment_id))
    if row is None:
        db.add(ThemeCorrection(practice_id=practice_id, comment_id=comment_id, themes=words))
    elif row.themes != words:
        row.themes = words
    else:
        return
    db.flush()
    recording.record(
        db, practice_id, actor=actor, action="sorted a comment", subject=comment_id.hex(), now=now
    )


def corrected_texts(db: Session, practice_id: int) -> list[tuple[str, frozenset[Theme]]]:
    """The words and themes of every corrected comment that is not hidden, for learning from them."""
    said = corrections(db, practice_id)
    query = select(Comment.id, Comment.text).where(
        Comment.practice_id == practice_id, Comment.hidden.is_(False)
    )
    return [(row.text, said[row.id]) for row in db.execute(query) if row.id in said]
