"""Mail addresses: which ones we can write to, and the one form by which a person is recognised again.

Pure. A fault never repeats the address, because texts end up on screens and in files.
"""

from __future__ import annotations

import re

LONGEST = 254
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})+")


def is_address(text: str) -> bool:
    """Whether this is exactly one plain address, such as ``name@example.org``.

    Lists, display names, quoted local parts, encoded words and letters outside ASCII are refused: no relay
    in use takes them reliably, and each of them is a way to smuggle a second recipient into one cell.
    """
    return len(text) <= LONGEST and "=?" not in text and ADDRESS.fullmatch(text) is not None


def normal_form(address: str) -> str:
    """The form under which opt-outs and caps are kept: capitals make no difference."""
    return address.strip().lower()
