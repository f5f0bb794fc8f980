"""The web server as a process: it answers, keeps codes out of its lines, and ends when told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from survey import clock
from survey.runtime import Runtime
from tests import builders
from tests.jobs.towns import command, free_port


def answers(port: int, server: subprocess.Popen[str]) -> str:
    """What /healthz says, once the server is up."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as reply:
                return str(reply.read().decode())
        except OSError:
            assert server.poll() is None, server.stdout.read() if server.stdout else ""
            clock.pause(0.1)
    return "nothing"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_and_ends(sqlite_runtime: Runtime, ending: signal.Signals) -> None:
    practice = builders.make_practice(sqlite_runtime)
    port = free_port()
    with command(sqlite_runtime.settings, "serve", "--port", str(port)) as server:
        assert answers(port, server) == "ok\n"
        page = f"http://127.0.0.1:{port}/s/{practice.slug}/after-visit-1/en"
        with urllib.request.urlopen(page, timeout=10) as reply:
            assert b"<fieldset" in reply.read()
        code = "Tk" * 28
        for bent in (f"{page}%23{code}x!", f"http://127.0.0.1:{port}/stop/en/{code}"):
            with pytest.raises(urllib.error.HTTPError) as trouble:
                urllib.request.urlopen(bent, timeout=10)
            trouble.value.close()
        server.send_signal(ending)
        server.wait(timeout=15)
        output = server.stdout.read() if server.stdout else ""
    assert server.returncode in {0, 130, -ending}, output
    assert f"Serving on http://127.0.0.1:{port}" in output
    assert code not in output
    assert "Traceback" not in output
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "nobody listens any more"


def test_a_server_for_patients_alone_has_no_desk(sqlite_runtime: Runtime) -> None:
    practice = builders.make_practice(sqlite_runtime)
    port = free_port()
    with command(sqlite_runtime.settings, "serve", "--only", "patients", "--port", str(port)) as server:
        assert answers(port, server) == "ok\n"
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/s/{practice.slug}/after-visit-1/en", timeout=10
        ) as reply:
            assert b"<fieldset" in reply.read()
        with pytest.raises(urllib.error.HTTPError, match="404") as trouble:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/staff/sign-in", timeout=10)
        trouble.value.close()
        server.terminate()
        server.wait(timeout=15)


def test_a_taken_port_is_one_sentence(sqlite_runtime: Runtime) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with command(sqlite_runtime.settings, "serve", "--port", port) as server:
            server.wait(timeout=30)
            output = server.stdout.read() if server.stdout else ""
    assert server.returncode == 1
    assert f"127.0.0.1:{port} cannot be used (Address already in use)." in output
    assert "Traceback" not in output


def test_no_start_waits_for_libraries_that_calculate() -> None:
    """They take a quarter of the time until a server or worker is there, and are needed by few pages."""
    heavy = {"numpy", "scipy", "pandas", "plotly"}
    code = f"import sys, survey.all_commands, survey.app; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
