"""工作台: what I must do, what happened, how my unit stands."""

import asyncio
from dataclasses import dataclass
from datetime import date

from luoshi_client.tasks import Item
from luoshi_common.auth.actions import Action
from luoshi_common.auth.roles import Role
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
    leading: bool = False


async def build(visit: Visit) -> BenchView:
    """Ask notify for my entries, scoring for my unit's counts, tasks for its items.

    The office, which has no items of its own, sees those of all that need it: drafts, applications, items sent back.
    A leader sees the items that they lead.
    """
    assert visit.me is not None
    me, unit_id = visit.me, visit.me.unit_id
    watching, leading = visit.may(Action.ISSUE_ITEM), Role.LEADER in me.actor.roles
    todo, told, counts, items = await asyncio.gather(
        visit.services.notify.inbox(must_act=True),
        visit.services.notify.inbox(limit=LATEST * 3),
        visit.services.scoring.unit_counts(unit_id),
        visit.services.tasks.items(unit=None if watching or leading else unit_id, limit=LONGEST),
    )
    shown = counts_of(counts)
    if watching:
        listed = [item for item in items.items if sign_of(item) in WATCHED]
    else:
        listed = [i for i in items.items if i.state not in DONE and (not leading or str(i.leader_id) == me.id)]
    return BenchView(
        todo=tuple(letter_of(message) for message in todo.items),
        told=tuple(letter_of(message) for message in told.items if message.kind != "must_act")[:LATEST],
        counts=shown if any(count.number for count in shown) else (),
        unit_id=unit_id,
        unit=visit.me.view.unit,
        mine=tuple(row_of(item) for item in sorted(listed, key=_urgency)),
        watching=watching,
        leading=leading,
    )


def _urgency(item: Item) -> tuple[date, int]:
    return item.deadline or date.max, item.no


PAGE = Page(path="/", template="bench.html", build=build)
