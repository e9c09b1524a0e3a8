"""Answers of the services to the steps of business time."""

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.every_service import ClockReached
from luoshi_common.messaging.subscriber import Received, reaction
from luoshi_directory.clock import commands


@reaction("clock", ClockReached)
async def clock_reached(uow: UnitOfWork, event: Received) -> None:
    """Note that a service has reached a step."""
    reached: ClockReached = event.payload
    await commands.note_clock_reached(uow, by=event.kind.service, step=reached.step, next_due=reached.next_due)
