"""Will our mails arrive? Looks at domain and relay when a button is pressed, and reads a mail that arrived.

Looking is a POST: it asks servers elsewhere, and no opened link may do that. A pasted mail is read in memory
and kept nowhere; the findings repeat no address and no code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.deliverability import arrival, whole
from survey.deliverability.lookup import BadServer, DnsLookup
from survey.deliverability.verdict import Finding, Verdict
from survey.practice.model import Role
from survey.web import mail_words
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("mail_arrival", __name__, url_prefix="/staff/mail/arrival")

#: Seconds for each question while somebody waits for the page.
PATIENCE = 2.0
#: The order on the page: what is wrong first.
ORDER = (Verdict.WRONG, Verdict.CARE, Verdict.UNSEEN, Verdict.GOOD)


@dataclass(frozen=True)
class Group:
    """Findings of one verdict; ``look`` names the mark beside its heading."""

    name: str
    look: str
    findings: Sequence[Finding]


@blueprint.get("")
@staff(Role.OWNER)
def look() -> str:
    """The two forms; nobody is asked anything yet."""
    return _page()


@blueprint.post("/domain")
@staff(Role.OWNER)
def domain() -> ResponseReturnValue:
    """Ask the DNS and the relay now."""
    settings = runtime().settings
    try:
        lookup = DnsLookup(settings.dns_server, lifetime=PATIENCE)
    except BadServer:
        return _page(problem=_("The setting dns_server is no address such as 9.9.9.9.")), 409
    return _page(found=list(whole.findings(settings, lookup, now=now())), of="domain")


@blueprint.post("/mail")
@staff(Role.OWNER)
def mail() -> ResponseReturnValue:
    """Read the source of a mail of ours that arrived."""
    source = request.form.get("source", "")
    try:
        message = arrival.parse(source.encode("utf-8", "replace"))
    except arrival.NoMail:
        why = _("This is no whole mail: it has no line From. Copy everything that “show original” shows.")
        return _page(problem=why, at="source"), 400
    return _page(found=list(arrival.findings(message, runtime().settings)), of="mail")


def _page(*, found: Sequence[Finding] = (), of: str = "", problem: str = "", at: str = "") -> str:
    names = {
        Verdict.WRONG: (_("Put this right"), "attention"),
        Verdict.CARE: (_("Look at this"), "attention"),
        Verdict.UNSEEN: (_("Cannot be seen from here"), "early"),
        Verdict.GOOD: (_("All is well here"), "works"),
    }
    groups = [Group(*names[each], [one for one in found if one.verdict is each]) for each in ORDER]
    return render_template(
        "staff/mail_arrival.html",
        groups=[group for group in groups if group.findings],
        of=of,
        records=any(one.record for one in found),
        words=translate,
        topics=mail_words.topics(),
        sender=runtime().settings.mail_from,
        problem=problem,
        at=at,
    )
