"""What mail servers write back: read for two things, whatever else it holds."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from survey.invitations.notices import LONGEST, Happening, Notice, read_notice
from tests.invitations.notice_letters import delivery_status, spam_report

ID = "0123456789abcdef" * 2


def mail(message_id: str = f"<{ID}@example.org>") -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = "Your visit"
    letter["Message-ID"] = message_id
    return letter


@pytest.mark.parametrize("headers_only", [True, False])
@pytest.mark.parametrize(
    ("action", "status", "happening"),
    [
        ("failed", "5.1.1", Happening.BAD_ADDRESS),
        ("Failed", "5.1.10 (no such user)", Happening.BAD_ADDRESS),
        ("failed", "5.2.1", Happening.BAD_ADDRESS),
        ("failed", "5.2.2", Happening.FAILED),
        ("failed", "5.7.1", Happening.FAILED),
        ("failed", "4.4.7", Happening.FAILED),
        ("failed", "", Happening.FAILED),
        ("delayed", "4.4.1", Happening.DELAYED),
    ],
)
def test_what_happened_follows_from_action_and_status(
    action: str, status: str, happening: Happening, headers_only: bool
) -> None:
    letter = delivery_status(mail(), action=action, status=status, headers_only=headers_only)
    assert read_notice(letter) == Notice(happening, ID)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_good_news_is_no_notice(action: str) -> None:
    assert read_notice(delivery_status(mail(), action=action, status="2.0.0")) is None


def test_a_spam_report_is_a_complaint_and_its_opposite_is_not() -> None:
    assert read_notice(spam_report(mail())) == Notice(Happening.COMPLAINT, ID)
    assert read_notice(spam_report(mail(), kind="not-spam")) is None


@pytest.mark.parametrize(
    "other",
    [
        *("", "<x@example.org>", f"<{ID}>", f"{ID}@example.org", f"<{ID}0@example.org>"),
        *(f"<{ID.upper()}@example.org>", f"<{ID}@a b>"),
    ],
)
def test_a_notice_about_somebody_elses_mail_is_none(other: str) -> None:
    letter = delivery_status(mail()).replace(f"<{ID}@example.org>".encode(), other.encode())
    assert read_notice(letter) is None


def test_an_id_in_the_text_or_on_the_notice_itself_counts_for_nothing() -> None:
    letter = delivery_status(mail("<x@example.org>"))
    ours = f"<{ID}@example.org>".encode()
    assert read_notice(letter.replace(b"It did not arrive.", ours)) is None
    assert read_notice(letter.replace(b"<9f@mx.example.net>", ours)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 50,
        b"\xff\xfe" * 1000,
        b"Content-Type: multipart/report\r\n\r\n",
        (
            b"Content-Type: multipart/report; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        ),
        b"Content-Type: text/plain\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        b"".join(
            b"Content-Type: multipart/report; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000)
        ),
        b"x" * (LONGEST + 1),
    ],
)
def test_whatever_else_comes_is_none_and_never_stops_the_reader(content: bytes) -> None:
    assert read_notice(content) is None


def test_every_cut_of_a_notice_is_read_without_stopping() -> None:
    letter = delivery_status(mail())
    assert {read_notice(letter[:length]) for length in range(len(letter))} <= {
        None,
        Notice(Happening.BAD_ADDRESS, ID),
    }
