"""The corpus of bad files: each ends as docs/importing.md says, names line and column, alters no value."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.settings import shipped
from survey.visits.visit_file import (
    Asked,
    DateOrder,
    Match,
    Part,
    Suggestion,
    UnreadableFile,
    VisitFile,
    VisitRow,
    load_presets,
    open_source,
    read_all,
    suggest,
)
from tests.visits.files import HEADER, line, visits_csv

PRESETS = load_presets(shipped("surveys_config"))
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 8, 1, tzinfo=UTC)
ZONE = "America/New_York"
NAMES = HEADER.split(",")


def looked_at(data: bytes) -> Suggestion:
    return suggest([Part("visits.csv", data)], presets=PRESETS, time_zone=ZONE)


def read(data: bytes, match: Match | None = None) -> VisitFile:
    return read_all([Part("visits.csv", data)], match or looked_at(data).match, now=NOW)


PLAIN = visits_csv(line(1, clinician="Renée Müller")).decode()


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode("utf-8"), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("cp1252"), "cp1252"),
        (PLAIN.encode("latin-1"), "cp1252"),
    ],
)
def test_row_23_letters_are_found_out_and_shown(data: bytes, encoding: str) -> None:
    found = looked_at(data)
    assert (found.match.encoding, found.samples["clinician"]) == (encoding, ("Renée Müller",))
    assert read(data).rows[0].clinician == "Renée Müller"


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_row_23_letters_of_old_machines_are_asked_about_and_can_be_chosen(encoding: str) -> None:
    data = PLAIN.encode(encoding)
    found = looked_at(data)
    assert [q.subject for q in found.questions if q.about is Asked.ENCODING] == ["2"]
    match = Match(**{**vars(found.match), "encoding": encoding})
    assert read(data, match).rows[0].clinician == "Renée Müller"


def test_row_23_two_kinds_of_letters_in_one_file_are_refused_with_both_lines() -> None:
    one, other = line(1, clinician="Renée").encode("utf-8"), line(2, clinician="Renée").encode("cp1252")
    with pytest.raises(UnreadableFile, match="Line 2 is in UTF-8 and line 3 is not"):
        looked_at(b"\n".join([HEADER.encode(), one, other]))


def test_row_23_letters_chosen_wrongly_are_refused_not_broken() -> None:
    match = Match(**{**vars(looked_at(PLAIN.encode()).match), "encoding": "cp1252"})
    with pytest.raises(UnreadableFile, match="in utf-8, not in cp1252"):
        read(PLAIN.encode(), match)


def test_row_23_a_zero_byte_is_named_by_its_line() -> None:
    with pytest.raises(UnreadableFile, match="Line 3 holds a zero byte"):
        looked_at(visits_csv(line(1)) + b"V-2\0")


def test_row_23_a_lone_quote_inside_a_cell_is_text_and_one_before_it_refuses_the_file() -> None:
    assert read(visits_csv(line(1, location='5" pipe'))).rows[0].location == '5" pipe'
    with pytest.raises(UnreadableFile, match="From line 2 on"):
        read(visits_csv(line(1, location='"broken" text'), line(2)))


def endless(quote_at: int, lines: int) -> bytes:
    rows = [line(n) for n in range(1, lines)]
    rows[quote_at - 2] = rows[quote_at - 2].replace("Riverside", '"Riverside')
    return visits_csv(*rows)


def test_row_24_an_endless_quote_names_where_it_began_and_gives_no_row_after_it() -> None:
    data = endless(30, 5000)
    source = open_source([Part("visits.csv", data)], looked_at(visits_csv(line(1))).match, now=NOW)
    taken = []
    with pytest.raises(UnreadableFile, match="From line 30 on"):
        taken.extend(source)
    assert len(taken) <= 28


def test_row_24_more_than_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024 + 1)
    with pytest.raises(UnreadableFile, match="larger than 200 MB"):
        suggest([Part("large.csv", large)], presets=PRESETS, time_zone=ZONE)


#: The most memory of a process itself, in MB; what ``getrusage`` says begins with that of whoever started it.
MOST_MEMORY = """
import re
from pathlib import Path
print(int(re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[0]) // 1024)
"""
READ_IT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from survey.visits.visit_file import Part, UnreadableFile, generic_match, open_source
part = Part("large.csv", Path(sys.argv[1]))
try:
    source = open_source([part], generic_match(time_zone="UTC"), now=datetime(2026, 8, 1, tzinfo=UTC))
    print(sum(1 for _ in source), "rows")
except UnreadableFile as fault:
    print(fault)
"""


def test_the_memory_of_whoever_starts_a_process_does_not_count() -> None:
    large = f"import subprocess, sys; here = bytearray(400 * 1024**2); code = {MOST_MEMORY!r}\n"
    large += "subprocess.run([sys.executable, '-c', code], check=True)"
    done = subprocess.run([sys.executable, "-c", large], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 300


@pytest.mark.slow
@pytest.mark.parametrize(("quote", "said"), [('"', "From line 2 on"), ("", "rows")])
def test_row_24_a_file_of_190_mb_is_read_or_refused_within_300_mb_of_memory(
    tmp_path: Path, quote: str, said: str
) -> None:
    file, body = tmp_path / "large.csv", line(2) + "\n"
    with file.open("w") as out:
        out.write(f"{HEADER}\n{line(1).replace('Riverside', quote + 'Riverside')}\n")
        for _ in range(190):
            out.write(body * (1024 * 1024 // len(body)))
    done = subprocess.run(
        [sys.executable, "-c", READ_IT + MOST_MEMORY, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told, memory = done.stdout.splitlines()
    assert said in told
    assert int(memory) < 300


@pytest.mark.parametrize("gone", ["start", "clinician", "email", "status"])
def test_row_25_a_missing_column_is_asked_for_and_nothing_is_taken(gone: str) -> None:
    data = visits_csv(line(1), header=HEADER.replace(gone, "other"))
    meaning = "address" if gone == "email" else gone
    assert (Asked.COLUMN, meaning) in [(q.about, q.subject) for q in looked_at(data).questions]
    with pytest.raises(UnreadableFile, match=f"lacks {meaning}"):
        read(data)


def test_row_25_a_column_that_is_there_twice_refuses_the_file() -> None:
    with pytest.raises(UnreadableFile, match="email is there twice"):
        read(visits_csv(line(1) + ",a@example.org", header=HEADER + ",email"))


def test_row_25_a_misspelt_column_that_protects_people_is_a_problem() -> None:
    data = visits_csv(line(1), header=HEADER.replace("do_not_survey", "do_not_surevy"))
    assert "misspelt" in str(looked_at(data).problems[0])
    with pytest.raises(UnreadableFile, match="misspelt"):
        read(data)


def test_row_25_cells_that_are_shifted_leave_the_line_out_and_the_next_one_in() -> None:
    file = read(visits_csv(line(1, clinician="Grant, LCSW"), line(2)))
    assert [row.line for row in file.rows] == [3]
    assert (file.errors[0].line, "cells" in file.errors[0].message) == (2, True)


@pytest.mark.parametrize(
    ("starts", "order", "asked"),
    [
        (("01/07/2026", "13/07/2026"), DateOrder.DMY, []),
        (("01/07/2026", "07/13/2026"), DateOrder.MDY, []),
        (("01/07/2026", "02/07/2026"), DateOrder.YMD, ["01/07/2026"]),
        (("05/05/2026", "06/06/2026"), DateOrder.YMD, []),
        (("01/02/2026", "13/07/2026", "07/13/2026"), DateOrder.YMD, ["01/02/2026"]),
        (("2026-07-01", "2026-07-02"), DateOrder.YMD, []),
    ],
)
def test_row_25_day_and_month_are_told_apart_by_proof_or_asked_about(
    starts: tuple[str, ...], order: DateOrder, asked: list[str]
) -> None:
    data = visits_csv(*(line(n, start=start) for n, start in enumerate(starts)))
    found = looked_at(data)
    assert found.match.date_order is order
    assert [q.subject for q in found.questions if q.about is Asked.DATE_ORDER] == asked


def test_row_25_an_undecided_day_is_named_and_never_guessed() -> None:
    data = visits_csv(line(1, start="01/07/2026"), line(2, start="2026-07-02"))
    file = read(data)
    assert [row.day for row in file.rows] == [date(2026, 7, 2)]
    assert (file.errors[0].line, file.errors[0].column) == (2, "start")
    decided = Match(**{**vars(looked_at(data).match), "date_order": DateOrder.DMY})
    assert [row.day for row in read(data, decided).rows] == [date(2026, 7, 1), date(2026, 7, 2)]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ({"email": '"a@example.org,b@example.org"'}, "one mail address"),
        ({"email": "a@example.org;b@example.org"}, "one mail address"),
        ({"email": "a@example.org b@example.org"}, "one mail address"),
        ({"email": '"Ana <a@example.org>"'}, "one mail address"),
        ({"email": '"a@example.org\nBcc: b@example.org"'}, "line break"),
        ({"email": "NA"}, "one mail address"),
        ({"start": "2026-03-08 02:30"}, "put forward"),
    ],
)
def test_row_25_a_cell_that_cannot_be_taken_names_line_and_column(cell: dict[str, str], words: str) -> None:
    file = read(visits_csv(line(1), line(2, **cell)))
    assert [row.line for row in file.rows] == [2]
    assert (file.errors[0].line, file.errors[0].column) == (3, next(iter(cell)))
    assert words in file.errors[0].message
    assert "example.org" not in file.errors[0].message.replace("name@example.org", "")


def test_row_25_an_hour_that_came_twice_is_the_first_of_the_two() -> None:
    (row,) = read(visits_csv(line(1, start="2026-11-01 01:30"))).rows
    assert row.start == "2026-11-01T05:30Z"


@pytest.mark.parametrize("word", ["NA", "None", "nan", "null", "00123", "1e5", "0x1F", "TRUE", "3/4", "=1+1"])
def test_row_25_words_that_other_programs_change_stay_as_they_are(word: str) -> None:
    data = visits_csv(line(1, clinician=word, location=word).replace("V-1,", f"{word},"))
    (row,) = read(data).rows
    assert (row.clinician, row.location, row.reference) == (word, word, word)


def test_row_26_the_same_lines_in_any_order_are_the_same_visits() -> None:
    lines = [line(n) for n in range(1, 30)]
    once, thrice = read(visits_csv(*lines)), read(visits_csv(*reversed(lines), *lines, *lines[5:9]))
    assert {row.identities for row in once.rows} == {row.identities for row in thrice.rows}
    assert len(once.rows) == len(thrice.rows) == 29


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "'=", '""=', "|", "%"])
def test_row_27_a_cell_that_begins_like_a_formula_is_text(lead: str) -> None:
    (row,) = read(visits_csv(line(1, clinician=f'"{lead}cmd|calc"'))).rows
    assert row.clinician == lead.replace('""', '"') + "cmd|calc"


@pytest.mark.parametrize("lead", ["\t", "\r", "\n", "\x0b", "\u200b", "\ufeff"])
def test_row_27_a_leading_tab_or_line_break_is_a_character_nobody_sees(lead: str) -> None:
    assert "invisible" in read(visits_csv(line(1, clinician=f'"{lead}=cmd"'))).errors[0].message


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_mark_between_cells_is_found_and_excels_first_line_is_no_header(mark: str) -> None:
    rows = [HEADER.replace(",", mark), line(1).replace(",", mark)]
    assert looked_at("\n".join(rows).encode()).match.delimiter == mark
    file = read("\r\n".join([f"sep={mark}", *rows]).encode())
    assert [row.line for row in file.rows] == [3]


@given(st.permutations(NAMES), st.sets(st.sampled_from(NAMES)), st.lists(st.text(max_size=8), max_size=3))
def test_row_25_columns_in_any_order_gone_or_added_never_shift(
    order: list[str], gone: set[str], added: list[str]
) -> None:
    """Whatever happens to the columns: the cells arrive under their own names, or the file is refused."""
    cells = dict(zip(NAMES, line(1).split(","), strict=True))
    names = [name for name in order if name not in gone]
    quoted = ['"' + "".join(c for c in each if c.isprintable()).replace('"', '""') + '"' for each in added]
    header = ",".join([*names, *quoted])
    data = (
        header + "\n" + ",".join([cells[name] for name in names] + ["stray"] * len(quoted)) + "\n"
    ).encode()
    try:
        file = read(data)
    except UnreadableFile:
        return
    assert len(file.rows) + len(file.errors) >= 1
    for row in file.rows:
        assert (row.clinician, row.address) == (cells["clinician"], cells["email"])
        assert row.reference == ("" if "visit_id" in gone else cells["visit_id"])


def shifted(cells: list[str]) -> VisitRow | None:
    """A careless reader, as one that pads short lines would be: what the tests above must catch."""
    padded = [*cells, *[""] * (len(NAMES) - len(cells))][: len(NAMES)]
    file = read(visits_csv(",".join(padded)))
    return file.rows[0] if file.rows else None


def test_a_reader_that_pads_short_lines_would_put_cells_under_other_names() -> None:
    cells = line(1).split(",")
    del cells[3]  # the location is gone, everything after it moves left
    careless = shifted([*cells[:3], "a@example.org", "attended", "attended", "en", "2"])
    assert careless is None or careless.location == "a@example.org"
    assert read(visits_csv(",".join(cells))).rows == ()
