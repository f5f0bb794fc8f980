"""LA-31: look at everything there is to look at, and tell by any of it how many people have answered.

The same weeks are lived through in worlds that differ only by the number of people who answered: nobody
or four, which is fewer than a batch; seven or eight, which is one batch either way. In each world all is read
that the practice, its programs and whoever watches the service may read: every page and file of each role,
the export of everything, results and reports for programs, the metrics, the answers about health, the survey
page, mails to the practice, and the log as JSON. It is read in the minute of the answers, after the next
night, and after the night of the release. Two worlds in which one byte differs can be told apart.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from zipfile import ZipFile

from werkzeug.test import Client

from survey import log_lines
from survey.attacks import filters
from survey.attacks.evidence import REAL, Evidence, Options, attack
from survey.attacks.giveaways import VARIANTS, Giveaway
from survey.attacks.house import FORM_TOKEN, PAGE, House, enter, fresh_runtime, furnish, send, sign_in
from survey.db import transaction
from survey.practice import authorising
from survey.practice.authorising import Scope
from survey.practice.model import Role
from survey.settings import Settings

PEOPLE = 8
SENT, NEXT, RELEASED = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 9)
MOMENTS = {"at once": SENT, "next day": NEXT, "after the release": RELEASED}
#: Before anything is published.
BEFORE = ("at once", "next day")
METRICS_TOKEN = "m" * 40
#: Looked at without a sign-in; what it says is for whoever watches the service, and for patients.
OPEN = ("/metrics", "/healthz", "/readyz", PAGE)
PROGRAMS = ("/api/v1/results", "/api/v1/reports")
EXPORT = "/staff/everything"
#: Random marks: keys of rows, proofs of forms, digests. No figure is so long.
RANDOM = re.compile(rb"[A-Za-z0-9_=-]{20,}|\b[0-9]{15,19}\b")


@dataclass(frozen=True)
class Pair:
    """Two numbers of people who answered that nobody may tell apart."""

    one: int
    other: int

    @property
    def title(self) -> str:
        return f"{self.one} and {self.other} answers of {PEOPLE} people, told apart by anything that is shown"


#: Fewer than a batch; and one batch whose counts are in one band, with and without the one left out by lot.
TOO_FEW, ENOUGH = Pair(0, 4), Pair(7, 8)
Views = Mapping[str, bytes]


@attack
def worlds_apart(options: Options) -> Iterator[Evidence]:
    """Both pairs on the program as it is; each variant on the pair that it gives away."""
    for pair in (TOO_FEW, ENOUGH):
        yield compared(options, pair)
    for variant in VARIANTS:
        yield given_away(options, variant)


def given_away(options: Options, variant: Giveaway) -> Evidence:
    """A variant on the pair that it gives away, no longer than it takes."""
    with variant.broken():
        if variant.published:
            return compared(options, ENOUGH, variant.name)
        return compared(options, TOO_FEW, variant.name, moments=BEFORE)


def compared(
    options: Options, pair: Pair, variant: str = REAL, *, moments: Sequence[str] = tuple(MOMENTS)
) -> Evidence:
    """Both worlds of a pair, side by side."""
    views = world(options, pair.one, moments), world(options, pair.other, moments)
    apart = told_apart(*views)
    named = "; ".join(apart[:3]) or "nothing differs"
    return Evidence(
        attack="LA-31",
        title=pair.title,
        database=options.database_name,
        variant=variant,
        score=f"{named} in {len(views[0])} views",
        expected="no view differs" if variant == REAL else "the attacker wins",
        passed=bool(apart) != (variant == REAL),
    )


def told_apart(one: Views, other: Views) -> list[str]:
    """The views that differ, or that only one world has."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def world(options: Options, answers: int, moments: Sequence[str] = tuple(MOMENTS)) -> Views:
    """Live through the weeks with so many answers; what can be read at these moments, by name and moment."""
    views = dict[str, bytes]()
    with fresh_runtime(options) as empty, _noted() as book:
        house = furnish(replace(empty, settings=_watched(empty.settings)), full=options.full)
        people, key = {role: _email(house, role) for role in Role}, _key(house)
        house.invite(*((f"person{number}@example.org", "en") for number in range(PEOPLE)))
        house.wake(SENT, 3, 10)
        for _ in range(answers):
            send(house.client(), house.token())
        for moment in moments:
            if MOMENTS[moment] != SENT:
                house.live_until(MOMENTS[moment], 3, 10)
            seen = {**dict(_pages(house, people)), **dict(_for_programs(house, key))}
            seen |= {"the log": _log(book), "mails to the practice": _mails(house, people)}
            views |= {f"{name}, {moment}": _plain(house, body) for name, body in seen.items()}
    return views


