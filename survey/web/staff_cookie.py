"""The cookie of staff pages, signed with SHA-256 in place of the SHA-1 that Flask comes with."""

from __future__ import annotations

import hashlib

from flask.sessions import SecureCookieSessionInterface


class StaffCookie(SecureCookieSessionInterface):
    """One that anybody else signed, or in another way, is as good as none."""

    digest_method = staticmethod(hashlib.sha256)
