"""What a file leaves open, as plain questions. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from survey.visits.visit_file import Asked, Question, Suggestion
from survey.web import match_form


def blocking(found: Suggestion) -> tuple[Question, ...]:
    """Questions without whose answer nothing can be taken. An unknown word concerns its own lines only."""
    settled = (Asked.STATUS, Asked.SECOND_FILE)
    return tuple(question for question in found.questions if question.about not in settled)


def sentences(found: Suggestion) -> list[tuple[str, str]]:
    """Each question, and the field where it is answered."""
    asked = [(_sentence(question), _field(question)) for question in blocking(found)]
    if any(question.about is Asked.STATUS for question in found.questions):
        asked.append((_("Which of these words mean that the visit took place?"), "words"))
    return asked


def problems(found: Suggestion, translate: Callable[[str], str]) -> list[str]:
    """Why the file as a whole would be refused."""
    return [fault.in_words(translate) for fault in found.problems]


def _sentence(question: Question) -> str:
    return str(_in_words(question))


def _in_words(question: Question) -> Any:
    match question.about:
        case Asked.COLUMN if question.subject == "address":
            return _(
                "In which column does the mail address stand? If it stands in a second file, throw this "
                "upload away and choose both files together."
            )
        case Asked.COLUMN:
            name, _hint = match_form.names()[question.subject]
            return _("Which column is this: %(name)s?", name=name)
        case Asked.DATE_ORDER:
            return _(
                "A day is written as %(day)s. Which comes first, day or month?", day=question.subject[:40]
            )
        case _:
            return _(
                "Line %(line)s leaves in doubt how the letters are written. Are the names below whole?",
                line=question.subject,
            )


def _field(question: Question) -> str:
    match question.about:
        case Asked.COLUMN:
            return f"column-{question.subject}"
        case Asked.DATE_ORDER:
            return "date_order"
        case _:
            return "encoding"