def _watched(settings: Settings) -> Settings:
    """With metrics, and with backups that cannot be made, so that owners get a mail about it."""
    return replace(settings, metrics_token=METRICS_TOKEN, backup_folder=str(settings.keys / "shelf"))


def _plain(house: House, body: bytes) -> bytes:
    """Without what is by chance another in every installation."""
    return RANDOM.sub(b"", body.replace(str(house.runtime.settings.keys).encode("utf-8"), b""))


def _email(house: House, role: Role) -> str:
    """Make somebody of this role; the address with which they sign in."""
    clinician = 0 if role is Role.CLINICIAN else None
    sign_in(house, role, clinician)
    return f"{role.value}{'' if clinician is None else clinician}@riverside.example"


def _key(house: House) -> str:
    scopes = (Scope.RESULTS_READ, Scope.REPORTS_READ)
    with transaction(house.runtime.engine, house.practice.id) as db:
        return authorising.make_key(db, house.practice, "reader", today=SENT, scopes=scopes)


def _pages(house: House, people: Mapping[Role, str]) -> Iterator[tuple[str, bytes]]:
    """Every page and file of every role, and the export of everything, file by file."""
    clients = {role: enter(house, email) for role, email in people.items()}
    for address in filters.addresses(house, clients):
        status, target, body = address.body()
        whose = next(role for role, client in clients.items() if client is address.client)
        yield f"{address.path} of the {whose}", b"%d %s " % (status, target.encode()) + body
    yield from _exported(clients[Role.OWNER])


def _exported(owner: Client) -> Iterator[tuple[str, bytes]]:
    found = FORM_TOKEN.search(owner.get(EXPORT).text)
    reply = owner.post(f"{EXPORT}/zip", data={"csrf_token": found.group(1) if found else ""})
    assert reply.status_code == 200, reply.status
    with ZipFile(io.BytesIO(reply.get_data())) as packed:
        for name in packed.namelist():
            yield f"{name} of the export", _unpacked(packed.read(name))


def _unpacked(content: bytes) -> bytes:
    """A workbook as the texts in it. A PDF prints the report's hash, which is another in every installation,
    in a font cut to its letters; its figures are those of the table beside it, as a test compares."""
    if content.startswith(b"%PDF"):
        return b"a PDF"
    if not content.startswith(b"PK"):
        return content
    with ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def _for_programs(house: House, key: str) -> Iterator[tuple[str, bytes]]:
    """What is read without a sign-in: by programs with their key, by who watches the service, by anybody."""
    shown = {**dict.fromkeys(PROGRAMS, key), "/metrics": METRICS_TOKEN}
    for path in (*PROGRAMS, *OPEN):
        headers = {"Authorization": f"Bearer {shown[path]}"} if path in shown else {}
        reply = house.client().get(path, headers=headers)
        yield path, b"%d " % reply.status_code + reply.get_data()


def _mails(house: House, people: Mapping[Role, str]) -> bytes:
    """What was sent to the practice's own people: subjects and words, in one order."""
    paths = house.runtime.settings.mailbox.glob("*.eml")
    mails = [message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default) for path in paths]
    ours = [mail for mail in mails if str(mail["To"]) in people.values()]
    return "\n".join(sorted(f"{mail['Subject']}\n{_words(mail)}" for mail in ours)).encode("utf-8")


def _words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return "" if part is None else str(part.get_content())


@contextmanager
def _noted() -> Iterator[io.StringIO]:
    """The log of the program as whoever runs it may keep it, down to what is least."""
    book, program = io.StringIO(), logging.getLogger("survey")
    handler, before = logging.StreamHandler(book), program.level
    handler.setFormatter(log_lines.JsonLines())
    program.addHandler(handler)
    program.setLevel(logging.DEBUG)
    try:
        yield book
    finally:
        program.removeHandler(handler)
        program.setLevel(before)


def _log(book: io.StringIO) -> bytes:
    """All lines so far without their times: the clock on the wall is another one in each world."""
    lines = [json.loads(line) for line in book.getvalue().splitlines()]
    return json.dumps([{**line, "time": ""} for line in lines]).encode("utf-8")
