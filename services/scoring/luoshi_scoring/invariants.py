"""不变量: what must always hold in scoring's tables."""

from luoshi_common.observability.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="the newest state of an item is that of its newest fact",
        requirement="R8",
        sql="""
        SELECT item_id, item.version, newest.version, item.state, newest.state
        FROM item_state AS item FULL JOIN (
          SELECT DISTINCT ON (item_id) item_id, version, state, lead, responsible
          FROM item_fact ORDER BY item_id, version DESC
        ) AS newest USING (item_id)
        WHERE (item.version, item.state, item.lead, item.responsible)
          IS DISTINCT FROM (newest.version, newest.state, newest.lead, newest.responsible)
        """,
    ),
    Invariant(
        name="an item has one fact of a version",
        requirement="R8",
        sql="SELECT item_id, version, count(*) FROM item_fact GROUP BY item_id, version HAVING count(*) > 1",
    ),
)
