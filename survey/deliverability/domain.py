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
    yield _asked(found, line)
    if found.strict_dkim:
        strict = _(
            "%(where)s wants the signature to be of %(domain)s exactly (adkim=s).",
            where=f"_dmarc.{found.domain}",
            domain=domain,
        )
        yield Finding("DMARC", CARE, strict)


def _asked(found: dmarc.Policy, line: str) -> Finding:
    """What the record asks for, and whether that is enough."""
    values = {"where": f"_dmarc.{found.domain}", "records": found.records, "policy": found.policy}
    if found.records > 1:
        several = _("%(where)s has %(records)s records; receivers then use none. Make it one.", **values)
        return Finding("DMARC", WRONG, several)
    if not found.policy:
        unknown = _("The record at %(where)s has no policy that is understood. Change it to:", **values)
        return Finding("DMARC", WRONG, unknown, line)
    if found.policy == "none":
        nothing = _(
            "%(where)s asks for nothing (p=none): anybody can write to patients in your name. "
            "After a few weeks of good reports, change it to:",
            **values,
        )
        return Finding("DMARC", CARE, nothing, line)
    return Finding("DMARC", GOOD, _("%(where)s asks receivers to %(policy)s what is not from you.", **values))


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
