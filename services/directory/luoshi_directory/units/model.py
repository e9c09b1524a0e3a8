"""单位、单位组: the tables."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class Unit(DirectoryRecord):
    """单位: a government, department, committee, company or office that can owe something (R47)."""

    __tablename__ = "unit"
    entity = "units"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    full_name: Mapped[str] = mapped_column()
    type: Mapped[str] = mapped_column()
    aliases: Mapped[list[Any]] = mapped_column()
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id", deferrable=True, initially="DEFERRED"))
    demo: Mapped[bool] = mapped_column()
    active: Mapped[bool] = mapped_column()


class UnitGroup(DirectoryRecord):
    """单位组: units that documents name together, with the dates of each membership (E27)."""

    __tablename__ = "unit_group"
    entity = "groups"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    aliases: Mapped[list[Any]] = mapped_column()
    members: Mapped[list[Any]] = mapped_column()
    open: Mapped[bool] = mapped_column()
