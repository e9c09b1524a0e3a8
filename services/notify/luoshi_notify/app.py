"""告知服务: what notify is made of."""

from luoshi_common.service import Service
from luoshi_notify.invariants import INVARIANTS
from luoshi_notify.messages import api as messages
from luoshi_notify.messages.subscribers import pass_on
from luoshi_notify.record import NotifyRecord

SERVICE = Service(
    name="notify",
    package="luoshi_notify",
    metadata=NotifyRecord.metadata,
    routers=(messages.router,),
    subscribers=(pass_on,),
    invariants=INVARIANTS,
)
