"""PostgreSQL's own samples of a table tell nothing of answers: not when they waited, nor for whom."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from survey.app import make_app
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.web.patients import send

ANSWERS = 6
ANSWER_SIDE = {"pool", "scratch", "spent", "spent_card", "card"}
ON_POSTGRES = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


def sampled(owned: Runtime) -> set[str]:
    """Tables of which the server keeps values after it has looked at all of them."""
    with owned.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        connection.exec_driver_sql("ANALYZE")
        names = text("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = current_schema()")
        return set(connection.scalars(names))


def answered(runtime: Runtime, practice: Practice) -> None:
    clinician = builders.make_clinician(runtime, practice)
    client = make_app(runtime).test_client()
    for _ in range(ANSWERS):
        assert send(client, builders.make_token(runtime, practice, clinician)).status_code == 200


@ON_POSTGRES
def test_of_answers_and_links_the_server_keeps_no_samples(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    answered(runtime, practice)
    found = sampled(owned)
    assert found & ANSWER_SIDE == set()
    assert "practice" in found, "of other tables it does"


@ON_POSTGRES
def test_samples_as_servers_keep_them_would_be_noticed(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    """The planted fault, put right again for the tests that follow."""
    with owned.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pool ALTER COLUMN cell_id SET STATISTICS -1")
    answered(runtime, practice)
    found = sampled(owned)
    with owned.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pool ALTER COLUMN cell_id SET STATISTICS 0")
        connection.exec_driver_sql("ALTER TABLE pool ALTER COLUMN cell_id TYPE BIGINT")  # forgets them
    assert "pool" in found
    assert "pool" not in sampled(owned)
