"""Which tests of pages run on both databases each time.

Pages say the same on either. Those that take answers and requests, let people in or change something run on
both; the others run on PostgreSQL in the full run, and the crawls of ``tests/structure`` and
``tests/attacks`` open every page on both each time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
ON_BOTH = frozenset(
    f"test_{name}.py"
    for name in (
        "access",
        "account",
        "api",
        "audience",
        "comments",
        "contact",
        "editor",
        "entering",
        "first_practice",
        "patient_answering",
        "repairs",
        "second_factor",
        "stopping",
        "visits",
    )
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.path.name not in ON_BOTH and on_postgres(item):
            item.add_marker(pytest.mark.slow)


def on_postgres(item: pytest.Item) -> bool:
    spec = getattr(item, "callspec", None)
    return spec is not None and spec.params.get("settings") == "postgres"
