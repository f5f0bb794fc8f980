"""Mail addresses: which ones we can write to, and the one form by which a person is recognised again.

Pure. A fault never repeats the address, because texts end up on screens and in files.
"""

from __future__ import annotations

import re

LONGEST = 254
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+")


def is_address(text: str) -> bool:
    """Whether this is exactly one plain address, such as ``name@example.org``.

    Lists, display names, quoted local parts and letters outside ASCII are refused: no relay in use takes
    them reliably, and each of them is a way to smuggle a second recipient into one cell.
    """
    local, mark, domain = text.partition("@")
    if not mark or len(text) > LONGEST or len(local) > 64:
        return False
    return bool(LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain))


def normal_form(address: str) -> str:
    """The form under which opt-outs and caps are kept: capitals make no difference."""
    return address.strip().lower()
