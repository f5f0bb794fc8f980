"""Practices, locations, clinicians, cells, published instruments, staff.

Both sides of the wall may point at these rows, so none of them may ever name a patient, a visit, an
invitation or an answer. ``practice`` is read before the practice is known, and ``cell_practice`` tells of
any link's cell whether it is this practice's; every other table carries ``practice_id`` first in its key.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant
from survey.practice import (  # noqa: F401 — their tables belong to this schema
    alias_model,
    logo_model,
    mail_schedule_model,
    passkey_model,
    password_request_model,
    second_factor_model,
    sso_model,
)


class Reminders(StrEnum):
    """Who gets the one reminder on day 4."""

    UNANSWERED = "unanswered"
    EVERYONE = "everyone"
    OFF = "off"


class Role(StrEnum):
    """What a member of staff may see."""

    OWNER = "owner"
    CLINICIAN = "clinician"
    FRONT_DESK = "front_desk"  #: visits and mail, never results
    AUDITOR = "auditor"  #: the log, and who and what may get in; changes nothing, never sees results


class Practice(Base):
    """One practice (tenant). Thresholds may be raised, never lowered below the defaults."""

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2), default="US")
    phone: Mapped[str] = mapped_column(String(40), default="")
    instrument: Mapped[str] = mapped_column(String(40), default="after_visit")
    k_ratings: Mapped[int] = mapped_column(Integer, default=5)
    k_comments: Mapped[int] = mapped_column(Integer, default=10)
    least_texts: Mapped[int] = mapped_column(Integer, default=3)
    reminders: Mapped[str] = mapped_column(String(12), default=Reminders.UNANSWERED)
    sending: Mapped[bool] = mapped_column(Boolean, default=False)
    mail_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    mail_language: Mapped[str] = mapped_column(String(8), default="", server_default="")
    #: Where requests of patients who want to be contacted go; empty: patients are asked to call.
    contact_address: Mapped[str] = mapped_column(String(254), default="", server_default="")
    #: Who takes complaints and how to reach them, as patients read it; empty: the phone number.
    complaints_to: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: The practice's last day here; from then on no mail goes out and no answer is taken.
    closed_on: Mapped[date | None] = mapped_column(Date)
    #: An owner asked that all of it be deleted, which is done from this day on; until then it can stay.
    leaves_on: Mapped[date | None] = mapped_column(Date)
    #: 1, 4, 7 or 10: the month in which the first quarter of its year begins.
    year_begins: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    #: Whether everybody who signs in needs a second factor.
    second_factor: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    #: The colour of its pages, such as #0e5a58; empty: ours. What can be read is decided by ``palette``.
    accent: Mapped[str] = mapped_column(String(7), default="", server_default="")

    #: Digest of its logo, which lies in a table of its own; empty: none.
    logo: Mapped[str] = mapped_column(String(12), default="", server_default="")

    @property
    def neutral_name(self) -> str:
        """What patients read in mails and on pages: nothing in it tells the kind of care."""
        return self.mail_name or self.name

    __table_args__ = (
        CheckConstraint("k_ratings >= 5", name="k_ratings_least"),
        CheckConstraint("k_comments >= 10", name="k_comments_least"),
        CheckConstraint("least_texts >= 3", name="least_texts_least"),
        CheckConstraint("year_begins IN (1, 4, 7, 10)", name="year_of_quarters"),
        CheckConstraint("accent = '' OR accent LIKE '#______'", name="accent_is_a_colour"),
        CheckConstraint("leaves_on IS NULL OR closed_on IS NOT NULL", name="leaving_is_closed"),
        WITHOUT_ROWID,
    )


class CellPractice(Base):
    """Which practice a token's cell belongs to, so that a link of another one is known as such."""

    __tablename__ = "cell_practice"

    cell_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))

    __table_args__ = (WITHOUT_ROWID,)


class Location(Base):
    """A place where the practice sees people, or its video room."""

    __tablename__ = "location"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("practice_id", "name"), WITHOUT_ROWID)


