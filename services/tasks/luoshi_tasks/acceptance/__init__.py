"""销号、验收: the lead unit says an item is done, a named acceptor of another unit checks each part (R8, R62).

The lead applies for the whole item with a summary and evidence; the acceptor passes or returns every part, the lead's
too. One returned part sends the item back to the state before, parts passed stay passed, the next round covers the
rest. When every part has passed, the item's number is struck off.

States of an application::

    open → passed, returned
    passed → nothing
    returned → nothing

Events out: tasks.strike_off.applied, tasks.strike_off.checked, tasks.strike_off.overdue, tasks.item.returned,
tasks.item.struck_off; each carries the item. Timer: ACCEPTOR_DUE (profile `acceptance.acceptor_days`). Events in: none.
"""
