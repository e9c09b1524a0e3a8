"""Ground of the records of notify: they share one set of tables."""

from luoshi_common.db.base import Record, new_metadata


class NotifyRecord(Record):
    """A record of notify."""

    __abstract__ = True
    metadata = new_metadata()
