"""LA-17: what the answers to a browser let others keep: referrers, copies, cookies, scripts.

Every address that the program opens to everybody is asked, as its own map of routes gives them: by every
method, rightly and wrongly, so that refusals are read too. That the code leaves the address bar is looked at
in a real browser (``tests/attacks``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client, TestResponse

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House, send
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.invitations import stop_links
from survey.keys import contact
from survey.web import doors, errors, headers, look_sheet

#: Where looking gives the same bytes to everyone (an answer is sent to the address of its survey).
BLANK_SURVEY = (
    *("patient.survey", "patient.answer", "disclosing.kept", "disclosing.everything"),
    *("contact.form", "contact.ask", "look.sheet"),
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
#: What must have been met, or something was not really asked.
STATUSES = {200, 302, 400, 404, 405, 413, 422}
STAFF = "/staff"
TOO_MUCH = "x" * 1_100_000


@dataclass(frozen=True)
class Asked:
    """One answer, and whose route it came from."""

    endpoint: str
    reply: TestResponse

    @property
    def may_be_kept(self) -> bool:
        """The same bytes for everyone, asked for by a look; nothing after a POST, and no refusal."""
        looked = self.reply.request.method in ("GET", "HEAD", "OPTIONS")
        blank = self.endpoint in (*BLANK_SURVEY, "static")
        return looked and blank and self.reply.status_code in (200, 304)


def kept_by_others(house: House) -> Finding:
    """Ask every open route, right and wrong, and read the headers."""
    found, routes, met, asked = set[str](), set[str](), set[int](), 0
    for each in _replies(house):
        asked, routes = asked + 1, routes | {each.endpoint}
        met |= {each.reply.status_code}
        found |= {f"{fault} at {each.endpoint} ({each.reply.status_code})" for fault in faults(each)}
        each.reply.close()  # a file of ours is still open behind it
    found |= {f"{endpoint} not asked" for endpoint in open_routes(house) - routes}
    found |= {f"no answer {status} met" for status in STATUSES - met}
    words = "; ".join(sorted(found)[:3]) or "nothing missing"
    score = f"{words} in {asked} answers of {len(routes)} routes"
    return Finding(won=bool(found), score=score)


def faults(asked: Asked) -> Iterator[str]:
    """Headers that a page open to everybody must have, and those it must not."""
    reply, given = asked.reply, asked.reply.headers
    policy, staff = given.get("Content-Security-Policy", ""), reply.request.path.startswith(STAFF)
    if given.get("Referrer-Policy") != "no-referrer" and not staff:  # staff forms need one of their own site
        yield "referrers allowed"
    if not policy.startswith("default-src 'none'") or "unsafe" in policy or "http" in policy:
        yield "a weak content policy"
    if given.get("X-Content-Type-Options") != "nosniff":
        yield "sniffing allowed"
    if not asked.may_be_kept and given.get("Cache-Control") != "no-store":
        yield "copies allowed"
    cookies = given.getlist("Set-Cookie")
    if any(f"Path={STAFF}" not in cookie for cookie in cookies) or (cookies and not staff):
        yield "a cookie"
    if "cookie" in given.get("Vary", "").lower() and not staff:
        yield "a look at cookies"


def open_routes(house: House) -> set[str]:
    """Every route that anybody may enter."""
    rules = house.app.url_map.iter_rules()
    open_doors = ((rule.endpoint, doors.door_of(house.app, rule.endpoint)) for rule in rules)
    return {endpoint for endpoint, door in open_doors if door is None or door.roles is None}


def _replies(house: House) -> Iterator[Asked]:
    client, token = house.client(), house.token()
    for endpoint, address in addresses(house, token):
        for method in METHODS:
            yield Asked(endpoint, client.open(address, method=method, headers={"Cookie": "session=x"}))
    for path in ("/", "/nowhere", "/s/", "/s/riverside", "/stop", f"{PAGE}//", "/%00", "/s/%ff/x/en"):
        yield Asked("", client.get(path))
    for code in (token, token, "", "x" * 56):
        yield Asked("patient.answer", send(client, code))
    yield Asked("patient.answer", client.post(PAGE, data={"token": token}))
    for endpoint, address in addresses(house, token):
        yield from (Asked(endpoint, reply) for reply in _unfit(client, address))


def _unfit(client: Client, address: str) -> Iterator[TestResponse]:
    """Too much, too many, and what is no form at all; every address gets it."""
    yield client.post(address, data={"item.overall": TOO_MUCH})
    yield client.post(address, data={f"item.{number}": "x" for number in range(300)})
    kind = "multipart/form-data; boundary=x"
    yield client.post(address, input_stream=io.BytesIO(b"--x\r\nnothing"), content_type=kind)
    yield client.post(address, data=b"\xff\xfe%zz&=", content_type="application/x-www-form-urlencoded")


def addresses(house: House, token: str) -> Iterator[tuple[str, str]]:
    """Each open route with values that lead somewhere and with values that lead nowhere.

    Raises KeyError for a part of an address that is not known here: it must be entered on purpose.
    """
    tag = contact.contact_tag(house.runtime.files, house.practice.id, "sam@example.org")
    values = {
        "slug": "riverside",
        "label": "after-visit-1",
        "language": "en",
        "rest": f"#{token}",
        "signed": stop_links.sign(house.runtime.files, house.practice.id, tag),
        "filename": "afterword.css",
        "form": "mailgun",
        "code": "x" * 43,
        "quarter": "2026-Q1",
        "kind": "csv",
        "digest": "0" * 12,
        "colour": look_sheet.address("#7a1f5c")[6:-4],
    }
    wrong = {**dict.fromkeys(values, "nowhere"), "language": "xx", "filename": "nowhere.css"}
    routes = open_routes(house)
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint in routes:
            for given in (values, wrong):
                yield rule.endpoint, _address(house, rule, {name: given[name] for name in rule.arguments})
    yield "patient.survey", f"{PAGE}%23{token}"
    yield "patient.survey", f"{PAGE}%23"


def _address(house: House, rule: Any, values: dict[str, str]) -> str:
    with house.app.test_request_context():
        built = rule.build(values)
    return str(built[1]).partition("?")[0]


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


@contextmanager
def keeps_refusals() -> Iterator[None]:
    """Pages about errors may be kept by proxies for a while, to spare the server."""
    page = errors.page

    def kept(status: int, **more: Any) -> Any:
        answer = page(status, **more)
        answer.headers["Cache-Control"] = "public, max-age=60"
        return answer

    with swapped((errors, "page", kept)):
        yield


TRIAL = Trial(
    attack="LA-17",
    title="Headers of pages open to everybody",
    expected="no referrer, no copy after a post or of a refusal, own scripts only, no cookie",
    carry_out=kept_by_others,
    variants=(
        Variant("referrers allowed", referrers_allowed),
        Variant("a cookie for visitors", remembers_visitors),
        Variant("refusals are kept", keeps_refusals),
    ),
)


@attack
def browsers_memory(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
