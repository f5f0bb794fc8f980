"""How many mails one commit announces. Pure.

A worker that is killed leaves that many in doubt, so they are as few as keep the disk from being slower
than the relay.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Most mails that one commit announces; fewer, where the commit takes this share of the mails' time or less.
#: Twice as many go out a quarter faster, half as many a third slower (benchmarks/README.md).
GROUP = 50
SHARE = 0.2


@dataclass
class Pace:
    """How many mails the next commit announces, judged by how fast the last ones went. Starts with one."""

    group: int = 1

    def heard(self, mails: int, seconds: float, *, commit: float) -> None:
        """Take the speed of the last group: what its mails took, and the commit before them."""
        if mails:
            wanted = commit / SHARE / max(seconds / mails, 1e-6)
            self.group = max(1, min(GROUP, round(wanted)))
