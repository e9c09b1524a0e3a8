"""挂图: what the wall board shows, as the tasks service answers it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from luoshi_client.refs import UnitRef
from luoshi_client.session import Value


class WallTile(Value):
    """任务牌: one item; `parts` are the states of its parts, the lead's first."""

    id: UUID
    no: int
    title: str
    short_title: str
    state: str
    returned: bool
    waits_for: tuple[str, ...] = ()
    lead: tuple[UnitRef, ...] = ()
    parts: tuple[str, ...] = ()
    deadline: date | None = None
    continuing: bool = False


class WallArea(Value):
    """领域 with its tiles."""

    no: int
    title: str
    tiles: tuple[WallTile, ...] = ()


class WallUnit(Value):
    """牵头单位: how many items it leads are open and struck off."""

    id: UUID
    name: str
    open: int
    struck_off: int


class WallTotals(Value):
    """总览."""

    total: int
    struck_off: int
    applied: int
    returned: int
    issued: int
    draft: int
    waiting: int
    due_soon: int
    overdue: int


class WallMonth(Value):
    """月份 in which something falls due."""

    month: int
    due: int
    struck_off: int


class WallFact(Value):
    """动态: `count` items at once where more than one were issued together."""

    at: datetime
    kind: str
    item_id: UUID
    no: int
    short_title: str
    count: int = 1
    unit: str = ""


class Wall(Value):
    """大屏: `year` None where there is no list yet; `year_share` is the part of the year that is over, 0–1."""

    now: datetime
    year: int | None = None
    year_share: Decimal
    plans: tuple[str, ...] = ()
    totals: WallTotals
    areas: tuple[WallArea, ...] = ()
    units: tuple[WallUnit, ...] = ()
    months: tuple[WallMonth, ...] = ()
    facts: tuple[WallFact, ...] = ()
