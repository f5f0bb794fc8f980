"""Names that clinicians had before, and records found to be of one person. Never a patient or an answer."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class ClinicianAlias(Base):
    """A former name, and whose it was. No clinician of the practice has it as a name now."""

    __tablename__ = "clinician_alias"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    clinician_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        WITHOUT_ROWID,
    )


class ClinicianMerge(Base):
    """A record whose new visits go to another one of the same person; what was published stays with it."""

    __tablename__ = "clinician_merge"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    clinician_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    into_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name="fk_clinician_merge_whose",
        ),
        ForeignKeyConstraint(
            ["practice_id", "into_id"],
            ["clinician.practice_id", "clinician.id"],
            name="fk_clinician_merge_into",
        ),
        CheckConstraint("into_id <> clinician_id", name="not_into_itself"),
        WITHOUT_ROWID,
    )
