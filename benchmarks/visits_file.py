"""How fast and in how much memory a large visits file is read, without a database.

    python benchmarks/visits_file.py [lines]

Writes a CSV of that many visits (1,000,000) to a folder that is removed, reads it once, and prints lines in a
second of processor time and the peak of the process's memory, before and after.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from survey.visits.presets import generic
from survey.visits.visit_file import Part, VisitRow, open_source

HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey\n"


def write(path: Path, lines: int) -> None:
    """A year of a large group: 40 clinicians, a quarter of an hour apart."""
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(lines):
            day = f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
            start = f"{day}T{draw.randint(8, 17):02d}:{15 * draw.randint(0, 3):02d}:00-04:00"
            person = draw.randint(0, lines // 5)
            who = f'"Ortiz, Ana {number % 40}",Riverside,p{person}@example.org'
            file.write(f"V-{number},{start},{who},attended,en,2,\n")


def peak() -> float:
    """Most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        write(path, lines)
        before, begun = peak(), time.process_time()
        match = generic().match(time_zone="America/New_York")
        source = open_source([Part("visits.csv", path)], match, now=datetime(2027, 1, 1, tzinfo=UTC))
        visits = sum(isinstance(found, VisitRow) for found in source)
        seconds = time.process_time() - begun
    print(f"{visits:,} visits, {seconds:.1f} s of processor time, {visits / seconds:,.0f} a second")
    print(f"memory {before:.0f} MB before, {peak():.0f} MB at most")


if __name__ == "__main__":
    main()
