"""Visits as imported: no name, no address; kept 400 days.

Tags are keyed hashes, so that the same visit or person is recognised again without being written down.
Read by importing and scheduling only; nothing right of the wall may ever read these rows.
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
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant

KEPT_DAYS = 400


class VisitStatus(StrEnum):
    """What the practice's software says of the visit."""

    ATTENDED = "attended"
    NOT_ATTENDED = "not attended"


class Visit(Base):
    """One visit. ``reference`` is the practice's own number for it, never an address or a name.

    ``scope`` says within what ``visit_tag`` tells two visits apart (``Identity.scope``). ``address_tag`` is
    there where ``client_tag`` is not made of the address; ``start_tag`` where the file had an hour.
    ``import_number`` is the import that brought the visit.
    """

    __tablename__ = "visit"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    visit_tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    client_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    reference: Mapped[str] = mapped_column(String(80))
    clinician_id: Mapped[int] = mapped_column(BigInteger)
    location_id: Mapped[int | None] = mapped_column(BigInteger)
    visit_type: Mapped[str] = mapped_column(String(40), default="")
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(60), default="", server_default="")
    address_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    start_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    import_number: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        ForeignKeyConstraint(["practice_id", "location_id"], ["location.practice_id", "location.id"]),
        Index("ix_visit_client", "practice_id", "client_tag"),
        Index("ix_visit_address", "practice_id", "address_tag"),
        WITHOUT_ROWID,
    )


class VisitIdentity(Base):
    """Another tag by which a visit is known: as a second program of the practice names it."""

    __tablename__ = "visit_identity"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    visit_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    scope: Mapped[str] = mapped_column(String(60))
    import_number: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "visit_tag"],
            ["visit.practice_id", "visit.visit_tag"],
            name="fk_visit_identity_visit",
            ondelete="CASCADE",
        ),
        Index("ix_visit_identity_visit", "practice_id", "visit_tag"),
        WITHOUT_ROWID,
    )


class ImportState(StrEnum):
    """How far an import came. ``settled``: done, and a later one was begun, so it cannot be taken back.

    ``refused``: a file that came by itself and of which nothing was taken.
    """

    RUNNING = "running"
    DONE = "done"
    SETTLED = "settled"
    UNDONE = "undone"
    REFUSED = "refused"


class VisitImport(Base):
    """One import, as counts. Nothing of the file but its kind, and nothing about a person but who did it.

    ``source`` is the preset, ``own`` for a practice's own columns. ``lease_until``: while it runs it says so
    again with every block; afterwards it was interrupted.
    """

    __tablename__ = "visit_import"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    actor: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    lease_until: Mapped[datetime] = mapped_column(Instant)
    new: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    invited: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (WITHOUT_ROWID,)


class ApiRequest(Base):
    """A request with an Idempotency-Key, as keyed marks of key and content, and what was answered.

    ``answer`` is empty while the first request is at work, until ``lease_until`` at most. It holds counts and
    names of fields, never a value.
    """

    __tablename__ = "api_request"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    body_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    day: Mapped[date] = mapped_column(Date)
    lease_until: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text)

    __table_args__ = (WITHOUT_ROWID,)


class WatchedFolder(Base):
    """A folder whose files are imported by themselves, for one practice alone."""

    __tablename__ = "watched_folder"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(1000), primary_key=True)

    __table_args__ = (UniqueConstraint("path"), WITHOUT_ROWID)


class CalendarFeed(Base):
    """A calendar that is fetched each hour. Its address is a secret and stands among the keys.

    ``secret`` is the random name of that file. ``etag`` and ``modified`` are what the server marked its last
    content with, ``mark`` a keyed mark of our own, all three of the day ``read_day`` on which it was last
    read whole. ``failing_since`` and ``trouble`` (feed.Trouble) stand while nothing can be read.
    """

    __tablename__ = "calendar_feed"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    secret: Mapped[str] = mapped_column(String(32))
    clinician: Mapped[str] = mapped_column(String(120), default="")
    next_look: Mapped[datetime] = mapped_column(Instant)
    read_day: Mapped[date | None] = mapped_column(Date)
    etag: Mapped[str] = mapped_column(String(200), default="")
    modified: Mapped[str] = mapped_column(String(200), default="")
    mark: Mapped[bytes] = mapped_column(LargeBinary(16), default=b"")
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    trouble: Mapped[str] = mapped_column(String(20), default="")

    __table_args__ = (
        CheckConstraint("(failing_since IS NULL) = (trouble = '')", name="failing"),
        UniqueConstraint("practice_id", "secret"),
        WITHOUT_ROWID,
    )

    @property
    def name(self) -> str:
        """As the history and the doctor call it."""
        return self.clinician or str(self.number)


class VisitBefore(Base):
    """A visit as it was before the last import changed it; gone with the next import."""

    __tablename__ = "visit_before"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    import_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    visit_tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    client_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    reference: Mapped[str] = mapped_column(String(80))
    clinician_id: Mapped[int] = mapped_column(BigInteger)
    location_id: Mapped[int | None] = mapped_column(BigInteger)
    visit_type: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(60))
    address_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    start_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    __table_args__ = (WITHOUT_ROWID,)


class UploadState(StrEnum):
    """Where an upload stands. ``taken``: its key and files are gone, the row only tells a second click."""

    WAITING = "waiting"
    TAKING = "taking"
    TAKEN = "taken"


class Upload(Base):
    """A file that waits sealed for a person to look at it, a day at most. Nothing of its lines is here.

    ``match`` is how it is to be read (``Match.to_json``), as far as the person has corrected it.
    ``lease_until``: a taking that was cut may be begun again afterwards.
    """

    __tablename__ = "upload"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    begun: Mapped[datetime] = mapped_column(Instant)
    match: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=UploadState.WAITING)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'taking', 'taken')", name="state"),
        WITHOUT_ROWID,
    )


class RememberedMatch(Base):
    """How files with the same columns were read the last time. Headings and words, nothing of a line.

    ``shape`` is a digest of kind and headings, so that there is one match for files of one shape.
    """

    __tablename__ = "remembered_match"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    shape: Mapped[str] = mapped_column(String(32), primary_key=True)
    match: Mapped[str] = mapped_column(Text)
    used: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (WITHOUT_ROWID,)
