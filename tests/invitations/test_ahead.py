"""The next mail's envelope goes with the text of the one before: nobody gets more or fewer mails by that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from survey.db import reading
from survey.invitations import pace
from survey.invitations.composing import Letters, Mail, make_composer
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import (
    Ahead,
    HandoverUnknown,
    PermanentRefusal,
    SmtpMailer,
    TemporaryRefusal,
)
from survey.invitations.sending import Shift, send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings, load_settings
from tests.invitations.moody import Mood, MoodySink, moody_sink
from tests.invitations.post import invite_people, mailbox, next_morning, smtp_mailer, states

ANA, BEN, CLEO = "ana@example.org", "ben@example.org", "cleo@example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, instance=tmp_path / "i", keys=tmp_path / "k", mail="smtp", smtp_tls="none")


@contextmanager
def mailer_to(settings: Settings, port: int) -> Iterator[SmtpMailer]:
    with closing(SmtpMailer(replace(settings, smtp_port=port), timeout=5)) as made:
        yield made


def mail_to(address: str) -> bytes:
    return f"To: {address}\r\nMessage-ID: <{address}>\r\n\r\nHello\r\n".encode("ascii")


def give(mailer: SmtpMailer, to: str, then: str = "") -> None:
    mailer.hand_over(mail_to(to), to=to, ahead=Ahead(then))


def names(sink: MoodySink) -> list[str]:
    return sorted(name.decode("ascii") for name in sink.stored.elements())


class Script:
    """A relay that answers each piece that arrives with the next line of a script, and keeps the pieces."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self.pieces: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._thread = threading.Thread(target=self._run, args=(answers,), daemon=True)
        self._thread.start()

    def _run(self, answers: Sequence[bytes]) -> None:
        line, _ = self._server.accept()
        with line:
            line.sendall(b"220 here\r\n")
            for answer in answers:
                self.pieces.append(line.recv(65536))
                line.sendall(answer)

    def close(self) -> None:
        self._thread.join(5)
        self._server.close()


HELLO = b"250-here\r\n250 PIPELINING\r\n"
GO_ON = b"250 ok\r\n250 ok\r\n354 go on\r\n"


def test_text_and_next_envelope_go_in_one_piece(settings: Settings) -> None:
    with (
        closing(Script([HELLO, GO_ON, b"250 kept\r\n" + GO_ON, b"250 kept\r\n"])) as relay,
        mailer_to(settings, relay.port) as mailer,
    ):
        give(mailer, ANA, then=BEN)
        give(mailer, BEN)
    text, envelope = relay.pieces[2].split(b"\r\n.\r\n")
    assert text + b"\r\n" == mail_to(ANA)
    assert envelope.split(b"\r\n")[1:] == [f"RCPT TO:<{BEN}>".encode("ascii"), b"DATA", b""]
    assert relay.pieces[3] == mail_to(BEN) + b".\r\n"


def test_a_relay_that_does_not_allow_it_gets_one_command_at_a_time(settings: Settings) -> None:
    with moody_sink(seed=1, mix={Mood.GOOD: 1}, pipelining=False) as sink:
        with mailer_to(settings, sink.port) as mailer:
            give(mailer, ANA, then=BEN)
            give(mailer, BEN, then=CLEO)
        assert names(sink) == [ANA, BEN]


def test_after_a_refused_text_the_next_mail_goes_on_the_same_line(settings: Settings) -> None:
    refused = b"452 no room\r\n" + GO_ON
    with (
        closing(Script([HELLO, GO_ON, refused, b"250 kept\r\n"])) as relay,
        mailer_to(settings, relay.port) as mailer,
    ):
        with pytest.raises(TemporaryRefusal, match="452"):
            give(mailer, ANA, then=BEN)
        give(mailer, BEN)
    assert relay.pieces[3] == mail_to(BEN) + b".\r\n"


