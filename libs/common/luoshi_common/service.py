"""服务: what one service is made of; `app.py` of each service builds exactly one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import APIRouter
from sqlalchemy import MetaData

from luoshi_common.messaging.subscriber import Subscriber
from luoshi_common.mirror.subscribers import mirror
from luoshi_common.observability.invariants import Invariant
from luoshi_common.timers.poller import TimerHandler

if TYPE_CHECKING:
    from luoshi_common.runtime import ServiceRuntime

type RouterFactory = Callable[["ServiceRuntime"], APIRouter]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: its doors, its listeners, its timers, its tables, and what must always hold in it."""

    name: str
    package: str
    metadata: MetaData
    routers: Sequence[APIRouter] = ()
    router_factories: Sequence[RouterFactory] = ()
    subscribers: Sequence[Subscriber] = ()
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()

    @property
    def listeners(self) -> tuple[Subscriber, ...]:
        """Its own subscribers and the directory mirror that every service keeps."""
        return (mirror, *self.subscribers)
