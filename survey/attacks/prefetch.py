"""LA-14: link scanners and prefetching mail programs must not use up a link.

Thirty looks at a link in every disguise and four presses of an empty form, then the patient's real answer.
A scripted browser's visit is part of it where Chromium is installed (``tests/attacks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.test import Client

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House, Kept, send
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.db import insert_once, transaction
from survey.keys import issue, tokens
from survey.responses.model import Spent
from survey.web import patient
from survey.web.installation import runtime

NOTHING = Kept(0, 0, 0)
METHODS = ("GET", "HEAD", "OPTIONS")
DISGUISES = (
    {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks scanner)"},
    {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch"},
    {"User-Agent": "curl/8.0", "Accept": "*/*"},
    {"Referer": "https://mail.example/inbox", "Accept-Language": "es"},
)
BLANK: tuple[dict[str, str], ...] = (
    {},
    {"item.overall": ""},
    {"box.works_well": ""},
    {"item.overall": "", "go": "send"},
)


def looked_at_and_pressed(house: House) -> Finding:
    """Look, press, then let the patient answer."""
    token = house.token()
    looks = sum(1 for _ in _looks(house.client(), token))
    presses = [house.client().post(PAGE, data={"token": token, **fields}).status_code for fields in BLANK]
    after_scan = house.kept()
    reply = send(house.client(), token)
    taken = house.kept() == Kept(1, 2, 0) and reply.status_code == 200
    score = (
        f"{after_scan.spent} links spent by {looks} looks and {len(presses)} blank posts; "
        f"the patient's answer {'taken' if taken else 'lost'}"
    )
    return Finding(won=after_scan != NOTHING or not taken, score=score)


def _looks(client: Client, token: str) -> Iterator[int]:
    """Thirty requests: three methods, five disguises, the address with the code mangled into it or not."""
    for method in METHODS:
        for headers in DISGUISES:
            for address in (f"{PAGE}%23{token}", f"{PAGE}?token={token}&item.overall=good"):
                yield client.open(address, method=method, headers=headers).status_code


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def spends_on_opening() -> Iterator[None]:
    """A link that counts as used once it was opened, as in many systems that send sign-in links."""
    to_fragment = patient._to_fragment

    def spending(slug: str, label: str, language: str, code: str) -> Any:
        place = runtime()
        read = tokens.read_token(place.files, code)
        practice = patient._open(slug, label, language).practice
        with transaction(place.engine, practice.id) as db:
            tag = issue.spent_tag(place.files, read.week, read.nonce)
            insert_once(db, Spent, practice_id=practice.id, tag=tag, issue_week=read.week)
        return to_fragment(slug, label, language, code)

    with swapped((patient, "_to_fragment", spending)):
        yield


TRIAL = Trial(
    attack="LA-14",
    title="Scanners and prefetching",
    expected="0 links spent, the real answer then taken",
    carry_out=looked_at_and_pressed,
    variants=(Variant("a GET that spends", spends_on_opening),),
)


@attack
def scanners(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
