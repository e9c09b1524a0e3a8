"""Ground of the records of scoring: they share one set of tables."""

from luoshi_common.db.base import Record, new_metadata


class ScoringRecord(Record):
    """A record of scoring."""

    __abstract__ = True
    metadata = new_metadata()
