"""The present password once more, before something about an account changes that a stranger at an open screen
must not change. Wrong ones are counted as at the sign-in: ten in 15 minutes from one place, then 429."""

from __future__ import annotations

from flask import request

from survey.db import reading, transaction
from survey.practice import admitting, signing_in
from survey.web import entering, try_limits
from survey.web.installation import runtime


def is_right(refusal: str, *, field: str = "password") -> bool:
    """Whether whoever is signed in typed their password into ``field``. A wrong one stands in the audit log
    as ``refusal``. Answers 429 where this place has tried too often."""
    who = entering.member()
    account = f"{who.practice_id}|{admitting.email_key(who.email)}"
    try_limits.require_tries(account)
    with reading(runtime().engine, who.practice_id) as db:
        proof = signing_in.prove(db, who.practice_id, email=who.email, password=request.form.get(field, ""))
    if proof.staff_id == who.staff_id:
        return True
    try_limits.count_wrong(account)
    with transaction(runtime().engine, who.practice_id) as db:
        entering.note(db, refusal)
    return False
