"""How many mails a worker claims at once, and how many of them one commit announces. Pure.

A worker that is killed leaves an announced group in doubt, so it is as small as keeps the disk from being
slower than the relay. What one worker has claimed no other one sends meanwhile, so it is a few seconds' work.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Most mails that one commit announces; fewer, where the commit takes this share of the mails' time or less.
#: Twice as many go out a quarter faster, half as many a third slower (benchmarks/README.md).
GROUP = 50
SHARE = 0.2
#: Most mails that are claimed at once; fewer, where they take longer than so many seconds.
CLAIM = 200
CLAIM_SECONDS = 2.0


@dataclass
class Pace:
    """How many mails the next commit announces and the next claim takes, judged by how fast the last ones
    went. Starts with a group of one."""

    group: int = 1
    claim: int = GROUP

    def heard(self, mails: int, seconds: float, *, commit: float) -> None:
        """Take the speed of the last group: what its mails took, and the commit before them."""
        if mails:
            each = max(seconds / mails, 1e-6)
            self.group = max(1, min(GROUP, round(commit / SHARE / each)))
            self.claim = max(self.group, min(CLAIM, round(CLAIM_SECONDS / each)))
