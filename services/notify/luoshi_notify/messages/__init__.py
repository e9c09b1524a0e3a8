"""站内消息: a person's in-app inbox: what waits for them, what they should know (R61, R62).

One entry for a fact and a person; who gets which stands in one table, `rules.TELLING`. An entry that asks for an act is
open until the act is done, by whomever: a later fact about the same matter closes it. Facts may come late, twice or out
of order; what is open in the end depends only on which facts there were.

States of an entry that asks for an act: open → done. An entry that only tells has none. Both may be unread or read.

Events in: tasks.plan.imported, tasks.plan.confirmed, tasks.item.issued, tasks.strike_off.applied,
tasks.strike_off.checked, tasks.item.returned, tasks.item.struck_off, tasks.strike_off.overdue.
Events out: notify.message.delivered, notify.message.closed.
"""
