"""收件箱: who must act and who is told, newest first."""

from dataclasses import dataclass, field
from datetime import date, datetime

from luoshi_console.views import Facts, Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """收件: one entry of my inbox; ``text`` is a message key, ``facts`` fill it in."""

    id: str
    at: datetime
    text: str
    href: str
    must_act: bool
    read: bool
    version: int = 1
    due: date | None = None
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxView:
    """收件箱页: a page of entries, and how many are unread."""

    letters: tuple[Letter, ...]
    unread: int
    only_unread: bool
    paging: Paging
