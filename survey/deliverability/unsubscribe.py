"""Whether a mail can be stopped with one click, as RFC 8058 and the large mailboxes ask. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from survey.deliverability.dkim import tags
from survey.deliverability.verdict import Finding, Verdict
from survey.deliverability.verdict import say as _

TOPIC = "Stopping"
ONE_CLICK = "List-Unsubscribe=One-Click"
#: What a signature has to cover, or a stranger could change it.
SIGNED = ("from", "subject", "list-unsubscribe", "list-unsubscribe-post")


def findings(message: EmailMessage) -> Iterator[Finding]:
    """What is wrong with the two headers; one good word where nothing is."""
    links, posts = message.get_all("List-Unsubscribe", []), message.get_all("List-Unsubscribe-Post", [])
    if len(links) != 1 or len(posts) != 1 or str(posts[0]).strip() != ONE_CLICK:
        yield Finding(
            TOPIC,
            Verdict.WRONG,
            _(
                "The mail lacks the headers by which a mailbox offers to stop it (List-Unsubscribe "
                "and List-Unsubscribe-Post, once each). The relay may have taken them away; ask who "
                "runs it."
            ),
        )
    elif not str(links[0]).strip().startswith("<https://"):
        yield Finding(
            TOPIC, Verdict.WRONG, _("The link that stops the mails does not begin with https. Set base_url.")
        )
    else:
        yield Finding(TOPIC, Verdict.GOOD, _("A mailbox can stop the mails with one click."))


def unsigned(signature: str) -> tuple[str, ...]:
    """Which of the headers in ``SIGNED`` a DKIM signature leaves open."""
    covered = {name.strip().lower() for name in tags(signature).get("h", "").split(":")}
    return tuple(name for name in SIGNED if name not in covered)
