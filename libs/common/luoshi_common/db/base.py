"""Ground of every mapped record."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Dialect, MetaData, Numeric, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from luoshi_common.auth.policy import Guarded
from luoshi_common.errors import StaleVersion
from luoshi_common.ids import new_id

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware moment, always UTC in Python; a naive one is refused before it reaches the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back in UTC."""
        return None if value is None else value.astimezone(UTC)


def new_metadata() -> MetaData:
    """Return the metadata of one service: its tables live in the schema that the role's search path names."""
    return MetaData(naming_convention=_NAMES)


class Record(DeclarativeBase):
    """记录: one row of a service. Decides nothing; the unit of work sees to it that no change goes unsaid.

    `entity` is the subject kind of its audit chain and its events. A `silent` record is private working state that
    changes without an event. A record with `owner` is part of another: its change is told by its owner's event.
    """

    entity: ClassVar[str] = ""
    silent: ClassVar[bool] = False
    owner: ClassVar[str] = ""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        Decimal: Numeric,
        UUID: Uuid,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()

    def __init__(self, **values: Any) -> None:
        for name, value in {"id": new_id(), "version": 1, **values}.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)

    def guarded(self) -> Guarded:
        """What the access policy may know of this record."""
        raise NotImplementedError(f"{type(self).__name__} is guarded by its owner")

    def expect(self, version: int | None) -> None:
        """Hold the version that a change was based on against the record's own; None = the caller did not say.

        Raises:
            StaleVersion: somebody else changed it first.
        """
        if version is not None and version != self.version:
            raise StaleVersion(expected=version, found=self.version)

    @property
    def subject(self) -> str:
        """`items/<uuid>`: the key of its audit chain and of its events."""
        return f"{self.entity}/{self.id}"
