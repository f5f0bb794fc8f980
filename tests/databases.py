"""On which databases a test runs: as a rule on both; some on one, and on the other in the full run."""

from __future__ import annotations

import pytest

#: For what takes seconds and does not depend on the database: SQLite as a rule, PostgreSQL in the full run.
SQLITE_FIRST = pytest.mark.parametrize(
    "settings", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True
)
