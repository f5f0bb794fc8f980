"""Files and functions stay small enough to be read in one go, and no module is named after nothing."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "survey").rglob("*.py"))
}

FILE_LINES = 350
FUNCTION_LINES = 40
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "manager", "base"}


def oversized(path: str, text: str) -> list[str]:
    """One sentence for a file over 350 lines and for each function over 40."""
    findings = []
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        findings.append(f"{path} has {lines} lines")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                findings.append(f"{path}:{node.lineno} {node.name} has {length} lines")
    return findings


def emptily_named(path: str) -> bool:
    """Whether a module or folder carries a name that says nothing about what is in it."""
    parts = path.removesuffix(".py").split("/")
    return any(word in EMPTY_NAMES for part in parts for word in part.split("_"))


def undescribed(path: str, text: str) -> bool:
    """Whether a module opens without saying what it does."""
    return ast.get_docstring(ast.parse(text)) is None and bool(path)


def _function(lines: int) -> str:
    return "def f():\n" + "    pass\n" * (lines - 1)


def test_a_file_of_351_lines_is_found() -> None:
    assert oversized("a.py", "#\n" * 351)
    assert not oversized("a.py", "#\n" * 350)


def test_a_function_of_41_lines_is_found() -> None:
    assert oversized("a.py", _function(41))
    assert not oversized("a.py", _function(40))


def test_an_empty_name_is_found() -> None:
    assert emptily_named("survey/utils/text.py")
    assert emptily_named("survey/web/form_helpers.py")
    assert not emptily_named("survey/web/forms.py")


def test_a_module_without_docstring_is_found() -> None:
    assert undescribed("a.py", "x = 1")
    assert not undescribed("a.py", '"""What it does."""')


def test_every_file_and_function_of_the_package_is_small() -> None:
    assert [finding for path, text in SOURCES.items() for finding in oversized(path, text)] == []


def test_no_module_of_the_package_has_an_empty_name() -> None:
    assert [path for path in SOURCES if emptily_named(path)] == []


def test_every_module_of_the_package_says_what_it_does() -> None:
    assert [path for path, text in SOURCES.items() if undescribed(path, text)] == []
