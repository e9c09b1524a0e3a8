"""服务状态: the one row in which a service keeps what it says about itself (clock steps answered, seals made)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_common.db import mechanism
from luoshi_common.db.base import Record

_ONLY = UUID(int=1)


class ServiceState(Record):
    """服务状态: `clock_step` is the last step of business time answered, `parked_settled` counts parked messages that
    people retried or gave up; its version orders the service's own facts.
    """

    __tablename__ = "service_state"
    metadata = mechanism.metadata
    entity = "services"
    silent = True

    clock_step: Mapped[int] = mapped_column(default=0)
    parked_settled: Mapped[int] = mapped_column(default=0)


async def get_for_update(session: AsyncSession) -> ServiceState:
    """The row, locked; made when it is asked for the first time."""
    first = insert(ServiceState).values(id=_ONLY, version=1, clock_step=0, parked_settled=0).on_conflict_do_nothing()
    await session.execute(first)
    return (await session.execute(select(ServiceState).with_for_update())).scalar_one()
