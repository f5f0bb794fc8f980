"""How fast and how large a quarterly report is: ``python benchmarks/reports.py [--clinicians 60]``.

Fills a practice with two years of released answers, freezes the last quarter, and makes each file in a
process of its own: seconds by the clock (the middle of five, and the first with everything that is loaded for
it), and by how much memory grows with the first and with the others. ``--keep FOLDER`` writes the files
there, to be looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey.db import random_id, reading, transaction
from survey.insight.period import months_back
from survey.instruments.loading import TOUCHPOINTS, load_all, load_touchpoints
from survey.instruments.model import Instrument
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.releases.model import Atom, Tally
from survey.reports import freezing, pdf, tables, workbook
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tongues import translator
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings, shipped

QUARTER, TODAY = "2026-Q3", date(2026, 10, 3)
MONTHS = months_back("2026-09", 24)
ROUNDS = 5
KINDS: Mapping[str, Callable[[QuarterlyReport, str], bytes]] = {
    "pdf": lambda report, language: pdf.pdf_bytes(report, translate=translator(language)),
    "xlsx": lambda report, language: workbook.workbook_bytes(report, translate=translator(language)),
    "csv": lambda report, language: tables.csv_bytes(report, translate=translator(language)),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clinicians", type=int, default=60)
    parser.add_argument("--keep", default="", help="A folder for the files, in both languages.")
    parser.add_argument("--folder", default="")
    parser.add_argument("--kind", choices=[*KINDS, "gather"], default=None)
    given = parser.parse_args()
    if given.kind:
        print(json.dumps(measured(open_runtime(settings_of(given.folder)), given.kind)))
        return
    with tempfile.TemporaryDirectory() as folder:
        runtime = open_runtime(settings_of(folder))
        fill(runtime, given.clinicians)
        for kind in ("gather", *KINDS):
            print(told(kind, apart(folder, kind)))
        if given.keep:
            keep(runtime, Path(given.keep))


def settings_of(folder: str) -> Settings:
    place = Path(folder)
    return load_settings({}, instance=place / "instance", keys=place / "keys", mail="folder")


def apart(folder: str, kind: str) -> dict[str, float]:
    """Measured in a process of its own, so that no other file's memory counts."""
    command = [sys.executable, __file__, "--folder", folder, "--kind", kind]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return dict(json.loads(done.stdout))


def told(kind: str, found: Mapping[str, float]) -> str:
    return (
        f"{kind}: {found['seconds']:.2f} s (the first {found['first']:.2f} s), {found['kilobytes']:,.0f} kB, "
        f"memory grew by {found['grew']:.0f} MB for the first and {found['later']:.0f} MB for the others"
    )


def fill(runtime: Runtime, clinicians: int) -> None:
    """Two years of released answers for each clinician, and a frozen quarter."""
    instrument = load_all(runtime.settings.surveys_config)["after_visit"]
    draw = random.Random(11)  # believable figures, no secret
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db,
            slug="large",
            name="Large Practice",
            time_zone="UTC",
            phone="555-0100",
            instrument="after_visit",
        )
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
    with transaction(runtime.engine, practice.id) as db:
        for number in range(clinicians):
            person = declaring.declare_clinician(db, practice, f"Clinician {number + 1:02}")
            cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=person.id)
            for month in MONTHS:
                add(db, practice, cell.id, month, counts_of(instrument, draw))
    with transaction(runtime.engine, practice.id) as db:
        freezing.freeze(db, practice, QUARTER, today=TODAY)


def add(db: Session, practice: Practice, cell_id: int, month: str, counts: list[dict[str, object]]) -> None:
    atom_id = random_id()
    n = sum(int(str(row["n"])) for row in counts if row["item"] == counts[0]["item"])
    db.add(
        Atom(
            practice_id=practice.id,
            id=atom_id,
            cell_id=cell_id,
            instrument="after_visit",
            kind="ratings",
            month=month,
            n=n,
        )
    )
    db.flush()
    db.execute(insert(Tally), [{"practice_id": practice.id, "atom_id": atom_id, **row} for row in counts])


def counts_of(instrument: Instrument, draw: random.Random) -> list[dict[str, object]]:
    """Some 5 to 30 answers to each question, most of them good; the phone is worse than the rest."""
    n, rows = draw.randint(5, 30), list[dict[str, object]]()
    for item in instrument.items:
        options = [option.value for option in item.scale.options]
        weights = [0.72, 0.2, *[0.08 / max(len(options) - 2, 1)] * (len(options) - 2)]
        if item.touchpoint == "phone":
            weights = [0.4, *[0.6 / (len(options) - 1)] * (len(options) - 1)]
        values = draw.choices(options, weights=weights, k=n)
        rows += [{"item": item.key, "value": each, "n": values.count(each)} for each in sorted(set(values))]
    return rows


def measured(runtime: Runtime, kind: str) -> dict[str, float]:
    """Seconds and bytes of one kind of file; ``gather``: the facts of a quarter that is not frozen."""
    seconds, before, body = list[float](), peak(), b""
    for _ in range(ROUNDS):
        start = time.perf_counter()
        body = made(runtime, kind)
        seconds.append(time.perf_counter() - start)
        if len(seconds) == 1:
            first = peak()
    return {
        "seconds": median(seconds),
        "first": seconds[0],
        "kilobytes": len(body) / 1000,
        "grew": first - before,
        "later": peak() - first,
    }


def made(runtime: Runtime, kind: str, language: str = "en") -> bytes:
    with reading(runtime.engine) as db:
        practice = declaring.practices(db)[0]
    with reading(runtime.engine, practice.id) as db:
        if kind == "gather":
            return repr(freezing.gather_quarter(db, practice, QUARTER, today=TODAY)).encode()
        report = quarterly_report(
            db,
            practice,
            QUARTER,
            today=TODAY,
            touchpoints=load_touchpoints(shipped("surveys_config") / TOUCHPOINTS),
            language=language,
            translate=translator(language),
        )
    return KINDS[kind](report, language)


def keep(runtime: Runtime, folder: Path) -> None:
    """Every file in both languages."""
    for language, kind in pairs():
        (folder / f"report-{language}.{kind}").write_bytes(made(runtime, kind, language))


def pairs() -> Iterator[tuple[str, str]]:
    yield from ((language, kind) for language in ("en", "es") for kind in KINDS)


def peak() -> float:
    """Most memory this process used so far, in MB; what ``resource`` says would be its parent's, too."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    main()
