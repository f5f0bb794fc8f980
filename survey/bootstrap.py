"""Make ``.venv`` beside the package, install the locked packages from wheels, run the command there.

Standard library only: this runs before anything is installed. It must never build a package from source,
never install a version or a file that the lock does not name, and never touch an environment other than
``.venv`` at the root of the repository.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RUN_LOCK = "requirements.txt"
TEST_LOCK = "requirements-test.txt"
TEST_EXTRAS = ("postgres", "redis", "sso", "passkeys", "test", "e2e", "dev")
STAMP = "afterword-lock"
PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-color")


class BootstrapError(Exception):
    """The packages could not be prepared; the text says what happened and what to do."""


@dataclass(frozen=True)
class Checkout:
    """A repository with its lock files and its (possibly absent) virtual environment."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        return self.venv / STAMP

    def digest(self, lock: str) -> str:
        return hashlib.sha256((self.root / lock).read_bytes()).hexdigest()

    def is_stamped(self, lock: str) -> bool:
        """Whether ``.venv`` was filled from this very lock, to the end."""
        if not self.stamp.is_file():
            return False
        return f"{self.digest(lock)} {lock}" in self.stamp.read_text("utf-8").splitlines()

    def write_stamp(self, locks: Sequence[str]) -> None:
        self.stamp.write_text("".join(f"{self.digest(lock)} {lock}\n" for lock in locks), "utf-8")


