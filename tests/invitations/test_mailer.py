"""A real SMTP conversation: every ending is told apart, and no text of an ending names anybody."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest

from survey.invitations.letters import invitation_letter
from survey.invitations.mailer import (
    FolderMailer,
    HandoverUnknown,
    PermanentRefusal,
    RelayUnreachable,
    SmtpMailer,
    TemporaryRefusal,
    mailer_for,
)
from survey.settings import Settings, load_settings
from tests.invitations import post
from tests.invitations.post import Relay, parse, plain_text, relay
from tests.services import miss

HEAD = replace(post.HEAD, language="es")


def letter(to: str) -> bytes:
    made = invitation_letter(
        HEAD,
        to=to,
        token="T" * 56,
        signed_stop="S" * 76,
        message_id="m",
        expires=date(2026, 3, 24),
        now=datetime(2026, 3, 3, tzinfo=UTC),
    )
    return made.as_bytes()


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return load_settings(
        {}, instance=tmp_path / "instance", keys=tmp_path / "keys", mail="smtp", smtp_tls="none"
    )


@pytest.fixture
def sink() -> Iterator[Relay]:
    with relay() as server:
        yield server


@pytest.fixture
def mailer(plain: Settings, sink: Relay) -> Iterator[SmtpMailer]:
    with closing(SmtpMailer(replace(plain, smtp_port=sink.port), timeout=5)) as made:
        yield made


def give(mailer: SmtpMailer, name: str) -> None:
    to = f"{name}@example.org"
    mailer.hand_over(letter(to), to=to)


def test_a_mail_arrives_as_it_was_written(mailer: SmtpMailer, sink: Relay) -> None:
    give(mailer, "ana")
    (mail,) = sink.stored
    assert (mail["To"], mail["From"]) == ("ana@example.org", "Riverside Practice <feedback@example.org>")
    assert plain_text(mail) == plain_text(parse(letter("ana@example.org")))


def test_a_line_that_begins_with_a_dot_keeps_it(mailer: SmtpMailer, sink: Relay) -> None:
    message = EmailMessage()
    message["To"] = "ana@example.org"
    message.set_content(".\n..two\nend\n")
    content = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    mailer.hand_over(content, to="ana@example.org")
    assert plain_text(sink.stored[0]) == ".\n..two\nend\n"


def test_one_connection_serves_many_mails(mailer: SmtpMailer, sink: Relay) -> None:
    for number in range(5):
        give(mailer, f"person{number}")
    assert (len(sink.stored), sink.connections) == (5, 1)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("wait450", TemporaryRefusal, 450),
        ("full452", TemporaryRefusal, 452),
        ("never550", PermanentRefusal, 550),
        ("big552", PermanentRefusal, 552),
    ],
)
def test_refusals_are_told_apart_and_the_next_mail_goes_on_the_same_line(
    mailer: SmtpMailer,
    sink: Relay,
    name: str,
    kind: type[TemporaryRefusal | PermanentRefusal],
    code: int,
) -> None:
    with pytest.raises(kind) as refusal:
        give(mailer, name)
    assert refusal.value.code == code
    give(mailer, "next")
    assert (sink.names(), sink.connections) == (["next"], 1)


def test_a_relay_that_says_goodbye_is_called_again(mailer: SmtpMailer, sink: Relay) -> None:
    with pytest.raises(TemporaryRefusal, match="421"):
        give(mailer, "bye421")
    give(mailer, "next")
    assert sink.connections == 2


@pytest.mark.parametrize("name", ["cut", "lost"])
def test_a_line_cut_after_the_text_was_begun_is_unknown(mailer: SmtpMailer, sink: Relay, name: str) -> None:
    with pytest.raises(HandoverUnknown):
        give(mailer, name)
    give(mailer, "next")
    assert "next" in sink.names()


def test_a_relay_that_falls_silent_after_the_text_is_unknown(plain: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        Thread(target=_silent_after_data, args=(server,), daemon=True).start()
        settings = replace(plain, smtp_port=server.getsockname()[1])
        with closing(SmtpMailer(settings, timeout=0.5)) as mailer, pytest.raises(HandoverUnknown):
            give(mailer, "ana")


def test_a_line_cut_before_the_text_is_safe_to_try_again(plain: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        Thread(target=_cut_at_data, args=(server,), daemon=True).start()
        settings = replace(plain, smtp_port=server.getsockname()[1])
        with closing(SmtpMailer(settings, timeout=2)) as mailer, pytest.raises(RelayUnreachable):
            give(mailer, "ana")


def _converse(server: socket.socket, *, at_data: bytes) -> socket.socket:
    line, _ = server.accept()
    line.sendall(b"220 here\r\n")
    with line.makefile("rb") as stream:
        for command in stream:
            if command.upper().startswith(b"DATA"):
                line.sendall(at_data)
                break
            line.sendall(b"250 OK\r\n")
    return line


def _silent_after_data(server: socket.socket) -> None:
    with _converse(server, at_data=b"354 go on\r\n") as line:
        while line.recv(4096):
            pass


def _cut_at_data(server: socket.socket) -> None:
    _converse(server, at_data=b"").close()


def test_a_stale_connection_is_replaced_without_anybody_noticing(plain: Settings) -> None:
    with relay() as first:
        mailer = SmtpMailer(replace(plain, smtp_port=first.port), timeout=5)
        give(mailer, "one")
    with relay(port=first.port) as second, closing(mailer):
        give(mailer, "two")
    assert second.names() == ["two"]


def test_no_relay_is_said_plainly(plain: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    settings = replace(plain, smtp_port=port)
    with closing(SmtpMailer(settings)) as mailer, pytest.raises(RelayUnreachable, match="does not answer"):
        give(mailer, "ana")


def test_a_refused_sender_is_the_relays_trouble_and_not_the_patients(mailer: SmtpMailer, sink: Relay) -> None:
    sink.sender_reply = "550 who are you"
    with pytest.raises(RelayUnreachable, match="mail_from"):
        give(mailer, "ana")


def test_without_starttls_nothing_is_sent(plain: Settings, sink: Relay) -> None:
    settings = replace(plain, smtp_port=sink.port, smtp_tls="starttls")
    with (
        closing(SmtpMailer(settings, timeout=5)) as mailer,
        pytest.raises(RelayUnreachable, match="smtp_tls"),
    ):
        give(mailer, "ana")
    assert sink.stored == []


def test_without_sign_in_at_the_relay_nothing_is_sent(plain: Settings, sink: Relay) -> None:
    settings = replace(plain, smtp_port=sink.port, smtp_user="practice", smtp_password="marker")
    with (
        closing(SmtpMailer(settings, timeout=5)) as mailer,
        pytest.raises(RelayUnreachable) as trouble,
    ):
        give(mailer, "ana")
    assert "marker" not in str(trouble.value)
    assert sink.stored == []


def test_a_certificate_that_nobody_vouches_for_is_refused(plain: Settings, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        miss("openssl", "it is not installed, so no certificate can be made")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    wanted = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    wanted += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(wanted, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with relay(tls_context=context) as server:
        settings = replace(plain, smtp_port=server.port, smtp_tls="starttls")
        with (
            closing(SmtpMailer(settings, timeout=5)) as mailer,
            pytest.raises(RelayUnreachable, match="certificate"),
        ):
            give(mailer, "ana")
    assert server.stored == []


@pytest.mark.parametrize("name", ["wait450", "never550", "big552", "cut", "bye421"])
def test_no_ending_names_the_person_the_code_or_the_relays_words(mailer: SmtpMailer, name: str) -> None:
    with pytest.raises((TemporaryRefusal, PermanentRefusal, HandoverUnknown)) as ending:
        give(mailer, name)
    text = f"{ending.value}{ending.value.__cause__}"
    assert "example.org" not in text
    assert "T" * 56 not in text
    assert "mailbox" not in text
    assert ending.value.__suppress_context__ or ending.value.__context__ is None


def test_the_folder_mailer_numbers_its_mails(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    for _ in range(2):  # two processes on one folder
        mailer = FolderMailer(folder)
        mailer.hand_over(letter("ana@example.org"), to="ana@example.org")
        mailer.hand_over(letter("ben@example.org"), to="ben@example.org")
    assert [path.name for path in sorted(folder.iterdir())] == [f"00000{n}.eml" for n in (1, 2, 3, 4)]
    assert parse((folder / "000002.eml").read_bytes())["To"] == "ben@example.org"


def test_the_settings_choose_the_mailer(plain: Settings) -> None:
    assert isinstance(mailer_for(plain), SmtpMailer)
    assert isinstance(mailer_for(replace(plain, mail="folder")), FolderMailer)
