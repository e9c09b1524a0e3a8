"""方案: a plan document is imported, its reading reviewed and confirmed by a person, and issued item by item.

Serves R1, R15, R34–R38, R47, R48, R95.

The same file again is the same plan; a corrected file of the same title and year is a new reading, shown as a
difference to the one before. A document with a mark of secrecy is refused and not kept.

States::

    reviewing → confirmed
    confirmed → nothing

Events out: tasks.plan.imported, tasks.plan.finding_accepted, tasks.plan.confirmed. Events in: none.
"""
