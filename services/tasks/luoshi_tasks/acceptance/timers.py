"""What happens when an acceptor's time is over."""

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.timers.poller import Due
from luoshi_tasks.acceptance import commands


async def acceptor_due(uow: UnitOfWork, due: Due) -> None:
    """ACCEPTOR_DUE: tell that the decision is overdue."""
    await commands.note_overdue(uow, application_id=due.subject_id)