@pytest.mark.parametrize(
    ("answer", "refusal"), [(b"450 busy", TemporaryRefusal), (b"550 nobody", PermanentRefusal)]
)
def test_a_recipient_named_ahead_may_be_refused(
    settings: Settings, answer: bytes, refusal: type[TemporaryRefusal | PermanentRefusal]
) -> None:
    next_one = b"250 kept\r\n250 ok\r\n" + answer + b"\r\n503 no recipient\r\n"
    with (
        closing(Script([HELLO, GO_ON, next_one, b"250 reset\r\n"])) as relay,
        mailer_to(settings, relay.port) as mailer,
    ):
        give(mailer, ANA, then=BEN)
        with pytest.raises(refusal):
            give(mailer, BEN)
    assert relay.pieces[3].upper() == b"RSET\r\n"


def test_who_was_named_and_then_left_out_gets_nothing(settings: Settings) -> None:
    with moody_sink(seed=2, mix={Mood.GOOD: 1}) as sink, mailer_to(settings, sink.port) as mailer:
        give(mailer, ANA, then=BEN)
        give(mailer, CLEO, then=BEN)
        mailer.close()
        give(mailer, ANA)
        assert names(sink) == [ANA, ANA, CLEO]


@pytest.mark.parametrize(("mood", "stored"), [(Mood.CUT_STORED, [ANA, BEN]), (Mood.CUT_LOST, [])])
def test_a_line_cut_at_a_text_leaves_the_next_mail_untouched(
    settings: Settings, mood: Mood, stored: list[str]
) -> None:
    with moody_sink(seed=3, mix={mood: 1}) as sink, mailer_to(settings, sink.port) as mailer:
        for to, then in ((ANA, BEN), (BEN, "")):
            with pytest.raises(HandoverUnknown):
                give(mailer, to, then=then)
        assert names(sink) == stored
        assert sink.moods[mood] == 2  # BEN's mail was begun once more, on a line of its own, and only there


def test_meanwhile_is_done_before_the_relay_has_answered(settings: Settings) -> None:
    waited = threading.Event()
    done_before: list[bool] = []

    class Holding(Script):
        def _run(self, answers: Sequence[bytes]) -> None:
            line, _ = self._server.accept()
            with line:
                line.sendall(b"220 here\r\n")
                for answer in answers[:-1]:
                    line.recv(65536)
                    line.sendall(answer)
                line.recv(65536)
                done_before.append(waited.wait(5))
                line.sendall(answers[-1])

    with (
        closing(Holding([HELLO, GO_ON, b"250 kept\r\n"])) as relay,
        mailer_to(settings, relay.port) as mailer,
    ):
        mailer.hand_over(mail_to(ANA), to=ANA, ahead=Ahead(meanwhile=waited.set))
    assert done_before == [True]


@pytest.mark.parametrize("then", ["ben", "ben@example.org\r\nRCPT TO:<eve@example.org>", "a@b.org,c@d.org"])
def test_only_one_plain_address_may_be_named_ahead(settings: Settings, then: str) -> None:
    with moody_sink(seed=4, mix={Mood.GOOD: 1}) as sink, mailer_to(settings, sink.port) as mailer:
        with pytest.raises(ValueError, match="not one plain mail address"):
            give(mailer, ANA, then=then)
        assert names(sink) == []


def test_a_whole_run_names_each_recipient_once(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, *[f"person{number}" for number in range(30)])
    with moody_sink(seed=5, mix={Mood.GOOD: 1}) as sink:
        with smtp_mailer(runtime, sink.port) as mailer:
            send_due(runtime, practice.id, mailer, now=next_morning(runtime.clock.now()))
        assert sorted(sink.stored.values()) == [1] * 30
        assert sink.moods[Mood.GOOD] == 30
    assert states(runtime, practice) == {"sent": 30}


def test_a_letter_that_cannot_be_written_does_not_hide_how_the_one_before_ended(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_people(runtime, practice, "ana", "ben")
    now = next_morning(runtime.clock.now())
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    write, seen = Letters._write_one, list[Mail]()

    def only_the_first(self: Letters) -> None:
        if seen:
            raise UnsafeEnvelope("The letter itself is at fault.")
        seen.append(self.left[0])
        write(self)

    monkeypatch.setattr(Letters, "_write_one", only_the_first)
    monkeypatch.setattr(pace, "GROUP", 1)
    shift = Shift(runtime, practice, mailbox(runtime), composer, now)
    with pytest.raises(UnsafeEnvelope):
        shift.work()
    assert states(runtime, practice) == {"sent": 1, "claimed": 1}
