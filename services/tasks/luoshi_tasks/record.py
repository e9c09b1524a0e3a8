"""Ground of the records of tasks: they share one set of tables."""

from luoshi_common.db.base import Record, new_metadata


class TasksRecord(Record):
    """A record of tasks."""

    __abstract__ = True
    metadata = new_metadata()
