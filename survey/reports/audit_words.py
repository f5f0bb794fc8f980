"""Entries of the audit log in plain words: who, what, and about what.

A subject is told only where this page names its action: so nothing shows that nobody thought about. Pure.
"""

from __future__ import annotations

from survey.comments.hiding import HID, Reason
from survey.insight.words import Translate
from survey.practice.auditing import Kind

#: Actions whose subject is told as it was written: a quarter, a survey, the name of a key or a colleague.
TOLD_AS_WRITTEN = frozenset(
    {
        *("exported a report", "published a survey", "publish survey", "made API key", "ended API key"),
        *("began a survey draft", "threw a survey draft away", "reset account", "monthly mail on"),
        *("monthly mail off", "invited colleague", "withdrew invitation", "closed account"),
        *("reopened account", "sent link to choose a password", "changed role of colleague"),
        "ended colleague's sign-ins",
    }
)


def kinds(_: Translate) -> list[tuple[Kind, str]]:
    """What can be chosen, in the order of the list."""
    return [
        (Kind.SIGN_INS, _("Signing in and out")),
        (Kind.REFUSALS, _("Refused")),
        (Kind.ACCOUNTS, _("Accounts and passwords")),
        (Kind.TAKEN_AWAY, _("Taken away or printed")),
        (Kind.COMMENTS, _("Comments")),
        (Kind.VISITS, _("Visits brought in")),
        (Kind.WISHES, _("Patients’ wishes")),
        (Kind.MAIL, _("Mail")),
        (Kind.SETTINGS, _("Surveys, repairs and settings")),
        (Kind.OTHER, _("Other")),
    ]


def actor(which: str, _: Translate) -> str:
    """Who did it, where it was not one of the people."""
    names: dict[str, str] = {
        "job": _("The program"),
        "command line": _("Somebody at the server"),
        "watched folder": _("The watched folder"),
        "unknown account": _("An address without an account"),
        "not signed in": _("Somebody who was not signed in"),
    }
    return names.get(which, which)


def what(action: str, _: Translate) -> str:
    """The sentence of an action; one that has none is told as it was written."""
    words = {**_accounts(_), **_passkeys(_), **_results(_), **_visits(_), **_mail(_), **_settings(_)}
    return words.get(action, action)


def about(action: str, subject: str, _: Translate) -> str:
    """What an action was about, where that may be read here."""
    if action in TOLD_AS_WRITTEN:
        return subject
    if action == HID:  # "its key: the reason"; the key is nothing to read
        return _reasons(_).get(subject.partition(": ")[2], "")
    return ""


def _reasons(_: Translate) -> dict[str, str]:
    return {
        Reason.NAMES: _("It names somebody"),
        Reason.RECOGNISABLE: _("Somebody could be recognised by it"),
        Reason.INSULT: _("It insults somebody"),
        Reason.OTHER: _("Another reason"),
    }


def _accounts(_: Translate) -> dict[str, str]:
    return {
        "signed in": _("Signed in"),
        "signed out": _("Signed out"),
        "ended own sign-ins": _("Ended sign-ins of their own"),
        "sign-in refused": _("Could not sign in: wrong password, or no open account"),
        "code refused": _("Typed a wrong code when signing in"),
        "leaving refused": _("Could not close the practice: the password was wrong"),
        "password change refused": _("Could not change the password: the present one was wrong"),
        "second factor change refused": _("Could not change the second factor: the password was wrong"),
        "invite": _("Invited somebody to sign in"),
        "set a password": _("Chose a password with a link"),
        "asked for a new password": _("Asked for a link because a password was forgotten"),
        "chose password by link": _("Chose a new password with a link they had asked for"),
        "reset account": _("Reset an account"),
        "changed own password": _("Changed their password"),
        "began the practice": _("Began the practice"),
        "second factor on": _("Switched their second factor on"),
        "second factor off": _("Switched their second factor off"),
        "new recovery codes": _("Made new recovery codes"),
        "invited colleague": _("Invited a colleague"),
        "withdrew invitation": _("Withdrew an invitation"),
        "sent link to choose a password": _("Sent a link to choose a password"),
        "changed role of colleague": _("Changed the role of a colleague"),
        "ended colleague's sign-ins": _("Ended the sign-ins of a colleague"),
        "closed account": _("Closed an account"),
        "reopened account": _("Reopened an account"),
        "renamed clinician": _("Changed the name of a clinician"),
        "clinician left": _("Entered that a clinician left"),
        "clinician came back": _("Entered that a clinician came back"),
        "merged clinicians": _("Merged two clinicians"),
        "parted clinicians": _("Undid a merge of two clinicians"),
        "single sign-on accepted": _("Came by single sign-on"),
        "single sign-on refused": _("Could not sign in by single sign-on"),
        "bound to single sign-on": _("Tied an account to single sign-on"),
        "unbound from single sign-on": _("Untied their account from single sign-on"),
        "second factor for everybody on": _("Asked everybody for a second factor"),
        "second factor for everybody off": _("No longer asks everybody for a second factor"),
    }


