"""职务: the table."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class Post(DirectoryRecord):
    """职务: a duty in a unit (R91, R92)."""

    __tablename__ = "post"
    entity = "posts"

    code: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id", deferrable=True, initially="DEFERRED"), index=True)
    title: Mapped[str] = mapped_column()
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("person.id", deferrable=True, initially="DEFERRED"), index=True
    )
    first_responsible: Mapped[bool] = mapped_column()
    portfolio: Mapped[list[Any]] = mapped_column()
