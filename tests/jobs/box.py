"""A mailer for tests of mails to staff."""

from __future__ import annotations

from survey.invitations.mailer import NOTHING_AHEAD, Ahead


class Box:
    """Keeps what it takes; ``trouble`` is raised instead while it is set."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.tried = 0
        self.trouble = trouble

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        self.tried += 1
        if self.trouble is not None:
            raise self.trouble
        self.sent.append((to, content))

    @property
    def who(self) -> list[str]:
        return sorted(to for to, _ in self.sent)
