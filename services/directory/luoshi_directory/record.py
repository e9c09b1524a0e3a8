"""Ground of the records of directory: they share one set of tables."""

from luoshi_common.db.base import Record, new_metadata


class DirectoryRecord(Record):
    """A record of directory."""

    __abstract__ = True
    metadata = new_metadata()
