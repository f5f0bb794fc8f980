"""What is said of a part that has stopped: what it is, what it means, what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from survey.insight.words import Translate
from survey.noticing import Part


@dataclass(frozen=True)
class Alarm:
    """Sentences in the reader's language; ``ahead``: it has not begun; ``well``, ``again``: it works."""

    ahead: str
    well: str
    title: str
    meaning: str
    remedy: str
    again: str


def alarm(part: Part, _: Translate) -> Alarm:
    """The sentences about a part."""
    return _WORDS[part](_)


def _night(_: Translate) -> Alarm:
    return Alarm(
        ahead=_("The nightly work has not begun"),
        well=_("The nightly work is done"),
        title=_("The nightly work has stopped"),
        meaning=_("New results do not appear, and answers wait. Nothing that was said is lost."),
        remedy=_who(_),
        again=_("The nightly work is done again"),
    )


def _mail(_: Translate) -> Alarm:
    return Alarm(
        ahead=_("No mail has gone out yet"),
        well=_("Mails go out"),
        title=_("Mails do not go out"),
        meaning=_("They wait, and go out once this is put right. What waits too long is cancelled."),
        remedy=_(
            "The page Mail says whether the mail server answers. If it does not, ask your mail provider, "
            "or whoever runs the server."
        ),
        again=_("Mails go out again"),
    )


def _imports(_: Translate) -> Alarm:
    return Alarm(
        ahead=_("No visits have come yet"),
        well=_("Visits come in"),
        title=_("Visits do not come in by themselves"),
        meaning=_("A calendar or a folder cannot be read. Nobody is asked about the visits in it."),
        remedy=_(
            "The page Visits says which calendar it is and why. Ask whoever runs the server whether a folder "
            "is missing. Until then, bring the visits in as a file."
        ),
        again=_("Visits come in by themselves again"),
    )


def _destruction(_: Translate) -> Alarm:
    return Alarm(
        ahead=_("Nothing had to be destroyed yet"),
        well=_("Old data is destroyed"),
        title=_("Old data was not destroyed"),
        meaning=_(
            "Addresses whose time is over are still there. Nobody needs them, and patients were told that "
            "they would be gone."
        ),
        remedy=_who(_),
        again=_("Old data is destroyed again"),
    )


def _backup(_: Translate) -> Alarm:
    return Alarm(
        ahead=_("No backup was made yet"),
        well=_("Backups are made"),
        title=_("No backups are made"),
        meaning=_("If the server breaks, everything that came since the last one is lost."),
        remedy=_who(_),
        again=_("Backups are made again"),
    )


def _who(_: Translate) -> str:
    return _(
        "Ask whoever runs the server whether the program's worker runs. On the server, the command "
        "“afterword doctor” says what is wrong and what helps."
    )


_WORDS = {
    Part.NIGHT: _night,
    Part.MAIL: _mail,
    Part.IMPORTS: _imports,
    Part.DESTRUCTION: _destruction,
    Part.BACKUP: _backup,
}
