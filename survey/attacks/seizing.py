"""LA-9 to LA-12: every byte, the keys of the last day, the open pool at noon, mails with old copies."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from statistics import mean

from survey import clock
from survey.attacks.dumps import Row, read_box
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.laboratory import life
from survey.attacks.practice import BEGIN, TIME_ZONE, Rehearsal, Seizure
from survey.attacks.trails import Trail
from survey.attacks.variants import KEYS_KEPT, REAL_VARIANT, D, E, G
from survey.keys import issue
from survey.responses.model import Kind

UNREADABLE = "not carried out: it cannot be read from here"


@attack
def bytes_left(options: Options) -> Iterator[Evidence]:
    """LA-9: no answer stands anywhere in clear; comments may once they are released."""
    for variant in (REAL_VARIANT, D):
        found = life(options, variant).searched
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-9",
            "answers in the bytes of the database, its log, free pages and the instance folder, weekly",
            options.database_name,
            variant.name,
            f"{len(found)} found",
            "0 found" if real else "the attacker wins: more than 0 found",
            not found if real else bool(found),
        )
        for trail in life(options, variant).trails:
            yield _followed(options, variant.name, trail)


def _followed(options: Options, variant: str, trail: Trail) -> Evidence:
    """A log that cannot be read here is no log without answers: that row does not pass."""
    real, read = variant == REAL_VARIANT.name, trail.fresh is not None and trail.size > 0
    size = f"{trail.size / 2**20:.1f} MB"
    return Evidence(
        "LA-9",
        f"answers in {trail.place}, daily",
        options.database_name,
        variant,
        f"{len(trail.found)} found in {size}" if read else UNREADABLE,
        "0 found" if real else "the attacker wins: more than 0 found",
        read and bool(trail.found) is not real,
    )


@attack
def late_key(options: Options) -> Iterator[Evidence]:
    """LA-10: the keys of the last day, tried on every box of every copy."""
    for variant in (REAL_VARIANT, E):
        lived = life(options, variant)
        opened, boxes = _opened_late(lived)
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-10",
            "released answers that keys seized at the end open in old copies",
            options.database_name,
            variant.name,
            f"{opened} (of {boxes} boxes tried)",
            "0" if real else "the attacker wins: more than 0",
            boxes > 0 and (opened == 0 if real else opened > 0),
        )


def _opened_late(lived: Rehearsal) -> tuple[int, int]:
    keys = _halves(lived.last_keys, "pool/")
    pairs = [each for r in lived.releases for each in zip(r.contents, r.persons, strict=True)]
    released = {content for content, person in pairs if person >= 0}  # all empty comments are alike
    boxes = {row["sealed"] for dump in lived.dumps for _, row in dump.rows("pool")}
    opened = {read_box(box, keys) for box in boxes}
    return len(opened & released), len(boxes)


@attack
def open_pool(options: Options) -> Iterator[Evidence]:
    """LA-11: database and keys at some noons; whose are the answers that wait?"""
    for variant in (REAL_VARIANT, G):
        lived = life(options, variant)
        chances, floors, waiting = _attributed(lived)
        real = variant is REAL_VARIANT
        share, floor = (mean(chances), mean(floors)) if chances else (0.0, 0.0)
        limit = floor + 3 * (len(lived.seizures) ** 0.5) / max(1, len(chances))
        yield Evidence(
            "LA-11",
            "open pool seized at noon: right guesses for answers of earlier days",
            options.database_name,
            variant.name,
            f"{share:.3f} (floor {floor:.3f}, {len(chances)} answers, {waiting:.1f} waiting on average)",
            f"at most {limit:.3f}" if real else f"the attacker wins: more than {floor:.3f}",
            bool(chances) and (share <= limit if real else share > floor),
        )


def _attributed(lived: Rehearsal) -> tuple[list[float], list[float], float]:
    """(chance of each old box's best guess, 1/n of its waiting cell, mean number of boxes at a seizure)."""
    chances, floors, sizes = [], [], []
    for seizure in lived.seizures:
        rows = [row for _, row in seizure.dump.rows("pool") if row["kind"] == Kind.RATINGS.value]
        sizes.append(len(rows))
        keys = _halves(seizure.keys, "pool/")
        for row in rows:
            content = read_box(row["sealed"], keys)
            if content is None:
                continue
            person = _whose(lived, content)
            old = lived.persons[person].answered
            if old is None or old > clock.at_local(_day(seizure), 3, TIME_ZONE):
                continue  # of today: its place among today's rows tells; the threat model says so
            everybody = _still_waiting(lived, seizure, row["cell_id"])
            guess = _first_seen(lived, seizure, row, everybody)
            chances.append(1 / len(guess) if person in guess else 0.0)
            floors.append(1 / max(1, len(everybody)))
    return chances, floors, mean(sizes) if sizes else 0.0


def _day(seizure: Seizure) -> date:
    return clock.local_day(seizure.dump.at, TIME_ZONE)


def _whose(lived: Rehearsal, content: bytes) -> int:
    for release in lived.releases:
        if content in release.contents:
            return release.persons[release.contents.index(content)]
    return lived.person_of(content)


def _still_waiting(lived: Rehearsal, seizure: Seizure, cell: int) -> set[int]:
    """Who has answered since the cell's last release, up to the last night."""
    day = clock.local_day(seizure.dump.at, TIME_ZONE)
    before = [
        r.day for r in lived.releases if r.kind == Kind.RATINGS.value and r.cell == cell and r.day <= day
    ]
    start = clock.at_local(max(before, default=BEGIN - timedelta(days=1)), 3, TIME_ZONE)
    night = clock.at_local(day, 3, TIME_ZONE)
    return {p.number for p in lived.answered if p.cell == cell and p.answered and start < p.answered <= night}


def _first_seen(lived: Rehearsal, seizure: Seizure, row: Row, everybody: set[int]) -> set[int]:
    """Follow a box back to the first copy that has it: what answered just before is whose it is."""
    since = None
    for dump in lived.dumps:
        if dump.at > seizure.dump.at:
            break
        if row["id"] in {each["id"] for _, each in dump.rows("pool")}:
            near = {
                number
                for number in everybody
                if (at := lived.persons[number].answered) and (since is None or since < at) and at <= dump.at
            }
            return near or everybody
        since = dump.at
    return everybody


@attack
def mails(options: Options) -> Iterator[Evidence]:
    """LA-12: all links from the sent mail, all used links from old copies, and the keys of the last day."""
    for variant in (REAL_VARIANT, KEYS_KEPT):
        lived = life(options, variant)
        matched, tried = _matched(lived)
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-12",
            "links of weeks that are over, found among used links of old copies",
            options.database_name,
            variant.name,
            f"{matched} of {tried}",
            "0" if real else "the attacker wins: more than 0",
            tried > 0 and (matched == 0 if real else matched > 0),
        )


def _matched(lived: Rehearsal) -> tuple[int, int]:
    spent = {row["tag"] for dump in lived.dumps for _, row in dump.rows("spent")}
    keys = _halves(lived.last_keys, "issue/", ".web")
    today = clock.local_day(lived.dumps[-1].at, TIME_ZONE)
    tried = matched = 0
    for token in lived.tags:
        week, nonce = lived.nonces[token]
        if today <= issue.last_day(week):
            continue
        tried += 1
        tags = {_digest(_digest(key, b"spent"), nonce)[:16] for key in keys}
        matched += bool(tags & spent)
    return matched, tried


def _halves(files: Mapping[str, bytes], start: str, end: str = "") -> list[bytes]:
    return [content for name, content in files.items() if name.startswith(start) and name.endswith(end)]


def _digest(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()
