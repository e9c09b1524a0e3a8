"""验收销号: what waits for an acceptor, and what my unit has applied for (R62)."""

from dataclasses import dataclass
from datetime import datetime

from luoshi_console.pages.items import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """待验收: an item applied for, since when, and who decides."""

    row: Row
    acceptor: str | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceView:
    """验收页: first what this person decides, then the other applications, then what was sent back."""

    mine: tuple[Waiting, ...]
    others: tuple[Waiting, ...]
    returned: tuple[Row, ...]
    recent: tuple[Row, ...]
