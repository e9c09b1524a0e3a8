"""计分服务: what scoring is made of."""

from luoshi_common.service import Service
from luoshi_scoring.counts import api as counts
from luoshi_scoring.facts.subscribers import keep_item_facts
from luoshi_scoring.invariants import INVARIANTS
from luoshi_scoring.record import ScoringRecord

SERVICE = Service(
    name="scoring",
    package="luoshi_scoring",
    metadata=ScoringRecord.metadata,
    routers=(counts.router,),
    subscribers=(keep_item_facts,),
    invariants=INVARIANTS,
)
