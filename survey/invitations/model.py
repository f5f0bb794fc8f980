"""Invitations and what limits them: opt-outs, cap marks, mail runs, sent totals.

Addresses exist here only as fixed-length sealed boxes and die with their week's key. No row says, or may
ever say, whether somebody answered or was reminded.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant
from survey.keys.sealing import SEALED_ADDRESS, SEALED_REQUEST


class InvitationState(StrEnum):
    """Where a mail stands. ``handing_over`` is committed before the mail server gets the text."""

    DUE = "due"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


S = InvitationState
#: The only moves there are. Final states have none; a sent mail may still come back.
MOVES: dict[InvitationState, frozenset[InvitationState]] = {
    S.DUE: frozenset({S.CLAIMED, S.SUPPRESSED, S.CANCELLED, S.UNKNOWN}),
    S.CLAIMED: frozenset({S.DUE, S.HANDING_OVER, S.SUPPRESSED, S.CANCELLED, S.UNKNOWN, S.FAILED}),
    S.HANDING_OVER: frozenset({S.SENT, S.DUE, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.DUE, S.SENT, S.CANCELLED}),
    S.SENT: frozenset({S.FAILED}),  # it came back
    S.FAILED: frozenset(),
    S.SUPPRESSED: frozenset(),
    S.CANCELLED: frozenset(),
}


class Invitation(Base):
    """One mail to one person about one visit. Lives until the day after its week's links expire."""

    __tablename__ = "invitation"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell_id: Mapped[int] = mapped_column(BigInteger)
    visit_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    contact_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    label: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    issue_week: Mapped[int] = mapped_column(Integer)
    send_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=InvitationState.DUE)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary(SEALED_ADDRESS))
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    not_before: Mapped[datetime | None] = mapped_column(Instant)
    reply_code: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "cell_id"], ["cell.practice_id", "cell.id"]),
        ForeignKeyConstraint(
            ["practice_id", "label"], ["published_instrument.practice_id", "published_instrument.label"]
        ),
        UniqueConstraint("practice_id", "visit_tag"),
        CheckConstraint(f"length(address_sealed) = {SEALED_ADDRESS}", name="address_length"),
        CheckConstraint(
            "state IN ('due','claimed','handing_over','sent','failed','unknown','suppressed','cancelled')",
            name="known_state",
        ),
        Index("ix_invitation_outbox", "practice_id", "state", "send_day"),
        Index("ix_invitation_week", "practice_id", "issue_week"),
        WITHOUT_ROWID,
    )


class Cause(StrEnum):
    """What is counted by day. Only the numbers are kept, apart from the tags."""

    ASKED = "asked"
    STAFF = "staff"
    WRONG_ADDRESS = "wrong_address"
    BOUNCED = "bounced"
    BOUNCED_FOR_NOW = "bounced_for_now"
    COMPLAINED = "complained"


class OptOut(Base):
    """An address that gets no more mail, as a keyed tag: its owner asked, or it cannot be reached.

    Which of the two is not kept: it would tell that somebody was reminded.
    """

    __tablename__ = "opt_out"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    contact_tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)

    __table_args__ = (WITHOUT_ROWID,)


class CapMark(Base):
    """The week for which a person was last asked; holds the next invitation back for 90 days."""

    __tablename__ = "cap_mark"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    contact_tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    week: Mapped[int] = mapped_column(Integer)

    __table_args__ = (WITHOUT_ROWID,)


class MailRun(Base):
    """That a run of reminders was begun; inserted first, so a crash loses some and doubles none."""

    __tablename__ = "mail_run"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    finished: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (WITHOUT_ROWID,)


class SentTotal(Base):
    """How many invitations of a cell went out in a month; written before the invitations are destroyed."""

    __tablename__ = "sent_total"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    cell_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    sent: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "cell_id"], ["cell.practice_id", "cell.id"]),
        WITHOUT_ROWID,
    )


class MailCount(Base):
    """How often something happened to the practice's mails on a day."""

    __tablename__ = "mail_count"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    cause: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)

    __table_args__ = (WITHOUT_ROWID,)


class MailComplaint(Base):
    """That a mail was reported as spam, so that one report counts once; lives as long as its invitation."""

    __tablename__ = "mail_complaint"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    invitation_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)

    __table_args__ = (WITHOUT_ROWID,)


class ContactRequest(Base):
    """Somebody who openly asks to be contacted, sealed to the week's key; goes when it was mailed.

    Stands on its own: nothing in it leads to a visit, an invitation or an answer, and no hour is kept.
    """

    __tablename__ = "contact_request"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    issue_week: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint(f"length(sealed) = {SEALED_REQUEST}", name="one_length"),
        WITHOUT_ROWID,
    )


class RelayRest(Base):
    """A relay that is down, and until when nobody calls it; the row goes when the relay answers."""

    __tablename__ = "relay_rest"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    relay: Mapped[str] = mapped_column(String(270), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    rest_until: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (WITHOUT_ROWID,)
