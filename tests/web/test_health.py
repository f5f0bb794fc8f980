"""The two addresses for whoever watches the service."""

from __future__ import annotations

from flask.testing import FlaskClient

from survey import migrating
from survey.runtime import Runtime


def test_a_running_process_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_service_is_ready_with_its_own_schema_only(owned: Runtime, client: FlaskClient) -> None:
    assert client.get("/readyz").text == "ready\n"
    migrating.downgrade(owned.engine, "base")
    answer = client.get("/readyz")
    migrating.upgrade(owned.engine)
    assert (answer.status_code, answer.text) == (503, "the database has another schema\n")
