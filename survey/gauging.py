"""Figures for a program that watches the service: whole days, rounded, all practices at once.

Nothing is counted for each request, nothing is read of answers, pools or results, and no figure is a single
practice's. So whoever reads these every second learns of no answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from survey import __version__, clock, migrating
from survey.db import reading
from survey.invitations import mail_counting
from survey.invitations.model import InvitationState
from survey.noticing import Part, notice
from survey.practice.declaring import practices
from survey.runtime import Runtime

#: How mails end that are told.
ENDED = (InvitationState.SENT, InvitationState.FAILED, InvitationState.UNKNOWN)


@dataclass(frozen=True)
class Gauge:
    """One figure: its name, what it is, and its values by label (such as ``part="night"``, or empty)."""

    name: str
    meaning: str
    values: dict[str, int]


def gauges(runtime: Runtime, *, now: datetime) -> tuple[Gauge, ...]:
    """All figures. The last days are those of the practice that is furthest behind."""
    yesterday = clock.local_day(now, "UTC") - timedelta(days=1)
    with reading(runtime.engine) as db:
        everyone = practices(db)
    mails: Counter[InvitationState] = Counter()
    stopped: Counter[Part] = Counter(dict.fromkeys(Part, 0))
    last: dict[Part, date] = {}
    for practice in everyone:
        with reading(runtime.engine, practice.id) as db:
            mails += mail_counting.of_day(db, practice.id, yesterday)
            for pulse in notice(db, runtime.files, practice, now=now):
                stopped[pulse.part] += pulse.since is not None
                if pulse.last is not None:
                    last[pulse.part] = min(pulse.last, last.get(pulse.part, pulse.last))
    ended = {f'state="{state}"': mail_counting.nearest(mails[state]) for state in ENDED}
    return (
        Gauge("afterword_build_info", "The version that runs.", {f'version="{__version__}"': 1}),
        Gauge("afterword_schema_version", "The schema of the database.", {"": _schema(runtime)}),
        Gauge("afterword_mails_yesterday", "Mails planned for yesterday, to the nearest five.", ended),
        Gauge(
            "afterword_stopped",
            "Practices where a part has stopped.",
            {f'part="{part}"': stopped[part] for part in Part},
        ),
        Gauge(
            "afterword_last_day_seconds",
            "Midnight (UTC) of the day on which a part last did something.",
            {f'part="{part}"': _midnight(day) for part, day in sorted(last.items())},
        ),
    )


def written(found: tuple[Gauge, ...]) -> str:
    """The text form that Prometheus reads (version 0.0.4). Pure."""
    return "".join(f"{row}\n" for gauge in found for row in _rows(gauge))


def _rows(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.meaning}"
    yield f"# TYPE {gauge.name} gauge"
    for label, value in gauge.values.items():
        yield f"{gauge.name}{{{label}}} {value}" if label else f"{gauge.name} {value}"


def _schema(runtime: Runtime) -> int:
    return int(migrating.revision(runtime.engine) or 0)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