def _passkeys(_: Translate) -> dict[str, str]:
    return {
        "passkey refused": _("Could not sign in: the passkey was not taken"),
        "passkey may be copied": _("Could not sign in: the passkey may have been copied"),
        "password without passkey": _("Could not sign in: the password alone is not enough"),
        "ending sign-ins refused": _("Could not end a sign-in: the password was wrong"),
        "form refused": _("Sent a form that is for another role (said once a day)"),
        "passkey change refused": _("Could not change a passkey: the password was wrong"),
        "added passkey": _("Added a passkey"),
        "renamed passkey": _("Renamed a passkey"),
        "removed passkey": _("Removed a passkey"),
    }


def _results(_: Translate) -> dict[str, str]:
    return {
        "release": _("Made results ready"),
        "exported a report": _("Downloaded a quarterly report"),
        "exported the log": _("Downloaded this log"),
        "took everything away": _("Took everything away in one file"),
        "printed cards": _("Printed cards"),
        "printed a poster": _("Printed a poster"),
        "printed what was done": _("Printed what was done"),
        "printed comments for the team": _("Printed comments for the team"),
        "opened comments": _("Opened comments to read them"),
        "looked for a word": _("Looked for a word in comments"),
        "hid a comment": _("Hid a comment"),
        "showed a comment again": _("Showed a comment again"),
        "sorted a comment": _("Changed what a comment is about"),
        "opened a repair": _("Opened a repair"),
        "moved a repair": _("Moved a repair on"),
        "told patients of a repair": _("Told patients of a repair"),
        "no longer told patients of a repair": _("No longer tells patients of a repair"),
        "give up answers": _("Gave up answers that cannot be opened"),
    }


def _visits(_: Translate) -> dict[str, str]:
    return {
        "imported visits": _("Brought in visits"),
        "import visits": _("Brought in visits"),
        "undo import": _("Took back visits that were brought in"),
        "refuse file": _("Refused a file of visits"),
        "forgot how files are read": _("Forgot how files are read"),
        "add calendar": _("Added a calendar"),
        "remove calendar": _("Removed a calendar"),
        "watch folder": _("Began to watch a folder for visits"),
        "stop watching": _("Stopped watching a folder for visits"),
        "enter opt-out": _("Stopped mail to one person"),
        "show person": _("Looked at what is held of one person"),
        "erase person": _("Erased what is held of one person"),
    }


def _mail(_: Translate) -> dict[str, str]:
    return {
        "paused sending": _("Paused mail"),
        "resumed sending": _("Resumed mail"),
        "mail decided": _("Decided about a mail that may not have arrived"),
        "asked for test mail": _("Asked for a test mail"),
        "confirmed test mail": _("Confirmed the test mail"),
        "wrong code of test mail": _("Typed a wrong code of the test mail"),
        "monthly mail on": _("Switched the monthly mail on"),
        "monthly mail off": _("Switched the monthly mail off"),
        "opened hook of mail service": _("Began to take reports of the mail service"),
        "shut hook of mail service": _("Stopped taking reports of the mail service"),
        "changed hours and limit of mail": _("Changed the hours or the daily limit of mail"),
        "changed country of holidays": _("Changed whose holidays are days off"),
        "changed day of mail": _("Changed a day of mail"),
        "changed reminders": _("Changed who gets a reminder"),
        "changed survey of a visit type": _("Changed the survey of a visit type"),
    }


def _settings(_: Translate) -> dict[str, str]:
    return {
        "changed how patients reach the practice": _("Changed how patients reach the practice"),
        "closed practice": _("Closed the practice"),
        "reopened practice": _("Reopened the practice"),
        "changed the look": _("Changed how pages look"),
        "asked to leave": _("Asked to close the practice for good"),
        "took leaving back": _("Took back that the practice closes for good"),
        "rename practice": _("Renamed the practice"),
        "year of quarters": _("Changed when the year of reports begins"),
        "made API key": _("Made a key for another program"),
        "ended API key": _("Ended the key of another program"),
        "began a survey draft": _("Began a survey draft"),
        "threw a survey draft away": _("Threw a survey draft away"),
        "published a survey": _("Published a survey"),
        "publish survey": _("Published a survey"),
        "confirm clock": _("Confirmed that the clock is right"),
        "settle restored database": _("Put the database back from a backup"),
    }
