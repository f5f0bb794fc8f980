"""``afterword demo``: build the year, then either serve it or check it and end."""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from survey import clock
from survey.clock import SimulatedClock, SystemClock
from survey.db import reading
from survey.demo import fresh, story, summary
from survey.demo.year import CLINICIAN_EMAIL, OWNER_EMAIL, DemoFailed, Year, at_start, found_practice
from survey.reports import filing
from survey.runtime import open_runtime
from survey.settings import environment_for, load_settings

Say = Callable[[str], None]


def run_once(folder: Path, say: Say) -> int:
    """Build, send three mails over SMTP, answer, flush, write reports and summary; 0 if all adds up."""
    year = build(folder, say, base_url="http://127.0.0.1:8765")
    say("Sending three fresh invitations over SMTP and answering them over HTTP …")
    fresh.send_and_answer(year)
    fresh.to_next_tick(year)
    quarter = clock.quarter_before(
        clock.quarter_of(clock.local_day(year.runtime.clock.now(), story.TIME_ZONE))
    )
    with reading(year.runtime.engine, year.practice.id) as db:
        today = clock.local_day(year.runtime.clock.now(), story.TIME_ZONE)
        paths = filing.write_files(
            db, year.practice, quarter, folder=folder, today=today, settings=year.runtime.settings
        )
    counted = summary.sum_up(year, paths)
    path = summary.write(counted, folder)
    say(f"Summary: {path}")
    for problem in counted.problems:
        say(f"Does not add up: {problem}")
    return 1 if counted.problems else 0


def run(folder: Path, say: Say, *, port: int) -> int:
    """Build, then start web and worker and print where to look; Ctrl-C ends both."""
    port = _free_port(port)
    base_url = f"http://127.0.0.1:{port}"
    year = build(folder, say, base_url=base_url)
    year.runtime.engine.dispose()
    environment = environment_for(year.runtime.settings)
    say("Starting web and worker …")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # however it is ended, nothing stays behind
    processes = [
        _start(["serve", "--port", str(port)], environment),
        _start(["work"], environment),
    ]
    try:
        _wait_until_up(base_url, processes)
        _tell(year, base_url, say)
        return _watch(processes)
    except KeyboardInterrupt:
        say("\nStopping …")
        return 0
    finally:
        _stop(processes)


def build(folder: Path, say: Say, *, base_url: str) -> Year:
    """A fresh folder with a year of the invented practice in it."""
    _clear(folder)
    settings = load_settings(
        {}, instance=folder / "instance", keys=folder / "keys", mail="folder", demo=True, base_url=base_url
    )
    settings = replace(settings, mail_from="feedback@riverside.example")
    last_day = clock.local_day(SystemClock().now(), story.TIME_ZONE) - timedelta(days=1)
    told = story.tell(last_day)
    runtime = open_runtime(settings, SimulatedClock(at_start(told.first_day)))
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    practice = found_practice(runtime, told.first_day, password)
    say(
        f"Living through a year of {practice.name}: {told.total} visits, {len(story.CLINICIANS)} clinicians …"
    )
    year = Year(runtime, practice, told, _progress(say, told), password)
    year.live()
    return year


def _progress(say: Say, told: story.Story) -> Callable[[date], None]:
    def day_done(day: date) -> None:
        if (day + timedelta(days=1)).month != day.month:
            say(f"  {day:%B %Y}")

    return day_done


def _clear(folder: Path) -> None:
    """Empty the demo's own folder; refuse any other."""
    mark = folder / "this-is-a-demo"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise DemoFailed(f"{folder} is not empty and not a demo's folder; choose another with --dir")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    mark.write_text("Made by afterword demo; replaced by its next run.\n", encoding="utf-8")


def _start(arguments: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "survey", *arguments], env=environment)


def _wait_until_up(base_url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for _ in range(150):
        if any(process.poll() is not None for process in processes):
            raise DemoFailed("web or worker ended at once; see the message above")
        try:
            with urllib.request.urlopen(f"{base_url}/healthz", timeout=2):  # noqa: S310 — our own address
                return
        except (urllib.error.URLError, OSError):
            clock.pause(0.2)
    raise DemoFailed("the web server did not answer within 30 seconds")


def _watch(processes: Sequence[subprocess.Popen[bytes]]) -> int:
    while all(process.poll() is None for process in processes):
        clock.pause(0.5)
    raise DemoFailed("web or worker ended; see the message above")


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tell(year: Year, base_url: str, say: Say) -> None:
    link = year.unanswered[-1].link if year.unanswered else "(every mail was answered)"
    say(
        "\n".join(
            (
                "",
                "Afterword is running. Everything here is invented.",
                "",
                f"  A patient's survey   {link}",
                f"  The demo mailbox     {base_url}/demo/mailbox",
                f"  Staff sign-in        {base_url}/staff/sign-in",
                f"    owner              {OWNER_EMAIL}",
                f"    clinician          {CLINICIAN_EMAIL}",
                f"    password for both  {year.password}",
                f"  Quarterly reports    {base_url}/staff/reports (as owner)",
                "",
                "Ctrl-C ends it.",
            )
        )
    )


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
