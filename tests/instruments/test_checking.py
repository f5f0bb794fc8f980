"""The check of files by hand: everything to put right, warnings too, in one list."""

from __future__ import annotations

from pathlib import Path

from survey.instruments.checking import check
from survey.instruments.faults import Level
from tests.instruments.builders import FILE, SHIPPED, TOUCHPOINTS, changed


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_files_have_no_fault_and_no_warning() -> None:
    assert check(sorted(SHIPPED.glob("*.yaml"))) == []


def test_good_files_give_an_empty_list(tmp_path: Path) -> None:
    touchpoints = write(tmp_path, "touchpoints", TOUCHPOINTS)
    assert check([touchpoints, write(tmp_path, "tiny", FILE)]) == []


def test_faults_and_warnings_of_all_files_are_listed(tmp_path: Path) -> None:
    write(tmp_path, "touchpoints", TOUCHPOINTS)
    long = write(tmp_path, "long", changed("seconds: 9", "seconds: 90"))
    wrong = write(tmp_path, "wrong", changed("id: tiny", "id: Wrong"))
    found = check([long, wrong, tmp_path / "none.yaml"])
    assert [(Path(f.file).name, f.line, f.key, f.level) for f in found] == [
        ("long.yaml", 5, "seconds", Level.WARNING),
        ("wrong.yaml", 1, "id", Level.ERROR),
        ("none.yaml", 1, "", Level.ERROR),
    ]


def test_a_faulty_touchpoints_file_is_reported_once_and_only_for_itself(tmp_path: Path) -> None:
    touchpoints = write(tmp_path, "touchpoints", TOUCHPOINTS.replace("id: billing", "id: Billing"))
    one = write(tmp_path, "one", FILE)
    two = write(tmp_path, "two", changed("id: tiny", "id: two"))
    found = check([one, two, touchpoints])
    assert [(Path(fault.file).name, fault.key) for fault in found] == [
        ("touchpoints.yaml", "touchpoints[Billing].id")
    ]


def test_a_file_that_stands_alone_is_checked_against_the_given_touchpoints(tmp_path: Path) -> None:
    alone = write(tmp_path / "alone", "tiny", changed("touchpoint: phone", "touchpoint: fone"))
    given = write(tmp_path, "touchpoints", TOUCHPOINTS)
    assert [fault.key for fault in check([alone], touchpoints=given)] == ["items[phone].touchpoint"]


def test_a_file_without_any_touchpoints_says_so(tmp_path: Path) -> None:
    found = check([write(tmp_path, "tiny", FILE)])
    assert [(Path(fault.file).name, fault.key) for fault in found] == [("touchpoints.yaml", "")]


def test_of_help_lines_only_the_yaml_is_checked(tmp_path: Path) -> None:
    good = write(tmp_path, "help_lines", "US:\n  - number: 911\n")
    assert check([good]) == []
    twice = write(tmp_path, "help_lines", "US: a\nUS: b\n")
    assert [(fault.line, fault.key) for fault in check([twice])] == [(2, "US")]


def test_files_that_do_not_go_together_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "touchpoints", TOUCHPOINTS)
    copy = write(tmp_path, "copy", FILE)
    found = check([write(tmp_path, "tiny", FILE), copy])
    assert [(Path(fault.file).name, fault.key) for fault in found] == [("copy.yaml", "id")]


def test_checking_changes_no_file(tmp_path: Path) -> None:
    path = write(tmp_path, "tiny", FILE)
    before = path.stat().st_mtime_ns
    check([path, path])
    assert path.read_text(encoding="utf-8") == FILE
    assert path.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [path]
