"""The pages about mail in a real browser: they fit, have no axe fault, and the forms work by keyboard."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from survey.db import transaction
from survey.invitations import trying_out
from survey.invitations.model import Invitation, InvitationState, MailRun
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.browser.test_dashboards import breaches, sign_in, too_wide
from tests.invitations.post import invite_people
from tests.web.desk import make_front_desk, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def busy(runtime: Runtime, practice: Practice) -> None:
    """Something of everything that the pages can show."""
    make_owner(runtime, practice)
    make_front_desk(runtime, practice)
    invite_people(runtime, practice, *(f"person{number}" for number in range(12)))
    with transaction(runtime.engine, practice.id) as db:
        for number, found in enumerate(db.scalars(select(Invitation.id)).all()):
            state = InvitationState.UNKNOWN if number < 2 else InvitationState.DUE
            values = {"state": state, "attempts": 1, "reply_code": 451}
            db.execute(update(Invitation).where(Invitation.id == found).values(**values))
        db.add(MailRun(practice_id=practice.id, day=date(2026, 2, 27), kind="reminder", finished=False))
        mail_scheduling.set_day(db, practice.id, date(2026, 3, 9), is_open=False)
        mail_scheduling.set_visit_type(db, practice.id, "intake", "")
        trying_out.begin(db, runtime.settings, practice.id, now=runtime.clock.now())


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.slow)])
def test_every_page_about_mail_fits_and_has_no_fault(live: str, page: Page, busy: None, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live, "olu@example.org")
    for name in ("first-steps", "mail", "mail/test", "mail/settings", "reaching", "mail/arrival"):
        page.goto(f"{live}/staff/{name}")
        assert (name, faults(page), too_wide(page) <= 0, breaches(page)) == (name, [], True, [])
    page.get_by_role("button", name="Look now").click()
    page.get_by_role("heading", name="Your domain and your mail server").wait_for()
    assert (faults(page), too_wide(page) <= 0) == ([], True)


def test_the_front_desk_enters_an_opt_out_by_keyboard(live: str, page: Page, busy: None) -> None:
    sign_in(page, live, "fay@example.org")
    assert page.url == f"{live}/staff/mail"
    assert faults(page) == []
    page.get_by_label("Their mail address").fill("somebody@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="This address gets no more mail from the practice").wait_for()
    assert faults(page) == []
