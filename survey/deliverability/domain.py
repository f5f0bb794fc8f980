"""What the sender's domain asks receivers to do with mail that only claims to be ours, and where bounces go.

Asks through ``Lookup`` only and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from survey.deliverability import dmarc
from survey.deliverability.lookup import Lookup
from survey.deliverability.verdict import Finding, Verdict, txt_record
from survey.deliverability.verdict import say as _

GOOD, CARE, WRONG = Verdict.GOOD, Verdict.CARE, Verdict.WRONG


def dmarc_findings(domain: str, lookup: Lookup) -> Iterator[Finding]:
    """Whether receivers know what to do with mail that only claims to be ours."""
    here = f"_dmarc.{domain}"
    line = txt_record(here, f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}")
    found = dmarc.find(lookup, domain)
    if found is None:
        yield Finding(
            "DMARC",
            WRONG,
            _("%(domain)s has no DMARC record; large mailboxes ask for one. Add:", domain=domain),
            line,
        )
        return
    where = f"_dmarc.{found.domain}"
    if found.records > 1:
        yield Finding(
            "DMARC",
            WRONG,
            _(
                "%(where)s has %(records)s records; receivers then use none. Make it one.",
                where=where,
                records=found.records,
            ),
        )
    elif not found.policy:
        yield Finding(
            "DMARC",
            WRONG,
            _("The record at %(where)s has no policy that is understood. Change it to:", where=where),
            line,
        )
    elif found.policy == "none":
        yield Finding(
            "DMARC",
            CARE,
            _(
                "%(where)s asks for nothing (p=none): anybody can write to patients in your name. "
                "After a few weeks of good reports, change it to:",
                where=where,
            ),
            line,
        )
    else:
        yield Finding(
            "DMARC",
            GOOD,
            _(
                "%(where)s asks receivers to %(policy)s what is not from you.",
                where=where,
                policy=found.policy,
            ),
        )
    if found.strict_dkim:
        yield Finding(
            "DMARC",
            CARE,
            _(
                "%(where)s wants the signature to be of %(domain)s exactly (adkim=s).",
                where=where,
                domain=domain,
            ),
        )


def bounce_findings(domain: str, lookup: Lookup) -> Iterator[Finding]:
    """Whether what comes back to the sender's address arrives anywhere."""
    servers = lookup.mx(domain)
    if servers == (".",):
        yield Finding(
            "Bounces",
            WRONG,
            _("%(domain)s says that it takes no mail: bounces are lost and mails distrusted.", domain=domain),
        )
    elif servers:
        yield Finding(
            "Bounces", GOOD, _("%(domain)s takes mail at %(server)s.", domain=domain, server=servers[0])
        )
    elif lookup.addresses(domain):
        yield Finding(
            "Bounces",
            CARE,
            _(
                "%(domain)s names no mail server, so bounces go to the machine of that name. If "
                "another takes mail, add:",
                domain=domain,
            ),
            f"{domain}. MX 10 mail.{domain}.",
        )
    else:
        yield Finding(
            "Bounces",
            WRONG,
            _(
                "%(domain)s takes no mail: bounces are lost, and many mailboxes refuse such a sender. Add:",
                domain=domain,
            ),
            f"{domain}. MX 10 mail.{domain}.",
        )