class Clinician(Base):
    """Someone whose visits are asked about."""

    __tablename__ = "clinician"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (UniqueConstraint("practice_id", "name"), WITHOUT_ROWID)


#: The visit type of the cell in which printed cards are counted: no visit has it, no practice may declare it.
CARDS = "printed cards"


class Cell(Base):
    """A fixed group that answers are counted in: one instrument and one clinician, or the whole practice.

    ``clinician_id`` is NULL for the practice-level cells. Cells are declared, never made by a filter.
    """

    __tablename__ = "cell"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instrument: Mapped[str] = mapped_column(String(40))
    visit_type: Mapped[str] = mapped_column(String(40), default="")
    clinician_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        UniqueConstraint("practice_id", "instrument", "visit_type", "clinician_id"),
        Index(
            "uq_cell_practice_level",
            "practice_id",
            "instrument",
            "visit_type",
            unique=True,
            sqlite_where=text("clinician_id IS NULL"),
            postgresql_where=text("clinician_id IS NULL"),
        ),
        WITHOUT_ROWID,
    )


class PublishedInstrument(Base):
    """One version of an instrument as patients saw it; never changed after publishing."""

    __tablename__ = "published_instrument"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    instrument: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    from_day: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")

    __table_args__ = (UniqueConstraint("practice_id", "instrument", "version"), WITHOUT_ROWID)


class SurveyDraft(Base):
    """A survey that is being written, with its faults. ``number`` goes up with every save."""

    __tablename__ = "draft"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    instrument: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("number >= 1", name="counted"), WITHOUT_ROWID)


class Staff(Base):
    """A person who may sign in. ``clinician_id`` says whose results a clinician sees."""

    __tablename__ = "staff"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(12))
    clinician_id: Mapped[int | None] = mapped_column(BigInteger)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    news: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: The last month of results of which a mail was begun.
    news_month: Mapped[str] = mapped_column(String(7), default="", server_default="")
    #: Rises with each link to choose a password, so that only the newest opens anything.
    links: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        UniqueConstraint("practice_id", "email"),
        CheckConstraint("role IN ('owner', 'clinician', 'front_desk', 'auditor')", name="known_role"),
        CheckConstraint("role <> 'clinician' OR clinician_id IS NOT NULL", name="clinician_has_results"),
        CheckConstraint("role <> 'front_desk' OR clinician_id IS NULL", name="front_desk_has_none"),
        CheckConstraint("role <> 'auditor' OR clinician_id IS NULL", name="auditor_has_none"),
        WITHOUT_ROWID,
    )


class StaffSession(Base):
    """A sign-in that can be ended from the server. Only the hash of the cookie's secret is kept."""

    __tablename__ = "staff_session"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        WITHOUT_ROWID,
    )


class VisitType(Base):
    """Which survey is asked after visits of a type; an empty one means none."""

    __tablename__ = "visit_type"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    instrument: Mapped[str] = mapped_column(String(40))

    __table_args__ = (WITHOUT_ROWID,)


class ApiKey(Base):
    """A key of another program of the practice. Only a hash of it is kept; ``scopes`` say what it may do."""

    __tablename__ = "api_key"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    made_on: Mapped[date] = mapped_column(Date)
    used_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    scopes: Mapped[str] = mapped_column(String(60), server_default="visits:write")

    __table_args__ = (UniqueConstraint("practice_id", "name"), WITHOUT_ROWID)


#: Days for which a note of what was done is kept.
JOB_RUN_DAYS = 400


class JobRun(Base):
    """That a daily job is done for a practice's local day; written last, so a cut job is run again."""

    __tablename__ = "job_run"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    job: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)

    __table_args__ = (WITHOUT_ROWID,)


class AuditEntry(Base):
    """What staff and jobs did, chained by hashes. Never a patient, an address, a token or an answer."""

    __tablename__ = "audit_entry"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    before: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (WITHOUT_ROWID,)
