"""A relay that takes its time (row 7): nobody waits for it but the worker."""

from __future__ import annotations

from survey.db import transaction
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.invitations.sending import send_due
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import invite_people, mailbox, next_morning, states


class Slow:
    """While it has a mail, somebody else writes; on SQLite that would wait for an open transaction."""

    def __init__(self, runtime: Runtime, practice: Practice) -> None:
        self.runtime, self.practice, self.box = runtime, practice, mailbox(runtime)

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        with transaction(self.runtime.engine, self.practice.id) as db:
            now = self.runtime.clock.now()
            recording.record(db, self.practice.id, actor="olu", action="flush", subject="", now=now)
        self.box.hand_over(content, to=to, ahead=ahead)


def test_while_a_mail_is_handed_over_others_write(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, "ana", "ben", "cyd")
    send_due(runtime, practice.id, Slow(runtime, practice), now=next_morning(runtime.clock.now()))
    assert states(runtime, practice) == {"sent": 3}
