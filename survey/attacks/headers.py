"""LA-17: what the answers to a patient's browser let others keep: referrers, copies, cookies, scripts.

Every address that a patient can reach is asked, also with what is wrong. That the code leaves the address bar
is looked at in a real browser (``tests/attacks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.test import TestResponse

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House, send
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.invitations import stop_links
from survey.keys import contact
from survey.web import headers

PATIENTS = ("patient.", "stopping.")
BLANK_SURVEY = ("patient.survey", "patient.kept")


def kept_by_others(house: House) -> Finding:
    """Ask every patient route, right and wrong, and read the headers."""
    found, routes, asked = set[str](), set[str](), 0
    for endpoint, reply in _replies(house):
        asked, routes = asked + 1, routes | {endpoint}
        found |= set(faults(endpoint, reply))
    missing = {rule.endpoint for rule in house.app.url_map.iter_rules() if rule.endpoint.startswith(PATIENTS)}
    missing -= routes
    found |= {f"{endpoint} not asked" for endpoint in missing}
    score = f"{'; '.join(sorted(found)) or 'nothing missing'} in {asked} answers of {len(routes)} routes"
    return Finding(won=bool(found), score=score)


def faults(endpoint: str, reply: TestResponse) -> Iterator[str]:
    """Headers that a patient's page must have, and those it must not."""
    given, policy = reply.headers, reply.headers.get("Content-Security-Policy", "")
    if given.get("Referrer-Policy") != "no-referrer":
        yield "referrers allowed"
    if not policy.startswith("default-src 'none'") or "unsafe" in policy or "http" in policy:
        yield "a weak content policy"
    if given.get("X-Content-Type-Options") != "nosniff":
        yield "sniffing allowed"
    # The blank survey is the same bytes for everyone and may be kept; what follows a POST may not.
    may_keep = reply.request.method != "POST" and reply.status_code in (200, 304) and endpoint in BLANK_SURVEY
    if not may_keep and given.get("Cache-Control") != "no-store":
        yield "copies allowed"
    if "Set-Cookie" in given or "cookie" in given.get("Vary", "").lower():
        yield "a cookie"


def _replies(house: House) -> Iterator[tuple[str, TestResponse]]:
    client, token = house.client(), house.token()
    tag = contact.contact_tag(house.runtime.files, house.practice.id, "sam@example.org")
    stop = f"/stop/en/{stop_links.sign(house.runtime.files, house.practice.id, tag)}"
    looks = {
        "patient.survey": (PAGE, f"{PAGE}%23{token}", "/s/nobody/after-visit-1/en", f"{PAGE}%23"),
        "patient.broken_link": (f"{PAGE}/%23{token}", f"{PAGE}/more"),
        "patient.kept": ("/s/riverside/kept/en", "/s/riverside/kept/xx"),
        "stopping.ask": (stop, "/stop/en/changed", "/stop/english/x"),
    }
    for endpoint, addresses in looks.items():
        for address in addresses:
            for method in ("GET", "HEAD", "OPTIONS"):
                yield endpoint, client.open(address, method=method, headers={"Cookie": "session=x"})
    for code in (token, token, "", "x" * 56):
        yield "patient.answer", send(client, code)
    yield "patient.answer", client.post(PAGE, data={"token": token})
    yield "patient.answer", client.post(PAGE, data={"item.overall": "x" * 70_000})
    for address in (stop, stop, "/stop/en/changed"):
        yield "stopping.stop", client.post(address)


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def referrers_allowed() -> Iterator[None]:
    """The policy of the staff pages for everybody."""
    with swapped((headers, "_for_staff", lambda: True)):
        yield


@contextmanager
def remembers_visitors() -> Iterator[None]:
    """A cookie on every page, as most frameworks begin with."""
    add = headers._add

    def marked(response: Any) -> Any:
        response.set_cookie("visitor", "1234")
        return add(response)

    with swapped((headers, "_add", marked)):
        yield


TRIAL = Trial(
    attack="LA-17",
    title="Headers of patients' pages",
    expected="no referrer, no copy after a post, own scripts only, no cookie",
    carry_out=kept_by_others,
    variants=(
        Variant("referrers allowed", referrers_allowed),
        Variant("a cookie for visitors", remembers_visitors),
    ),
)


@attack
def browsers_memory(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
