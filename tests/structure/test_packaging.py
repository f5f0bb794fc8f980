"""The locks, the wheel's contents and the bootstrap: what must hold before anything can run."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import survey
from survey import bootstrap

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.txt", "requirements-test.txt")
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """Distribution -> version of a lock's text."""
    return dict(PIN.findall(text))


def unsafe_lines(text: str) -> list[str]:
    """Lines of a lock that are no exact pin, no hash, or that name a host."""
    allowed = re.compile(
        r"^(#.*|[a-z0-9._-]+(\[[^]]*])?==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|)$"
    )
    return [line for line in text.splitlines() if not allowed.match(line) or "://" in line]


def unhashed(text: str) -> list[str]:
    """Pins that no hash follows."""
    lines = text.splitlines()
    return [a for a, b in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(a) and "--hash" not in b]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    assert pins(text)
    assert unsafe_lines(text) == []
    assert unhashed(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://index.example/simple",
        "flask>=3 \\",
        "flask @ https://files.example/f.whl",
        "-e .",
    ],
)
def test_an_unsafe_line_in_a_lock_is_found(line: str) -> None:
    assert unsafe_lines(line)


def test_a_pin_without_hash_is_found() -> None:
    assert unhashed("flask==3.1.3\njinja2==3.1.6 \\\n    --hash=sha256:00") == ["flask==3.1.3"]


def test_both_locks_agree_on_every_version() -> None:
    core, everything = (pins((ROOT / lock).read_text("utf-8")) for lock in LOCKS)

    assert core.items() <= everything.items()


def test_every_declared_dependency_is_locked() -> None:
    project = PROJECT["project"]
    locked = [pins((ROOT / lock).read_text("utf-8")).keys() for lock in LOCKS]
    extras = [*bootstrap.TEST_EXTRAS]
    tested = [name for extra in extras for name in project["optional-dependencies"][extra]]

    for wanted, lock in ((project["dependencies"], locked[0]), (tested, locked[1])):
        assert [name for name in wanted if bootstrap.distribution(name).lower() not in lock] == []


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == survey.__version__


def test_the_wheel_takes_along_every_folder_that_the_package_reads() -> None:
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert included == {name: f"survey/{name}" for name in ("templates", "static", "surveys_config")}
    assert [name for name in included if not (ROOT / name).is_dir()] == []


def test_old_python_can_read_the_entry_point_and_gets_a_sentence() -> None:
    source = (ROOT / "survey" / "__main__.py").read_text("utf-8")

    ast.parse(source, feature_version=(3, 6))
    pretend = f"import sys; sys.version_info = (3, 9, 2); sys.argv = ['survey', 'demo']\n{source}"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs Python 3.11, 3.12 or 3.13; this is Python 3.9.2" in done.stderr


def test_the_bootstrap_reads_as_python_3_11() -> None:
    source = (ROOT / "survey" / "bootstrap.py").read_text("utf-8")
    assert ast.parse(source, feature_version=(3, 11)).body


def test_a_stamp_of_the_test_set_serves_both_and_a_changed_lock_ends_it(tmp_path: Path) -> None:
    checkout = bootstrap.Checkout(tmp_path)
    checkout.venv.mkdir()
    for lock in LOCKS:
        (tmp_path / lock).write_text(f"{lock}==1")
    assert not checkout.is_stamped(LOCKS[0])

    checkout.write_stamp(LOCKS)
    assert checkout.is_stamped(LOCKS[0])
    assert checkout.is_stamped(LOCKS[1])

    (tmp_path / LOCKS[0]).write_text("changed==2")
    assert not checkout.is_stamped(LOCKS[0])
    assert checkout.is_stamped(LOCKS[1])


@pytest.mark.parametrize(
    ("output", "remedy"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "which\npackage index"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Retrying after connection broken by NewConnectionError", "index could not be reached"),
        ("ERROR: No matching distribution found for typst==0.15.2", "no ready-made wheel"),
    ],
)
def test_a_failed_installation_shows_the_end_of_pips_text_and_a_remedy(output: str, remedy: str) -> None:
    text = bootstrap.explain("first line\n" * 100 + output)

    assert output in text
    assert remedy in text
    assert len(text.splitlines()) < 30


@pytest.mark.slow
def test_the_built_wheel_holds_templates_static_files_and_surveys(tmp_path: Path) -> None:
    pytest.importorskip("pip", reason="this environment has no pip of its own to build a wheel with")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--quiet",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    (wheel,) = tmp_path.glob("afterword_survey-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    for name in (
        "static/vendor/plotly/plotly-basic.min.js",
        "surveys_config/touchpoints.yaml",
        "bootstrap.py",
    ):
        assert f"survey/{name}" in names
    assert any(name.startswith("survey/templates/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]
