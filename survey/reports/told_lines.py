"""What was published of "You said, we did", in the words of one language, for patients and for print."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.actions import telling
from survey.actions.telling import Told
from survey.insight.words import Translate
from survey.practice.model import Practice
from survey.reports.poster import Done
from survey.reports.tongues import translator


def published(
    db: Session, practice: Practice, language: str, *, limit: int = telling.SHOWN
) -> tuple[Done, ...]:
    """Published repairs in a language, newest first."""
    speak = translator(language)
    return tuple(
        Done(each.line.said, each.line.did, _change(each, translate=speak))
        for each in telling.told(db, practice.id, language=language, limit=limit)
    )


def _change(told: Told, *, translate: Translate) -> str:
    """One sentence where a change was measured, whichever way it went; else nothing."""
    _ = translate
    if told.before is None or told.after is None:
        return ""
    return _("Best answers before: {before}. Since then: {after}.").format(
        before=told.before.words(_), after=told.after.words(_)
    )
