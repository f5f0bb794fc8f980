"""What the desk reads about mails, in plain words: their states, what came back, what a relay answered.

Words only: no figure is worked out here, and none of the words names a person.
"""

from __future__ import annotations

from flask_babel import gettext as _

from survey.invitations.mailer import HandoverUnknown, PermanentRefusal, RelayUnreachable, TemporaryRefusal
from survey.invitations.model import Cause, InvitationState

#: The numbers that the nearest five makes 0.
FEW = "0–2"
MailTrouble = TemporaryRefusal | PermanentRefusal | RelayUnreachable | HandoverUnknown


def about(number: int) -> str:
    """A rounded number of people; the lowest one also stands for none."""
    return str(number) if number else FEW


def state(which: InvitationState) -> tuple[str, str]:
    """Name of a state, and what it means."""
    names = {
        InvitationState.DUE: (_("Waiting"), _("Goes out on its morning.")),
        InvitationState.CLAIMED: (_("Being prepared"), _("A worker has taken it.")),
        InvitationState.HANDING_OVER: (_("Being handed over"), _("The mail server is receiving it.")),
        InvitationState.SENT: (_("Sent"), _("The mail server has taken it.")),
        InvitationState.FAILED: (_("Refused"), _("The mail server refused it for good, or it came back.")),
        InvitationState.UNKNOWN: (
            _("Not certain"),
            _(
                "The line broke while it was handed over. Somebody must decide; it is not sent again "
                "by itself."
            ),
        ),
        InvitationState.SUPPRESSED: (_("Held back"), _("No more mail goes to this address.")),
        InvitationState.CANCELLED: (
            _("Cancelled"),
            _("Too late: its time had passed. Or the visit was taken back, or you left it."),
        ),
    }
    return names[which]


def causes() -> dict[Cause, str]:
    """What is counted by day, in the order of the page."""
    return {
        Cause.ASKED: _("Stopped by the reader"),
        Cause.STAFF: _("Stopped by the practice"),
        Cause.WRONG_ADDRESS: _("“This mail is not for me”: the address in your software may be wrong"),
        Cause.BOUNCED: _("Came back: the address does not work"),
        Cause.BOUNCED_FOR_NOW: _("Delayed on the way"),
        Cause.COMPLAINED: _("Reported as spam"),
    }


def code(number: int) -> str:
    """What a relay means by its answer to one mail (RFC 5321, 4.2.3)."""
    known = {
        421: _("It was closing the line. It may have too much to do."),
        450: _("The mailbox was busy, or the mail server wants to see a second try first."),
        451: _("It had a fault of its own, or wants to see a second try first."),
        452: _("It had no room, or you have sent as much as it lets you send for now."),
        550: _("There is no such mailbox, or the mail server distrusts the sender."),
        551: _("The mailbox has moved."),
        552: _("The mailbox is full."),
        553: _("The address is not written as it should be."),
        554: _("It distrusts the mail or the sender. Look at the page “Will our mails arrive?”."),
    }
    otherwise = _("It asks to try again later.") if number < 500 else _("It will never take this mail.")
    return str(known.get(number, otherwise))


def trouble(why: MailTrouble) -> str:
    """What became of a test mail that was not taken, and what to do."""
    if isinstance(why, HandoverUnknown):
        return str(
            _("The line broke at the very end. Look into your mailbox; if nothing is there, try again.")
        )
    if isinstance(why, (TemporaryRefusal, PermanentRefusal)):
        meaning = code(why.code)
        words = _(
            "The mail server did not take the mail (%(code)s). %(meaning)s", code=why.code, meaning=meaning
        )
        return str(words)
    return _unreachable(str(why))


def _unreachable(said: str) -> str:
    """The mailer's own sentences about the relay, by the words that tell them apart."""
    table = {
        "certificate": _("The certificate of the mail server is not valid. Ask who runs it."),
        "STARTTLS": _(
            "The mail server offers no encryption or no sign-in. Check the settings smtp_tls and smtp_user."
        ),
        "user or password": _(
            "The mail server refuses user or password. Check the settings smtp_user and smtp_password."
        ),
        "sender address": _(
            "The mail server does not accept your sender address. Check the setting mail_from."
        ),
        "at present": _("The mail server takes no mail at present. Try again in a few minutes."),
    }
    otherwise = _("The mail server does not answer. Check the settings smtp_host, smtp_port and smtp_tls.")
    return str(next((words for part, words in table.items() if part in said), otherwise))


def topics() -> dict[str, str]:
    """What a finding about a domain or a mail is about; names that are none of ours stay as they are."""
    return {
        "Sender": _("Sender"),
        "Bounces": _("Bounces"),
        "Relay": _("Mail server"),
        "Stopping": _("Stopping the mails"),
        "Judgement": _("The mailbox’s judgement"),
        "Signature": _("Signature"),
        "Encryption": _("Encryption"),
        "Links": _("Links"),
        "Pictures": _("Pictures"),
        "Text": _("Text"),
        "Outside": _("Sender and subject"),
        "Spam": _("Spam"),
    }


def nobody_to_call() -> str:
    """Why sending does not begin where patients in need would read no number."""
    return str(
        _(
            "Sending does not begin: patients must read a number of the practice to call, and the help lines "
            "of its country, and the practice must not be closed. Whoever runs this program can enter them."
        )
    )
