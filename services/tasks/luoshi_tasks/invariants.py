"""What must always hold in the tables of tasks."""

from luoshi_common.observability.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="a struck-off item has passed in every part and bears its date",
        requirement="R62",
        sql="""
            SELECT item.id FROM item WHERE item.state = 'struck_off' AND (
                item.struck_off_at IS NULL
                OR EXISTS (SELECT FROM part WHERE part.item_id = item.id AND part.state <> 'passed'))
            """,
    ),
    Invariant(
        name="an item that is not struck off bears no date of it",
        requirement="R62",
        sql="SELECT id FROM item WHERE state <> 'struck_off' AND struck_off_at IS NOT NULL",
    ),
    Invariant(
        name="an item is applied for exactly while an application of it is open",
        requirement="R62",
        sql="""
            SELECT item.id FROM item
            LEFT JOIN strike_off_application a ON a.item_id = item.id AND a.state = 'open'
            WHERE (item.state = 'applied') <> (a.id IS NOT NULL)
            """,
    ),
    Invariant(
        name="an application waits for exactly its undecided parts",
        requirement="R62",
        sql="""
            SELECT a.id FROM strike_off_application a JOIN part_check c ON c.application_id = a.id
            GROUP BY a.id, a.waiting, a.state HAVING count(*) FILTER (WHERE c.passed IS NULL) <> a.waiting
                OR (a.waiting = 0) <> (a.state <> 'open')
            """,
    ),
    Invariant(
        name="an application holds evidence of its own item",
        requirement="R62",
        sql="""
            SELECT a.id FROM strike_off_application a LEFT JOIN evidence e ON e.application_id = a.id
            WHERE e.id IS NULL OR e.item_id <> a.item_id
            """,
    ),
    Invariant(
        name="a binding item has parts, a leader, and a deadline or no end",
        requirement="R61",
        sql="""
            SELECT item.id FROM item WHERE item.state NOT IN ('draft', 'withdrawn') AND (
                item.leader_id IS NULL OR item.issued_at IS NULL OR (item.deadline IS NULL) <> item.continuing
                OR NOT EXISTS (SELECT FROM part WHERE part.item_id = item.id AND part.role = 'lead'))
            """,
    ),
    Invariant(
        name="the items of a confirmed plan are as many as its tasks, those of others none",
        requirement="R60",
        sql="""
            SELECT plan.id FROM plan JOIN reading ON reading.plan_id = plan.id AND reading.number = plan.reading
            WHERE (SELECT count(*) FROM item WHERE item.plan_id = plan.id)
                <> CASE plan.state WHEN 'confirmed' THEN jsonb_array_length(reading.tasks) ELSE 0 END
            """,
    ),
    Invariant(
        name="every finding quotes the source at its place",
        requirement="R1",
        sql="""
            SELECT finding.id FROM finding JOIN reading ON reading.id = finding.reading_id
            WHERE substr(reading.text, finding."offset" + 1, length(finding.quote)) <> finding.quote
            """,
    ),
)
