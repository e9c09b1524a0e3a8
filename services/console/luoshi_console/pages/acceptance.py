"""验收销号: what waits for an acceptor, and what my unit has applied for (R62)."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from luoshi_client.tasks import Item
from luoshi_console.pages.showing import Row, row_of, sign_of
from luoshi_console.views import Sign
from luoshi_console.visit import Page, Visit

LONGEST = 200
RECENT = 8


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


async def build(visit: Visit) -> AcceptanceView:
    """Sort the applications into mine and others; beside them what was sent back and what is done."""
    applied, issued, struck_off = await asyncio.gather(
        *(visit.services.tasks.items(state=state, limit=LONGEST) for state in ("applied", "issued", "struck_off"))
    )
    me = visit.me.id if visit.me else None
    mine = [item for item in applied.items if str(item.acceptor_id) == me]
    others = [item for item in applied.items if str(item.acceptor_id) != me]
    done = sorted(struck_off.items, key=_struck_off_at, reverse=True)
    return AcceptanceView(
        mine=tuple(_waiting(item) for item in mine),
        others=tuple(_waiting(item) for item in others),
        returned=tuple(row_of(item) for item in issued.items if sign_of(item) is Sign.RETURNED),
        recent=tuple(row_of(item) for item in done[:RECENT]),
    )


def _waiting(item: Item) -> Waiting:
    return Waiting(row=row_of(item), acceptor=item.acceptor.name if item.acceptor else None)


def _struck_off_at(item: Item) -> datetime:
    return item.struck_off_at or datetime.min.replace(tzinfo=UTC)


PAGE = Page(path="/acceptance", template="acceptance.html", build=build)
