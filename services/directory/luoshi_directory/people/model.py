"""人员: the table."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class Person(DirectoryRecord):
    """人员: somebody who signs in or is named; personal data stays in this table (R91)."""

    __tablename__ = "person"
    entity = "people"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id", deferrable=True, initially="DEFERRED"), index=True)
    title: Mapped[str] = mapped_column()
    roles: Mapped[list[Any]] = mapped_column()
    sign_in: Mapped[str | None] = mapped_column()
    persona: Mapped[bool] = mapped_column()
    demo: Mapped[bool] = mapped_column()
    active: Mapped[bool] = mapped_column()

    # Deferred, so that two people may exchange names in one load.
    __table_args__ = (UniqueConstraint("sign_in", deferrable=True, initially="DEFERRED"),)
