"""Letters as mail servers write them back, about a mail of ours."""

from __future__ import annotations

from email.message import EmailMessage


def delivery_status(
    ours: EmailMessage, *, action: str = "failed", status: str = "5.1.1", headers_only: bool = False
) -> bytes:
    """As Postfix writes it (RFC 3464)."""
    report = (
        "Reporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; somebody@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n"
    )
    return _letter("delivery-status", report, ours, headers_only=headers_only)


def spam_report(ours: EmailMessage, *, kind: str = "abuse") -> bytes:
    """As a mailbox provider writes it (RFC 5965)."""
    report = f"Feedback-Type: {kind}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n"
    return _letter("feedback-report", report, ours, headers_only=False)


def _letter(kind: str, report: str, ours: EmailMessage, *, headers_only: bool) -> bytes:
    returned = f"Subject: {ours['Subject']}\r\nMessage-ID: {ours['Message-ID']}\r\n\r\n"
    name = "text/rfc822-headers" if headers_only else "message/rfc822"
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nMessage-ID: <9f@mx.example.net>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{report}\r\n"
        f"--b\r\nContent-Type: {name}\r\n\r\n{returned}--b--\r\n"
    ).encode()
