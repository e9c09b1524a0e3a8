"""Tasks, put together: the only file that knows all its features."""

from luoshi_common.service import Service
from luoshi_tasks.acceptance import api as acceptance
from luoshi_tasks.acceptance.commands import ACCEPTOR_DUE
from luoshi_tasks.acceptance.timers import acceptor_due
from luoshi_tasks.invariants import INVARIANTS
from luoshi_tasks.items import api as items
from luoshi_tasks.plans import api as plans
from luoshi_tasks.record import TasksRecord
from luoshi_tasks.wall import api as wall

SERVICE = Service(
    name="tasks",
    package="luoshi_tasks",
    metadata=TasksRecord.metadata,
    routers=(plans.router, items.router, acceptance.router, wall.router),
    timers={ACCEPTOR_DUE: acceptor_due},
    invariants=INVARIANTS,
)