def run(arguments: list[str]) -> int:
    """Run ``survey <arguments>`` with every package it needs in place. Returns an exit code."""
    try:
        elsewhere = _prepared(Path(__file__).resolve().parent.parent, testing=arguments[:1] == ["test"])
    except BootstrapError as error:
        print(f"\nAfterword could not prepare its packages.\n{error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    if elsewhere:
        return _run_there(elsewhere, arguments)
    return _run_here(arguments)


def _prepared(root: Path, *, testing: bool) -> Checkout | None:
    """See to the packages. Returns the checkout whose ``.venv`` is to be used, None to stay here."""
    if not _is_checkout(root):
        return None  # an installed wheel: its packages came with it
    checkout = Checkout(root)
    inside = Path(sys.prefix).resolve() == checkout.venv.resolve()
    if not inside and _has_packages(root, testing=testing):
        return None
    _prepare(checkout, testing=testing, inside=inside)
    return None if inside else checkout


def _is_checkout(root: Path) -> bool:
    return all((root / name).is_file() for name in ("pyproject.toml", RUN_LOCK, TEST_LOCK))


def run_tests(arguments: list[str]) -> int:
    """Run the tests with pytest, from the root of the repository, on every core there is.

    ``--full`` adds the slow ones and, where nothing else is asked for, writes ``docs/full-run.md``.
    Returns pytest's exit code. An installed wheel carries no tests: then it says so and returns 2.
    """
    root = Path(__file__).resolve().parent.parent
    if not _is_checkout(root):
        print("The tests come with the repository, not with the installed package.", file=sys.stderr)
        return 2
    environment = dict(os.environ)
    options = [argument for argument in arguments if argument != "--full"]
    if len(options) < len(arguments):
        environment["AFTERWORD_FULL"] = "1"
        options = [*([] if options else ["-p", "tests.full_run"]), "-m", "", *options]
    memory = Path("/dev/shm")  # noqa: S108 — ordinary tests need no disk that survives a power cut
    if memory.is_dir() and os.access(memory, os.W_OK):
        environment.setdefault("TMPDIR", str(memory))
    os.chdir(root)
    return _become([sys.executable, "-m", "pytest", *_side_by_side(options), *options], environment)


def _side_by_side(options: Sequence[str]) -> list[str]:
    """What makes pytest use every core; nothing where there is one core, no xdist, or a number was given."""
    given = any(option.startswith(("-n", "--numprocesses", "--pdb", "--trace")) for option in options)
    if given or (os.cpu_count() or 1) < 2 or importlib.util.find_spec("xdist") is None:
        return []
    return ["-n", "auto", "--dist", "worksteal"]


def _run_here(arguments: list[str]) -> int:
    if arguments[:1] == ["test"]:
        return run_tests(arguments[1:])
    from survey.cli import main

    sys.argv = ["afterword", *arguments]
    return int(main() or 0)


def _run_there(checkout: Checkout, arguments: list[str]) -> int:
    command = [str(checkout.python), "-m", "survey", *arguments]
    paths = [str(checkout.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
    return _become(command, environment)


def _become(command: list[str], environment: dict[str, str]) -> int:
    """Replace this process by the command, so that signals need no forwarding (Windows: wait for it)."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)  # noqa: S606  (no shell is the point)
    return subprocess.run(command, env=environment, check=False).returncode


def _has_packages(root: Path, *, testing: bool) -> bool:
    """Whether the running interpreter already has every package that ``pyproject.toml`` asks for."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in TEST_EXTRAS if testing else ():
        wanted += project["optional-dependencies"][extra]
    return all(_is_installed(distribution(requirement)) for requirement in wanted)


def distribution(requirement: str) -> str:
    """``psycopg[binary]>=3.3,<4`` -> ``psycopg``."""
    end = next((at for at, sign in enumerate(requirement) if sign in "[<>=!~; "), len(requirement))
    return requirement[:end]


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


# --- the virtual environment --------------------------------------------------------------------------


def _prepare(checkout: Checkout, *, testing: bool, inside: bool) -> None:
    """Bring ``.venv`` up to date with the lock. Quick when the stamp shows that it is."""
    locks = [RUN_LOCK, TEST_LOCK] if testing else [RUN_LOCK]
    works = inside or _works(checkout)
    if works and checkout.is_stamped(locks[-1]):
        return
    if inside and not checkout.stamp.is_file() and _has_packages(checkout.root, testing=testing):
        return  # an environment somebody made by hand, complete: leave it as it is
    started = time.monotonic()
    if not works:
        _create(checkout)
    installer = _installer(checkout)
    checkout.stamp.unlink(missing_ok=True)
    _install(checkout, installer, lock=locks[-1])
    checkout.write_stamp(locks)
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)


def _works(checkout: Checkout) -> bool:
    """Whether ``.venv`` holds a Python of a version we run on (it may have been moved or removed)."""
    if not checkout.python.is_file():
        return False
    check = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    try:
        done = subprocess.run([checkout.python, "-c", check], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _create(checkout: Checkout) -> None:
    version = ".".join(str(part) for part in sys.version_info[:2])
    print(f"Making .venv with Python {version}", flush=True)
    try:
        # pip is added afterwards, because some systems ship `venv` without it
        venv.EnvBuilder(clear=True, with_pip=False, symlinks=os.name != "nt").create(checkout.venv)
    except OSError as error:
        raise BootstrapError(
            f"{checkout.venv} cannot be written ({error.strerror}).\n"
            "Check the rights on the folder and the free space, then run the same command again."
        ) from error


def _installer(checkout: Checkout) -> list[str]:
    """The command of a pip that installs into ``.venv``: its own, a bundled one, or this interpreter's."""
    own = [str(checkout.python), "-m", "pip"]
    if _succeeds([*own, "--version"]):
        return own
    if importlib.util.find_spec("ensurepip") and _succeeds([str(checkout.python), "-m", "ensurepip"]):
        return own
    borrowed = [sys.executable, "-m", "pip", "--python", str(checkout.python)]
    if _succeeds([*borrowed, "--version"]):
        return borrowed
    version = ".".join(str(part) for part in sys.version_info[:2])
    raise BootstrapError(
        "This Python has neither `ensurepip` nor `pip` (22.3 or newer), so nothing can be installed.\n"
        f"On Debian or Ubuntu: apt-get install python{version}-venv   (or python3-venv)\n"
        "Elsewhere: install pip for this Python. Then run the same command again."
    )


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


# --- installing ---------------------------------------------------------------------------------------


def _install(checkout: Checkout, installer: list[str], *, lock: str) -> None:
    total = sum(" " not in line and "==" in line for line in _pins(checkout.root / lock))
    print(f"Installing {total} packages (first time only; some are large)", flush=True)
    wheels_only = ["--only-binary", ":all:", "--require-hashes", "-r", str(checkout.root / lock)]
    command = [*installer, "install", *PIP_OPTIONS, *wheels_only]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = _follow(process, total=total)
    if process.wait() != 0:
        raise BootstrapError(explain("".join(output)))


def _pins(lock: Path) -> list[str]:
    """The ``name==version`` parts of a lock, with their marker when there is one."""
    lines = lock.read_text("utf-8").splitlines()
    return [line.rstrip("\\ ") for line in lines if line[:1].isalnum()]


def _follow(process: "subprocess.Popen[bytes]", *, total: int) -> list[str]:
    """Read pip's text to its end and show one short line of progress in its place."""
    output: list[str] = []
    fetched = 0
    assert process.stdout is not None
    for raw in process.stdout:
        line = raw.decode("utf-8", "replace")
        output.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            fetched += 1
            _show(f"  {min(fetched, total)} of {total} fetched", final=False, quiet=bool(fetched % 10))
        elif line.startswith("Installing collected"):
            _show("  unpacking", final=False, quiet=False)
    _show("", final=True, quiet=True)
    return output


def _show(text: str, *, final: bool, quiet: bool) -> None:
    """One line that rewrites itself on a terminal; a line now and then where output goes to a file."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif not quiet and not final:
        print(text, flush=True)


def explain(output: str) -> str:
    """The end of pip's own text, and a sentence that says what to do about it."""
    tail = "\n".join(f"  | {line}" for line in output.strip().splitlines()[-25:])
    lowered = output.lower()
    if "do not match the hashes" in lowered:
        remedy = (
            "A downloaded file is not the one the lock names. Do not install it by other means: check which\n"
            "package index pip is set to use (pip config list), then run the same command again."
        )
    elif "no space left" in lowered:
        remedy = "The disk is full. About 900 MB are needed. Free some space and run the same command again."
    elif "connection" in lowered or "timed out" in lowered or "certificate" in lowered:
        remedy = (
            "The package index could not be reached. Check the network, or set PIP_INDEX_URL to a mirror,\n"
            "then run the same command again; what is already fetched is kept."
        )
    else:
        remedy = (
            "Either the package index that pip is set to use lacks this version (no network, or a partial\n"
            "mirror: see pip config list), or no ready-made wheel exists for this system (try Python 3.11,\n"
            "3.12 or 3.13 on 64-bit Linux, macOS or Windows). Then run the same command again."
        )
    return f"{tail}\n{remedy}"
