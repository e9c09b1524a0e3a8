"""不变量: what must always hold in notify's tables."""

from luoshi_common.observability.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="every entry about a matter stands beside that matter",
        requirement="R62",
        sql="SELECT message.id FROM message LEFT JOIN matter ON matter.id = matter_id WHERE matter.id IS NULL",
    ),
    Invariant(
        name="a duty is done exactly if a later fact settled it",
        requirement="R62",
        sql="""
        SELECT message.id, duty, done_at, settled_at
        FROM message JOIN matter ON matter.id = matter_id, LATERAL (
          SELECT (array_agg((one->>'at')::timestamptz ORDER BY (one->>'version')::int))[1] AS settled_at
          FROM jsonb_array_elements(settled) AS one
          WHERE one->>'duty' = duty AND (one->>'version')::int > matter_version
        ) AS first
        WHERE duty IS NOT NULL AND done_at IS DISTINCT FROM settled_at
        """,
    ),
)
