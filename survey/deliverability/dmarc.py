"""What receivers are asked to do with mail that only claims to be ours: DMARC. Asks through ``Lookup``.

A domain without a record of its own takes that of the nearest domain above it (the tree walk of the renewed
standard, RFC 9989), which needs no list of registrars.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.deliverability.dkim import tags
from survey.deliverability.lookup import Lookup

POLICIES = ("none", "quarantine", "reject")
MOST_STEPS = 8


@dataclass(frozen=True)
class Policy:
    """``domain``: where the record stands. ``policy`` is what it says of the domain that was asked about."""

    domain: str
    policy: str
    strict_spf: bool
    strict_dkim: bool
    reports: bool
    records: int


def find(lookup: Lookup, domain: str) -> Policy | None:
    """The policy for a domain, or None; empty where nobody understands the record. Raises DnsSilent."""
    names = domain.rstrip(".").split(".")
    steps = [".".join(names[start:]) for start in range(len(names) - 1)][:MOST_STEPS]
    for step in steps:
        found = [text for text in lookup.txt(f"_dmarc.{step}") if _is_record(text)]
        if found:
            return _policy(found, step, own=step == domain)
    return None


def _is_record(text: str) -> bool:
    return text.strip().replace(" ", "").startswith("v=DMARC1")


def _policy(found: list[str], domain: str, *, own: bool) -> Policy:
    said = tags(found[0])
    policy = said.get("p", "").lower()
    if not own:
        policy = said.get("sp", policy).lower()
    return Policy(
        domain=domain,
        policy=policy if policy in POLICIES else "",
        strict_spf=said.get("aspf", "r").lower() == "s",
        strict_dkim=said.get("adkim", "r").lower() == "s",
        reports="rua" in said,
        records=len(found),
    )
