"""``afterword bounces read``: a file, a pipe, a Maildir; what is not ours stays where it is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from survey.invitations.sending import send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.invitations.notice_letters import delivery_status
from tests.invitations.post import invite_people, mailbox, mails, next_morning, states


@pytest.fixture
def notice(terminal: Terminal, runtime: Runtime, riverside: Practice) -> bytes:
    """That the one mail that went out did not arrive."""
    invite_people(runtime, riverside, "ana")
    send_due(runtime, riverside.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    return delivery_status(mails(runtime)[0])


def test_a_pipe_is_read(
    terminal: Terminal,
    runtime: Runtime,
    riverside: Practice,
    notice: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(notice)))
    said = terminal.run("bounces", "read")
    assert (said.code, said.out) == (0, "1 bad address, 0 failed, 0 delayed, 0 complaint\n")
    assert states(runtime, riverside) == {"failed": 1}
    assert "example.org" not in said.out + said.err


def test_of_a_maildir_only_what_is_ours_is_marked_as_read(
    terminal: Terminal, runtime: Runtime, riverside: Practice, notice: bytes, tmp_path: Path
) -> None:
    new = tmp_path / "post" / "new"
    new.mkdir(parents=True)
    (new / "1.host").write_bytes(notice)
    (new / "2.host").write_bytes(b"Subject: hello\r\n\r\nA question about my bill\r\n")
    said = terminal.run("bounces", "read", str(new.parent))
    assert said.out.startswith("1 bad address")
    assert sorted(path.name for path in new.iterdir()) == ["2.host"]
    assert (new.parent / "cur" / "1.host:2,S").read_bytes() == notice
    assert terminal.run("bounces", "read", str(new.parent)).out.startswith("0 bad address")


def test_a_letter_that_is_no_notice_is_no_failure(
    terminal: Terminal, riverside: Practice, tmp_path: Path
) -> None:
    letter = tmp_path / "letter"
    letter.write_bytes(b"\xff\x00 nothing")
    assert terminal.run("bounces", "read", str(letter)).code == 0


def test_a_folder_that_is_no_maildir_is_named(
    terminal: Terminal, riverside: Practice, tmp_path: Path
) -> None:
    said = terminal.run("bounces", "read", str(tmp_path))
    assert (said.code, "is no Maildir" in said.err) == (1, True)
