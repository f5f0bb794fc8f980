"""Count what the demo left behind and check that it adds up.

Counting waiting answers is allowed here and in tests only; no page of the product shows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.db import reading
from survey.demo.year import Year
from survey.invitations import outbox
from survey.invitations.counting import sent_by_month
from survey.releases.model import Atom, Unreleased
from survey.responses.model import Kind, Pool
from survey.visits.model import Visit

FILE = "demo-summary.json"


@dataclass(frozen=True)
class Summary:
    """The demo in numbers; ``problems`` is empty where everything adds up."""

    visits: int
    invitations: dict[str, int]
    invitations_not_asked: dict[str, int]
    mails: int
    responses_posted: int
    responses_released: int
    responses_waiting: int
    responses_expired: int
    atoms: int
    smallest_atom: int
    report_files: tuple[str, ...]
    problems: tuple[str, ...]


def sum_up(year: Year, reports: Sequence[Path]) -> Summary:
    """Read the counts from the database and compare them with what was done from outside."""
    practice_id = year.practice.id
    with reading(year.runtime.engine, practice_id) as db:
        sizes = db.scalars(
            select(Atom.n).where(Atom.practice_id == practice_id, Atom.kind == Kind.RATINGS)
        ).all()
        counts = Summary(
            visits=_count(db, Visit, practice_id),
            invitations=_invitations(db, practice_id),
            invitations_not_asked=dict(year.counted.skipped),
            mails=year.bag.count + year.counted.mails_over_smtp,
            responses_posted=year.counted.posted,
            responses_released=sum(sizes),
            responses_waiting=_waiting(db, practice_id),
            responses_expired=_unreleased(db, practice_id),
            atoms=len(sizes),
            smallest_atom=min(sizes, default=0),
            report_files=tuple(path.name for path in reports),
            problems=(),
        )
    return Summary(**{**asdict(counts), "problems": tuple(_problems(counts, year, reports))})


def write(summary: Summary, folder: Path) -> Path:
    """The summary as JSON."""
    path = folder / FILE
    path.write_text(json.dumps(asdict(summary), indent=2) + "\n", encoding="utf-8")
    return path


def _problems(counts: Summary, year: Year, reports: Sequence[Path]) -> list[str]:
    found = counts.responses_released + counts.responses_waiting + counts.responses_expired
    checks = {
        f"{year.counted.visits} visits were imported, {counts.visits} are there": year.counted.visits
        == counts.visits,
        f"{year.counted.invited} people were to be asked, {sum(counts.invitations.values())} invitations "
        "are accounted for": year.counted.invited == sum(counts.invitations.values()),
        f"{counts.responses_posted} answers were posted, {found} are accounted for": counts.responses_posted
        == found,
        f"the smallest atom has {counts.smallest_atom} answers": counts.smallest_atom
        >= year.practice.k_ratings,
        "fewer mails than sent invitations": counts.mails >= counts.invitations.get("sent", 0),
        "no answers were released": counts.responses_released > 0,
        "the quarterly report is missing": {path.suffix for path in reports} >= {".csv", ".pdf"},
        "a report file is empty": all(path.stat().st_size > 500 for path in reports),
    }
    return [words for words, holds in checks.items() if not holds]


def _invitations(db: Session, practice_id: int) -> dict[str, int]:
    """By state; those of weeks that are over are known as sent only."""
    states = {state.value: number for state, number in outbox.states(db, practice_id).items() if number}
    states["sent"] = sum(sent_by_month(db, practice_id).values())
    return states


def _count(db: Session, table: type[Visit], practice_id: int) -> int:
    return db.scalar(select(func.count()).select_from(table).where(table.practice_id == practice_id)) or 0


def _waiting(db: Session, practice_id: int) -> int:
    query = select(func.count()).select_from(Pool)
    return db.scalar(query.where(Pool.practice_id == practice_id, Pool.kind == Kind.RATINGS)) or 0


def _unreleased(db: Session, practice_id: int) -> int:
    query = select(func.sum(Unreleased.n))
    return db.scalar(query.where(Unreleased.practice_id == practice_id, Unreleased.kind == Kind.RATINGS)) or 0
