"""Write atoms, tallies and comments for batches that the flush has decided on.

Only sums over a batch, from which a lot has taken one answer to each question, and comments detached from
everything else, are ever written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from secrets import SystemRandom

from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey.db import random_id
from survey.instruments.model import Instrument
from survey.practice.model import Practice
from survey.releases.atoms import Batch, tally
from survey.releases.model import Atom, Comment, Tally
from survey.releases.redaction import redact
from survey.responses.answers import Audience, Words
from survey.responses.model import Kind


def publish(
    db: Session,
    practice: Practice,
    kind: Kind,
    batches: Sequence[Batch],
    *,
    versions: Mapping[str, Instrument],
    month: str,
) -> None:
    """One atom for each batch, with its tallies or its comments."""
    for batch in batches:
        atom = Atom(
            practice_id=practice.id,
            id=random_id(),
            cell_id=batch.cell_id,
            instrument=batch.instrument,
            kind=kind,
            month=month,
            n=len(batch.rows),
        )
        db.add(atom)
        db.flush()
        if kind is Kind.RATINGS:
            _write_tallies(db, practice, atom, batch, versions)
        else:
            _write_comments(db, practice, atom, batch, versions)


def _write_tallies(
    db: Session, practice: Practice, atom: Atom, batch: Batch, versions: Mapping[str, Instrument]
) -> None:
    counts = tally(batch.rows, versions, k=practice.k_ratings, lot=SystemRandom())
    rows = [
        {"practice_id": practice.id, "atom_id": atom.id, "item": item, "value": value, "n": number}
        for item, values in counts.items()
        for value, number in values.items()
    ]
    if rows:  # where versions share too few items, an atom may count nobody for any of them
        db.execute(insert(Tally), rows)


def _write_comments(
    db: Session, practice: Practice, atom: Atom, batch: Batch, versions: Mapping[str, Instrument]
) -> None:
    rows = []
    for row in batch.rows:
        words = row.record
        if not isinstance(words, Words) or words.audience is Audience.NOBODY:
            continue
        for box, text in zip(versions[words.label].comments, words.texts, strict=True):
            if text:
                rows.append(
                    {
                        "practice_id": practice.id,
                        "id": random_id(),
                        "atom_id": atom.id,
                        "box": box.id,
                        "audience": words.audience.value,
                        "text": redact(text, country=practice.country),
                    }
                )
    SystemRandom().shuffle(rows)
    if rows:
        db.execute(insert(Comment), rows)
