"""What the editor says about a draft, in the reader's language: its faults, its answers, its changes.

Pure apart from translation. A fault without words of its own here is said as the command
``afterword instrument check`` says it, translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from survey.instruments.comparison import Kind
from survey.instruments.faults import Finding, Level
from survey.practice.neutrality import Tells, telling
from survey.web.survey_page import language_name
from survey.web.wording import translate

LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z]{2})?")
NAMED = re.compile("“([^”]*)”")
NUMBER = re.compile("[0-9]+")


@dataclass(frozen=True)
class Said:
    """A fault in words."""

    text: str
    warning: bool


def said(findings: Iterable[Finding]) -> list[Said]:
    """Findings in words, each once."""
    return list(dict.fromkeys(_said(each) for each in findings))


def _said(finding: Finding) -> Said:
    warning = finding.level is Level.WARNING
    known = _words(finding)
    if known:
        return Said(known, warning)
    words = finding.in_words(translate)
    return Said(words[:1].upper() + words[1:], warning)


def _words(finding: Finding) -> str:
    message = finding.message
    about = next(iter(NAMED.findall(message)), "")
    number = next(iter(NUMBER.findall(message)), "")
    if message == "the text is empty" or message.startswith("the words in"):
        return _missing(str(finding.path[-1]) if message == "the text is empty" else about)
    for start, words in _table(about=about, number=number).items():
        if message.startswith(start):
            return words
    return ""


def _missing(code: str) -> str:
    name = language_name(code) if LANGUAGE.fullmatch(code) else code
    return str(_("Words are missing: %(language)s.", language=name))


def _table(*, about: str, number: str) -> dict[str, str]:
    return {
        "the text is longer": _("This is too long. Use at most %(number)s characters.", number=number),
        "the text holds an invisible": _("This holds an invisible character. Type it again by hand."),
        "this is not a whole number": _("This needs a whole number, such as 1, 2 or 45."),
        "the number is too small": _("This number is too small."),
        "the number is too large": _("This number is too large."),
        "the items take about": _(
            "The questions take about %(number)s seconds, more than you promise. Promise more, or ask less.",
            number=number,
        ),
        "the survey takes more than a minute": _(
            "It takes more than a minute. People stop answering then. Better ask less."
        ),
        "the answers need up to": _("These are too many questions for one answer. Switch some off."),
        "at least": _("There must be at least %(number)s here.", number=number),
        "at most": _("There may be at most %(number)s here.", number=number),
        "no touchpoint is called": _("Choose what the question is about."),
        **_of_answers(),
        **_of_kinds(about=about),
    }


def _of_answers() -> dict[str, str]:
    return {
        "a scale needs exactly one best": _("Exactly one answer must be the best one."),
        "a scale needs a problem": _("One answer at least must be a problem."),
        "a repair scale needs both": _(
            "There must be an answer for what was put right, and one for what was not."
        ),
        "one question takes several": _("These answers also belong to a question that takes only one."),
        "several choices need exactly one": _("Exactly one answer must be “None of these”."),
        "“none of these” stands aside": _("“None of these” must be one that does not count."),
        "of several choices each names": _(
            "Each of several choices is a problem, or something that went well."
        ),
        "the bands overlap": _("A problem must end below good, and good must begin below best."),
    }


def _of_kinds(*, about: str) -> dict[str, str]:
    return {
        "no earlier question is called": _(
            "It follows a question that is not asked before it. Change when it is asked, or move it down."
        ),
        "that question has no answer": _("It follows an answer that is no longer there."),
        "a question with a follow-up": _(
            "“%(name)s” has a follow-up or is one, and cannot be drawn by lot.", name=about
        ),
        "nothing would be left to draw": _("Draw fewer questions than there are to draw from."),
    }


def standings() -> dict[str, str]:
    """How an answer counts, by the value of the form."""
    return {
        "best": _("Best answer"),
        "good": _("Good"),
        "middle": _("In between"),
        "problem": _("A problem"),
        "aside": _("Does not count"),
        "middle+true": _("It went wrong and was put right"),
        "problem+false": _("It went wrong and was not put right"),
    }


def choices() -> dict[str, str]:
    """The same of several choices."""
    return {
        "problem": _("Something to improve"),
        "best": _("Something that went well"),
        "aside+alone": _("None of these"),
    }


def kinds() -> dict[Kind, str]:
    """What became of a question."""
    return {
        Kind.ADDED: _("New"),
        Kind.REMOVED: _("No longer asked"),
        Kind.RENEWED: _("Asks something else: its figures begin anew"),
        Kind.REWORDED: _("Other words: its figures go on"),
        Kind.MOVED: _("Stands elsewhere"),
    }


def settings() -> dict[str, str]:
    """What a version says beside its questions."""
    return {
        "languages": _("Languages"),
        "seconds": _("Seconds that patients are told"),
        "asked_from_visit": _("From which visit on it is asked"),
        "asked_every": _("At how many visits again"),
        "denominator": _("Whether “don’t know” counts"),
        "rotated": _("What is drawn by lot"),
    }


def place(name: str) -> str:
    """Where in a question some words stand."""
    known = {
        "title": _("Title"),
        "intro": _("Introduction"),
        "text": _("Words"),
        "note": _("Hint"),
        "low": _("What 0 means"),
        "high": _("What 10 means"),
    }
    return str(known.get(name, _("Answer")))


def telling_words(texts: Iterable[str]) -> list[str]:
    """Why a title may not stand in a link: one sentence for each word that tells too much."""
    why = {
        Tells.CARE: _("“%(word)s” tells what kind of care somebody gets."),
        Tells.CONDITION: _("“%(word)s” tells why somebody may need care."),
        Tells.PROFESSION: _("“%(word)s” tells whom somebody sees."),
        Tells.PATIENT: _("“%(word)s” tells that somebody is a patient."),
        Tells.CLINICIAN: _("“%(word)s” names a clinician."),
        Tells.HIDDEN: _("“%(word)s” could break a mail."),
    }
    found = dict.fromkeys(one for text in texts for one in telling(text))
    return [why[one.tells] % {"word": one.word} for one in found]
