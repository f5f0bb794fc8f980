"""Plain functions for tests of the interface for other programs: a key, a visit, a request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import clock
from survey.db import transaction
from survey.practice import authorising
from survey.practice.authorising import Scope
from survey.practice.model import Practice
from survey.runtime import Runtime

ADDRESS = "/api/v1/visits"
VISIT = {
    "visit_id": "V-1",
    "start": "2026-02-27T10:15:00-05:00",
    "clinician": "Ana Ortiz",
    "status": "attended",
    "email": "rita@example.org",
    "language": "en",
    "visit_number": 2,
}


def key_for(
    runtime: Runtime,
    practice: Practice,
    name: str = "Desk 2026",
    scopes: Iterable[Scope] = (Scope.VISITS_WRITE,),
) -> str:
    """A new key of the practice."""
    with transaction(runtime.engine, practice.id) as db:
        today = clock.local_day(runtime.clock.now(), practice.time_zone)
        return authorising.make_key(db, practice, name, today=today, scopes=scopes)


def post(client: FlaskClient, key: str, content: Any, **headers: str) -> TestResponse:
    """Send visits; ``content`` is bytes as they are, or something to write as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8")
    given = {
        "Authorization": f"Bearer {key}",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    given.setdefault("Content-Type", "application/json")
    return client.post(ADDRESS, data=body, headers=given)
