"""Ground of the records of directory: they share one set of tables."""

from typing import Any

from luoshi_common.auth.policy import Guarded
from luoshi_common.db.base import Record, new_metadata


class DirectoryRecord(Record):
    """A record of directory."""

    __abstract__ = True
    metadata = new_metadata()

    def guarded(self) -> Guarded:
        """Everybody who works for the city may look things up; nobody owns an entry."""
        return Guarded(kind=self.entity, id=str(self.id))

    def take(self, **values: Any) -> bool:
        """Take over the values that differ; says whether any did."""
        differing = {name: value for name, value in values.items() if getattr(self, name) != value}
        for name, value in differing.items():
            setattr(self, name, value)
        return bool(differing)
