"""工作台: what I must do, what happened, how my unit stands."""

from dataclasses import dataclass

from luoshi_console.pages.inbox import Letter
from luoshi_console.pages.items import Row
from luoshi_console.pages.unit import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchView:
    """工作台: unread entries that need an act, the latest told ones, counts and open items of my unit."""

    todo: tuple[Letter, ...]
    told: tuple[Letter, ...]
    counts: tuple[Count, ...]
    unit_id: str | None
    unit: str
    mine: tuple[Row, ...]
