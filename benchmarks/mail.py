"""How fast mails go out: ``python benchmarks/mail.py [--mails 5000] [--postgres URL]``.

The same letters to the same sink, in turns: first a bare loop of ``smtplib`` over one kept connection, with
letters that are ready in memory and nothing written down; then the real sending, which opens each address,
makes each link and letter, asks for opt-outs and commits to the database before and after each group. Only
the ratio of the two says something. The sink is Postfix's ``smtp-sink``, because one written in Python
would be the slow part; name its path with ``--sink`` if it is not installed. Nothing is delivered anywhere.
Last, one worker and two at once, first with the sink as it is, then with the sink at the end of a slow line:
two workers help where each waits for a relay, and less where one of them keeps the processor busy. What the
sink was given must be as many mails as there are.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from multiprocessing import Process
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from slow_line import slow_line
from sqlalchemy import insert, select, text, update

from survey import clock
from survey.db import random_id, reading, transaction
from survey.instruments.loading import load_all
from survey.invitations.composing import COLUMNS, Letter, Mail, make_composer
from survey.invitations.mailer import SmtpMailer
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.sending import SendSummary, send_due
from survey.keys import issue
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings

DAY = date(2026, 3, 3)
MORNING = clock.at_local(DAY, 10, "UTC")
#: Seconds after which a reply of the slow line arrives: a relay in a town not far away.
LATE = 0.01
#: Seconds by the clock, and processor seconds of this process.
Spent = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sink", default="smtp-sink")
    parser.add_argument("--folder", default=None, help="Where the scratch folder is made: the disk matters.")
    given = parser.parse_args()
    sink = shutil.which(given.sink) or "/usr/sbin/smtp-sink"
    if not Path(sink).exists():
        sys.exit("smtp-sink is not installed; it is part of Debian's package postfix.")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        runtime = open_runtime(settings_of(Path(folder), given.postgres))
        practice = fill(runtime, given.mails)
        in_turns(runtime, practice, sink, given.mails, rounds=given.rounds)
        for late in (0.0, LATE):
            together(runtime, practice, sink, given.mails, late=late)


def together(runtime: Runtime, practice: Practice, sink: str, mails: int, *, late: float) -> None:
    """One worker, then two at once: how fast, and whether each mail was taken once. ``late``: seconds."""
    place = runtime.settings.instance.parent
    place.chmod(0o711)
    rates = []
    for number in (1, 2):
        kept = place / f"sink{number}-{late}" / "kept"
        kept.parent.mkdir()
        kept.parent.chmod(0o777)
        with listening(sink, "-D", str(kept)) as port, slow_line(port, late=late) as line:
            rates.append(mails / at_work(runtime, practice, line if late else port, number))
        counted = taken(kept)
        print(f"{number} at work, {rates[-1]:,.0f}/s, keeping each mail: {mails} due, ", end="")
        print(f"{counted.total()} taken, {len(counted)} people")
        assert len(counted) == counted.total() == mails, "a mail was lost or sent twice"
        again(runtime)
    print(f"replies {1000 * late:.0f} ms late: two workers are {rates[1] / rates[0]:.2f} of one", flush=True)


def in_turns(runtime: Runtime, practice: Practice, sink: str, mails: int, *, rounds: int) -> None:
    """Bare loop and real sending after each other, and the middle one of all ratios."""
    ready = letters(runtime, practice)
    ratios: dict[str, list[float]] = {"by the clock": [], "processor time": []}
    for _ in range(rounds):
        with listening(sink) as port:
            bare = bare_loop(ready, port)
        with listening(sink) as port:
            real = real_sending(runtime, practice, port)
        for at, (name, found) in enumerate(ratios.items()):
            found.append(bare[at] / real[at])
            print(f"{name}: bare loop {mails / bare[at]:,.0f}/s, sending {mails / real[at]:,.0f}/s, ", end="")
            print(f"ratio {found[-1]:.2f}", flush=True)
        again(runtime)
    for name, found in ratios.items():
        print(f"{name}: ratio {median(found):.2f} in the middle, {min(found):.2f} to {max(found):.2f}")


def settings_of(folder: Path, postgres: str) -> Settings:
    return load_settings(
        {},
        instance=folder / "instance",
        keys=folder / "keys",
        database_url=postgres,
        mail="smtp",
        smtp_tls="none",
        base_url="https://feedback.example.org",
        mail_from="feedback@example.org",
    )


def fill(runtime: Runtime, mails: int) -> Practice:
    """A practice with as many invitations due."""
    monday = clock.week_monday(clock.week_number(DAY))
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug="riverside", name="Riverside", time_zone="UTC", phone="", instrument="after_visit"
        )
        instrument = load_all(runtime.settings.surveys_config)["after_visit"]
        version = publishing.publish(db, practice.id, instrument, from_day=monday)
        db.execute(update(Practice).values(sending=True))
    week = clock.week_number(DAY)
    issue.ensure_week(runtime.files, week, today=monday)
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=None)
        row = {"practice_id": practice.id, "cell_id": cell.id, "label": version.label, "language": "en"}
        rows = [
            {
                **row,
                "id": random_id(),
                "visit_tag": random_id(),
                "contact_tag": random_id(),
                "issue_week": week,
                "send_day": DAY,
                "address_sealed": issue.seal_address(runtime.files, week, f"person{n}@example.org"),
            }
            for n in range(mails)
        ]
        db.execute(insert(Invitation), rows)
        db.execute(text("ANALYZE"))  # by the morning the server has done so by itself
    return practice


def letters(runtime: Runtime, practice: Practice) -> Sequence[Letter]:
    """All letters, ready in memory."""
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
        made = [composer.letter(Mail.of(row), now=MORNING) for row in db.execute(select(*COLUMNS))]
    return [letter for letter in made if letter is not None]


def spent() -> Spent:
    return clock.monotonic(), sum(os.times()[:2])


def since(began: Spent) -> Spent:
    now = spent()
    return now[0] - began[0], now[1] - began[1]


def bare_loop(ready: Sequence[Letter], port: int) -> Spent:
    began = spent()
    with closing(smtplib.SMTP("127.0.0.1", port)) as line:
        for letter in ready:
            line.sendmail("feedback@example.org", [letter.to], letter.content)
    return since(began)


def real_sending(runtime: Runtime, practice: Practice, port: int) -> Spent:
    settings = replace(runtime.settings, smtp_port=port)
    began = spent()
    with closing(SmtpMailer(settings)) as mailer:
        summary = send_due(replace(runtime, settings=settings), practice.id, mailer, now=MORNING)
    seconds = since(began)
    assert summary == SendSummary(sent=summary.sent), summary
    return seconds


def again(runtime: Runtime) -> None:
    """The same mails once more; only a benchmark may do this."""
    with transaction(runtime.engine) as db:
        db.execute(update(Invitation).values(state=InvitationState.DUE, attempts=0))


def at_work(runtime: Runtime, practice: Practice, port: int, number: int) -> float:
    """Seconds of so many workers at once."""
    runtime.engine.dispose()
    workers = [Process(target=work, args=(runtime.settings, practice, port)) for _ in range(number)]
    began = clock.monotonic()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {worker.exitcode for worker in workers} == {0}
    return clock.monotonic() - began


def work(settings: Settings, practice: Practice, port: int) -> None:
    real_sending(open_runtime(settings), practice, port)


@contextmanager
def listening(sink: str, *options: str) -> Iterator[int]:
    """A running sink on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([sink, *user, *options, f"127.0.0.1:{port}", "100"]) as running:
        try:
            wait_for(port)
            yield port
        finally:
            running.terminate()
            running.wait()


def taken(kept: Path) -> Counter[str]:
    """How many mails the sink kept for each person."""
    return Counter(re.findall(r"^X-Rcpt-Args: (\S+)", kept.read_text("latin-1"), re.MULTILINE))


def wait_for(port: int) -> None:
    until = clock.monotonic() + 10
    while clock.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        clock.pause(0.02)
    sys.exit("smtp-sink does not listen.")


if __name__ == "__main__":
    main()
