"""A relay in a bad mood: real sockets, and for each mail a drawn answer, delay or cut. Keeps what it stored.

Every mail that it stored is counted by its Message-ID, whatever it said afterwards.
"""

from __future__ import annotations

import random
import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

from survey import clock


class Mood(StrEnum):
    """What happens to one mail."""

    GOOD = "taken"
    WAIT_450 = "450 at the recipient"
    WAIT_451 = "451 after the text"
    BYE_421 = "421 at the recipient, line closed"
    FULL_552 = "552 after the text"
    SLOW = "taken after a delay"
    CUT_BEFORE = "line cut before the text"
    CUT_STORED = "stored, then the line cut"
    CUT_LOST = "line cut after the text, not stored"


MIX = {
    Mood.GOOD: 60,
    Mood.WAIT_450: 8,
    Mood.WAIT_451: 6,
    Mood.BYE_421: 3,
    Mood.FULL_552: 4,
    Mood.SLOW: 10,
    Mood.CUT_BEFORE: 3,
    Mood.CUT_STORED: 3,
    Mood.CUT_LOST: 3,
}
NAME = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE | re.IGNORECASE)


class MoodySink(socketserver.ThreadingTCPServer):
    """``stored`` counts the mails by Message-ID; ``moods`` what was drawn."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *, seed: int, mix: dict[Mood, int], delay: float, pipelining: bool) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.stored: Counter[bytes] = Counter()
        self.moods: Counter[Mood] = Counter()
        self.delay = delay
        self.pipelining = pipelining
        self._mix = mix
        self._rng = random.Random(seed)
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def draw(self) -> Mood:
        with self._lock:
            mood = self._rng.choices(list(self._mix), list(self._mix.values()))[0]
            self.moods[mood] += 1
            return mood

    def keep(self, content: bytes) -> None:
        found = NAME.search(content)
        assert found is not None
        with self._lock:
            self.stored[found.group(1)] += 1

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error of ours."""


class Conversation(socketserver.StreamRequestHandler):
    """One client's commands."""

    server: MoodySink

    def handle(self) -> None:
        self._say("220 sink")
        mood = Mood.GOOD
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say("250-sink\r\n250 PIPELINING" if self.server.pipelining else "250 sink")
            elif verb == b"MAIL":
                mood = self.server.draw()
                self._say("250 ok")
            elif verb == b"RCPT" and mood is Mood.BYE_421:
                self._say("421 going down")
                return
            elif verb == b"RCPT":
                self._say("450 busy" if mood is Mood.WAIT_450 else "250 ok")
            elif verb == b"DATA":
                if not self._data(mood):
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self, mood: Mood) -> bool:
        """False where the line is cut."""
        if mood is Mood.CUT_BEFORE:
            return False
        if mood is Mood.WAIT_450:
            self._say("503 no recipient")
            return True
        self._say("354 go on")
        content = self._text()
        if content is None:
            return False
        if mood is Mood.SLOW:
            clock.pause(self.server.delay)
        if mood in (Mood.GOOD, Mood.SLOW, Mood.CUT_STORED):
            self.server.keep(content)
        if mood in (Mood.CUT_STORED, Mood.CUT_LOST):
            return False
        refusals = {Mood.WAIT_451: "451 try later", Mood.FULL_552: "552 mailbox full"}
        self._say(refusals.get(mood, "250 kept"))
        return True

    def _text(self) -> bytes | None:
        """The mail, or None where the client went away before its end."""
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return None

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode("ascii") + b"\r\n")

    def finish(self) -> None:
        """End the line at once, so that the client notices."""
        with suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)
        super().finish()


@contextmanager
def moody_sink(
    *, seed: int, mix: dict[Mood, int] | None = None, delay: float = 0.02, pipelining: bool = True
) -> Iterator[MoodySink]:
    """A running sink on a free port."""
    with MoodySink(seed=seed, mix=mix or MIX, delay=delay, pipelining=pipelining) as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
