"""How much of everything so many practices need: ``python benchmarks/capacity.py``.

Reckons with what was measured (``measured.toml``: bytes of a row, processor time of each piece of work) and
with what is assumed there of a practice. Prints the tables of ``docs/scale.md``; with ``--write`` it puts
them there. Renew the figures, run it again, and read the page once more: its words are not reckoned.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "scale.md"
#: Practices, and answers a year of all of them.
STEPS = ((1, 1_000), (20, 50_000), (1_000, 5_000_000), (10_000, 100_000_000), (100_000, 1_000_000_000))
YEAR = 365 * 86400
GIB = 1024**3


@dataclass(frozen=True)
class Load:
    """What a year of so many practices and answers brings."""

    practices: int
    answers: int
    measured: Mapping[str, Any]

    @property
    def assumed(self) -> Mapping[str, float]:
        return self.measured["assumed"]

    @property
    def invitations(self) -> float:
        return self.answers / self.assumed["answers_per_invitation"]

    @property
    def visits(self) -> float:
        return self.invitations * self.assumed["visits_per_invitation"]

    @property
    def mails(self) -> float:
        return self.invitations * (1 + self.assumed["reminders_per_invitation"])

    @property
    def cells(self) -> float:
        """Groups that are counted apart: people of all practices."""
        return max(self.practices, self.answers / self.assumed["answers_per_clinician"])

    @property
    def rows(self) -> dict[str, float]:
        """Rows that stand at the end of the first year; the last three kinds stay and grow every year."""
        kept, shown = self.assumed, min(1.0, self.answers / self.cells / 60)  # five in a month make an atom
        atoms = self.cells * 12 * shown
        return {
            "visit": self.visits * kept["visit_days"] / 365,
            "invitation": self.invitations * kept["invitation_days"] / 365,
            "cap_mark": self.visits / kept["visits_per_patient"],
            "spent": self.answers * kept["spent_days"] / 365,
            "box_of_ratings": self.answers * kept["ratings_wait_days"] / 365,
            "box_of_comments": self.answers * kept["comments_wait_days"] / 365,
            "atom": 2 * atoms,
            "tally": atoms * kept["tallies_per_atom"],
            "comment": self.answers * kept["comments_per_answer"],
        }

    def gigabytes(self, engine: str) -> float:
        return sum(self.measured["bytes"][engine][name] * n for name, n in self.rows.items()) / GIB

    @property
    def processor(self) -> dict[str, float]:
        """Seconds of one core in a year, for each kind of work."""
        cost, kept = self.measured["processor"], self.assumed
        looks = self.cells * kept["looks_per_clinician_a_week"] * 52
        nights = 365 * self.practices * self.measured["practice"]["night_milliseconds"] / 1000
        waiting = self.answers * (kept["ratings_wait_days"] * cost["rating_sealed_again"])
        waiting += self.answers * (kept["comments_wait_days"] * cost["comment_sealed_again"])
        published = self.answers * (cost["rating_published"] + cost["comment_published"])
        minutes = 365 * 1440 * self.practices * self.measured["practice"]["minute_milliseconds"] / 1000
        return {
            "answers": self.answers * cost["respondent"] / 1000,
            "mails": self.mails * cost["mail"] / 1000,
            "visits taken": self.visits * cost["visit_taken"] / 1000,
            "nights": nights + (waiting + published) / 1000,
            "dashboards": looks * cost["dashboard"] / 1000,
            "a worker's minutes": minutes,
        }

    @property
    def night_hours(self) -> float:
        """Hours of one core in which every night's answers are sealed again or published."""
        return self.processor["nights"] / 365 / 3600

    @property
    def peak_answers(self) -> float:
        """A second, in the busiest hour."""
        return self.answers / YEAR * self.assumed["peak"]

    @property
    def cores(self) -> float:
        """Busy cores in the busiest hour of the day; the night and the worker's minutes spread out."""
        spread = sum(s for name, s in self.processor.items() if name != "a worker's minutes")
        return (spread * self.assumed["peak"] + self.processor["a worker's minutes"]) / YEAR


def tables(measured: Mapping[str, Any]) -> Iterator[str]:
    loads = [Load(practices, answers, measured) for practices, answers in STEPS]
    yield "| Practices | " + " | ".join(f"{each.practices:,}" for each in loads) + " |"
    yield "|---" * (len(loads) + 1) + "|"
    lines: dict[str, list[str]] = {
        "answers a year": [short(each.answers) for each in loads],
        "mails a year": [short(each.mails) for each in loads],
        "visits a year": [short(each.visits) for each in loads],
        "people who are asked about": [short(each.cells) for each in loads],
        "answers a second in the busiest hour": [rounded(each.peak_answers) for each in loads],
    }
    for name in loads[0].rows:
        lines[f"rows of `{name}`"] = [short(each.rows[name]) for each in loads]
    lines["all of it in SQLite"] = [gigabytes(each.gigabytes("sqlite")) for each in loads]
    lines["all of it in PostgreSQL"] = [gigabytes(each.gigabytes("postgresql")) for each in loads]
    for name in loads[0].processor:
        lines[f"core hours a year: {name}"] = [short(each.processor[name] / 3600) for each in loads]
    lines["a night, hours of one core"] = [rounded(each.night_hours) for each in loads]
    lines["cores in the busiest hour"] = [rounded(each.cores) for each in loads]
    lines["machines of eight cores, busy to a third in that hour"] = [
        f"{max(1, -(-each.cores // (8 / 3))):.0f}" for each in loads
    ]
    for name, cells in lines.items():
        yield f"| {name} | " + " | ".join(cells) + " |"


def measured_figures(measured: Mapping[str, Any]) -> Iterator[str]:
    yield "| Row | Bytes in SQLite | Bytes in PostgreSQL |"
    yield "|---|---|---|"
    for name, bytes_ in measured["bytes"]["sqlite"].items():
        yield f"| `{name}` | {bytes_:,.0f} | {measured['bytes']['postgresql'][name]:,.0f} |"
    yield from ("", "| Work | Milliseconds of one core |", "|---|---|")
    for name, cost in (measured["processor"] | measured["practice"]).items():
        yield f"| {name.removesuffix('_milliseconds').replace('_', ' ')} | {cost:g} |"
    yield from ("", "| Assumed | |", "|---|---|")
    for name, value in measured["assumed"].items():
        yield f"| {name.replace('_', ' ')} | {value:g} |"


def short(number: float) -> str:
    """Two digits that count, and a word for what is large."""
    for size, unit in ((1e9, " billion"), (1e6, " million")):
        if number >= size:
            return f"{rounded(number / size)}{unit}"
    return rounded(number)


def rounded(number: float) -> str:
    return f"{float(f'{number:.2g}'):,g}" if number >= 0.01 else "0"


def gigabytes(number: float) -> str:
    for size, unit in ((1024, "TB"), (1, "GB")):
        if number >= size:
            return f"{rounded(number / size)} {unit}"
    return f"{rounded(number * 1024)} MB"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="Put the tables into docs/scale.md.")
    given = parser.parse_args()
    measured = tomllib.loads((HERE / "measured.toml").read_text("utf-8"))
    found = {"load": "\n".join(tables(measured)), "measured": "\n".join(measured_figures(measured))}
    if not given.write:
        print("\n\n".join(found.values()))
        return
    text = PAGE.read_text("utf-8")
    for name, table in found.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        text = re.sub(
            f"{marks[0]}.*?{marks[1]}", "\n".join((marks[0], table, marks[1])), text, flags=re.DOTALL
        )
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
