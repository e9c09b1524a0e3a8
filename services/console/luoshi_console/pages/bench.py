"""工作台: what I must do, what happened, how my unit stands."""

import asyncio
from dataclasses import dataclass
from datetime import date

from luoshi_client.tasks import Item
from luoshi_common.auth.actions import Action
from luoshi_console.pages.inbox import Letter, letter_of
from luoshi_console.pages.showing import Row, row_of, sign_of
from luoshi_console.pages.unit import Count, counts_of
from luoshi_console.views import Sign
from luoshi_console.visit import Page, Visit

LATEST = 6
LONGEST = 200
WATCHED = frozenset({Sign.DRAFT, Sign.WAITING, Sign.APPLIED, Sign.RETURNED})
DONE = frozenset({"struck_off", "withdrawn", "carried_over", "draft"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchView:
    """工作台: entries that wait for me, the latest told ones, counts and open items of my unit."""

    todo: tuple[Letter, ...]
    told: tuple[Letter, ...]
    counts: tuple[Count, ...]
    unit_id: str | None
    unit: str
    mine: tuple[Row, ...]
    watching: bool = False


async def build(visit: Visit) -> BenchView:
    """Ask notify for my entries, scoring for my unit's counts, tasks for its items.

    The office, which has no items of its own, sees those of all that need it: drafts, applications, items sent back.
    """
    assert visit.me is not None
    unit_id, watching = visit.me.unit_id, visit.may(Action.ISSUE_ITEM)
    todo, told, counts, items = await asyncio.gather(
        visit.services.notify.inbox(must_act=True),
        visit.services.notify.inbox(limit=LATEST * 3),
        visit.services.scoring.unit_counts(unit_id),
        visit.services.tasks.items(unit=None if watching else unit_id, limit=LONGEST),
    )
    shown = counts_of(counts)
    listed = [item for item in items.items if (_needs_office(item) if watching else item.state not in DONE)]
    return BenchView(
        todo=tuple(letter_of(message) for message in todo.items),
        told=tuple(letter_of(message) for message in told.items if message.kind != "must_act")[:LATEST],
        counts=shown if any(count.number for count in shown) else (),
        unit_id=unit_id,
        unit=visit.me.view.unit,
        mine=tuple(row_of(item) for item in sorted(listed, key=_urgency)),
        watching=watching,
    )


def _needs_office(item: Item) -> bool:
    return sign_of(item) in WATCHED


def _urgency(item: Item) -> tuple[date, int]:
    return item.deadline or date.max, item.no


PAGE = Page(path="/", template="bench.html", build=build)
