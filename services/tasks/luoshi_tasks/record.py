"""Ground of the records of tasks: they share one set of tables."""

from enum import StrEnum

from sqlalchemy import Enum

from luoshi_common.db.base import Record, new_metadata


class TasksRecord(Record):
    """A record of tasks."""

    __abstract__ = True
    metadata = new_metadata()


def word(kind: type[StrEnum]) -> Enum:
    """Column type of a closed set of words; the database holds them as they are written."""
    return Enum(kind, native_enum=False, values_callable=lambda words: [each.value for each in words], length=40)
