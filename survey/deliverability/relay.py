"""How the relay speaks: does it answer, is the line encrypted, is its certificate valid, and for how long.

Opens one connection, names no sender and no recipient, and hands over nothing.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime

from survey.deliverability.verdict import Finding, Verdict
from survey.deliverability.verdict import say as _
from survey.settings import Settings

TIMEOUT = 10.0
SOON_DAYS = 21
DAY = 86400
OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


def findings(
    settings: Settings, *, now: datetime, context: ssl.SSLContext | None = None
) -> Iterator[Finding]:
    """What a first conversation with the relay shows. ``context`` says whom to trust."""
    if settings.mail != "smtp":
        yield Finding(
            "Relay", Verdict.WRONG, _('Mails are written into a folder (mail = "folder"); none goes out.')
        )
        return
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        yield from _converse(settings, place, now=now, context=context or ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            "Relay",
            Verdict.WRONG,
            _(
                "The certificate of %(place)s is not valid: %(verify_message)s. Ask who runs it.",
                place=place,
                verify_message=error.verify_message,
            ),
        )
    except ssl.SSLError:
        yield Finding(
            "Relay",
            Verdict.WRONG,
            _("%(place)s speaks no encryption that is still safe. Ask who runs it.", place=place),
        )
    except (smtplib.SMTPException, OSError):
        yield Finding(
            "Relay",
            Verdict.WRONG,
            _("%(place)s does not answer. Check smtp_host, smtp_port and smtp_tls.", place=place),
        )


def _converse(settings: Settings, place: str, *, now: datetime, context: ssl.SSLContext) -> Iterator[Finding]:
    host, port = settings.smtp_host, settings.smtp_port
    ours = settings.mail_from.rpartition("@")[2]
    if settings.smtp_tls == "tls":
        with smtplib.SMTP_SSL(host, port, local_hostname=ours, timeout=TIMEOUT, context=context) as line:
            yield from _encrypted(line, place, now=now)
        return
    with smtplib.SMTP(host, port, local_hostname=ours, timeout=TIMEOUT) as line:
        line.ehlo_or_helo_if_needed()
        if settings.smtp_tls == "none":
            yield Finding(
                "Relay",
                Verdict.GOOD,
                _("%(place)s answers, on this machine and so without encryption.", place=place),
            )
        elif not line.has_extn("starttls"):
            yield Finding(
                "Relay",
                Verdict.WRONG,
                _(
                    '%(place)s offers no encryption (STARTTLS). Try another port, or smtp_tls = "tls".',
                    place=place,
                ),
            )
        else:
            line.starttls(context=context)
            yield from _encrypted(line, place, now=now)


def _encrypted(line: smtplib.SMTP, place: str, *, now: datetime) -> Iterator[Finding]:
    wire = line.sock
    if not isinstance(wire, ssl.SSLSocket):  # pragma: no cover - both callers have just encrypted it
        raise smtplib.SMTPServerDisconnected
    version, certificate = wire.version() or "", wire.getpeercert() or {}
    if version in OLD:
        yield Finding(
            "Relay",
            Verdict.WRONG,
            _(
                "%(place)s speaks %(version)s, which is no longer safe. Ask who runs it.",
                place=place,
                version=version,
            ),
        )
    else:
        yield Finding(
            "Relay",
            Verdict.GOOD,
            _("%(place)s answers with a valid certificate (%(version)s).", place=place, version=version),
        )
    ends = certificate.get("notAfter")
    days = (ssl.cert_time_to_seconds(str(ends)) - now.timestamp()) / DAY if ends else SOON_DAYS
    if days < SOON_DAYS:
        yield Finding(
            "Relay",
            Verdict.CARE,
            _(
                "The certificate of %(place)s ends in %(days)s days. Renew it.",
                place=place,
                days=int(days),
            ),
        )
