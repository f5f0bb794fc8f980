"""`doctor --mail` and `mail check` at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.invitations.vetting import sample_letter
from survey.settings import Settings
from tests.cli.terminal import Terminal
from tests.deliverability.names import name_server
from tests.deliverability.test_arrival import GMAIL, SETTINGS, SIGNATURE
from tests.deliverability.test_sender import SOUND
from tests.invitations.post import relay


@pytest.fixture
def settled(terminal: Terminal) -> Terminal:
    """An installation with a public name, and a relay on this machine."""
    terminal.set("mail", "smtp")
    terminal.set("smtp_tls", "none")
    terminal.set("mail_from", SETTINGS.mail_from)
    terminal.set("base_url", SETTINGS.base_url)
    terminal.set("dkim_selector", "s1")
    return terminal


def test_a_sound_domain_and_a_relay_that_answers_are_well(settled: Terminal) -> None:
    with name_server(SOUND) as names, relay() as server:
        settled.set("smtp_port", str(server.port))
        said = settled.run("doctor", "--mail", "--dns", names.address, "--sends-from", "198.51.100.9")
    assert (said.code, said.err) == (0, ""), said.out
    topics = [line.partition(": ")[0] for line in said.out.splitlines()]
    assert topics == ["SPF", "SPF", "DKIM", "DMARC", "Bounces", "Relay", "Stopping"]


def test_what_is_missing_is_said_with_the_line_to_paste_and_an_exit_code(settled: Terminal) -> None:
    with name_server({}) as names, relay() as server:
        settled.set("smtp_port", str(server.port))
        settled.set("base_url", "http://127.0.0.1:8765")
        said = settled.run("doctor", "--mail", "--dns", names.address)
    assert said.code == 1
    assert '\n    _dmarc.mail.example.org. TXT "v=DMARC1; p=quarantine; rua=' in said.out
    assert "Stopping: wrong. The link that stops the mails does not begin with https." in said.out


@pytest.mark.parametrize("wrong", [("--dns", "nowhere"), ("--sends-from", "here")])
def test_wrong_options_are_refused_in_a_sentence(settled: Terminal, wrong: tuple[str, str]) -> None:
    said = settled.run("doctor", "--mail", *wrong)
    assert said.code == 1
    assert "such as" in said.err


def test_a_mail_that_arrived_is_read_from_its_file(settled: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "test.eml"
    path.write_bytes((GMAIL + SIGNATURE).encode("ascii") + sample_letter(SETTINGS).as_bytes())
    assert settled.run("mail", "check", str(path)).code == 0
    settled.set("mail_from", Settings().mail_from)
    said = settled.run("mail", "check", str(path))
    assert (said.code, said.out.splitlines()[0]) == (
        1,
        "Sender: wrong. The mail comes from mail.example.org, not from localhost. Is it one of ours?",
    )
    path.write_bytes(b"no mail")
    assert settled.run("mail", "check", str(path)).err.startswith("Error: This is no mail")
