"""Whatever stands in a stored text, a browser shows it as text: nothing runs, nothing breaks the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import String, cast, literal, update

from survey.actions.model import Action, ActionState, ActionStep, ActionText
from survey.clock import local_day
from survey.db import transaction
from survey.migrations.tables import METADATA
from survey.practice.model import AuditEntry, Clinician, Location, Practice, Staff
from survey.releases.model import Comment
from survey.runtime import Runtime
from survey.web import comments as comments_page
from tests.actions import register
from tests.browser.test_dashboards import breaches, open_comments, sign_in
from tests.services import FULL
from tests.web import stage
from tests.web.desk import make_clinician_account, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

#: Each tries another way out: of a text, an attribute, a script, a template, a formula, a style, an address.
HOSTILE = (
    '<img src=x onerror="document.title=1">',
    '"><svg onload=document.title=1>',
    "</script><script>document.title=1</script>",
    "{{7*7}}${7*7}#{7*7}",
    "javascript:document.title=1",
    "</style><style>body{display:none}</style>",
    "\u202e\u2066<b>=1+1</b>",
)
#: What people write or give names to, and how much of it is kept.
WRITTEN: tuple[tuple[Any, int], ...] = (
    *((table.name, 60) for table in (Clinician, Location, Staff, Practice)),
    *((Comment.text, 500), (Action.heard, 200), (Action.promise, 200), (Action.owner, 100)),
    *((ActionStep.note, 200), (ActionText.said, 100), (ActionText.did, 100), (Practice.phone, 40)),
    (AuditEntry.subject, 200),
)
PAGES = (
    *("/staff/practice", "/staff/practice/comments", "/staff/practice/comments/mentioning/phone"),
    *("/staff/repairs", "/staff/repairs/1", "/staff/audit", "/staff/people", "/staff/clinicians"),
    *("/staff/visits", "/staff/mail", "/staff/news", "/staff/reports", "/staff/account", "/staff/status"),
    *("/s/riverside/after-visit-1/en", "/contact/riverside/en"),
)


def soil(runtime: Runtime, practice: Practice, words: str) -> None:
    """Every text that somebody wrote becomes ``words``, past the checks of the pages."""
    with transaction(runtime.engine, practice.id) as db:
        for column, most in WRITTEN:
            own = METADATA.tables[column.class_.__tablename__].c
            mine = (
                own["id"] == practice.id if column.class_ is Practice else own["practice_id"] == practice.id
            )
            told_apart = (
                cast(own["id"], String) if column.key == "name" else literal("")
            )  # two of a name cannot be
            value = literal(words[:most]).concat(told_apart)
            db.execute(
                update(column.class_).where(mine).values({column.key: value}),
                execution_options={"synchronize_session": False},
            )


@pytest.fixture
def furnished(runtime: Runtime, practice: Practice) -> Practice:
    people = stage.stage_year(runtime, practice)
    make_owner(runtime, practice)
    make_clinician_account(runtime, practice, people[0])
    with transaction(runtime.engine, practice.id) as db:
        register.repair(db, practice, local_day(runtime.clock.now(), "UTC"), until=ActionState.DONE)
    return practice


def trouble(page: Page, address: str) -> list[str]:
    """What ran or was stopped on a page."""
    answer = page.goto(address)
    assert answer is not None
    ran = ["something ran"] if page.title() == "1" or page.evaluate("document.body.hidden") else []
    return [*ran, *breaches(page), *([str(answer.status)] if answer.status >= 500 else [])]


def test_no_stored_text_runs_or_breaks_a_page(
    runtime: Runtime, live: str, page: Page, furnished: Practice
) -> None:
    opened: list[str] = []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    sign_in(page, live, "olu@example.org")
    open_comments(page, live, "/staff/practice/comments")
    for words in HOSTILE if FULL else HOSTILE[:2]:
        soil(runtime, furnished, words)
        for path in PAGES:
            assert (words, path, trouble(page, live + path)) == (words, path, [])
    assert opened == []


def test_a_page_that_shows_a_comment_as_markup_would_be_noticed(
    runtime: Runtime, live: str, page: Page, furnished: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: a page that trusts what is stored. The policy stops it, and that is seen."""
    from markupsafe import Markup

    render: Callable[..., str] = comments_page.render_template

    def trusting(name: str, **given: Any) -> str:
        shown = [replace(each, text=Markup(each.text)) for each in given.pop("shown")]  # noqa: S704 — planted
        return render(name, shown=shown, **given)

    soil(runtime, furnished, HOSTILE[0])
    monkeypatch.setattr(comments_page, "render_template", trusting)
    sign_in(page, live, "olu@example.org")
    open_comments(page, live, "/staff/practice/comments")
    assert trouble(page, live + "/staff/practice/comments") != []
