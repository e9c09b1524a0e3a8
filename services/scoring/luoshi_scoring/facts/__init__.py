"""事项事实: the facts about items that counting stands on; the only input of a number (R8).

Every fact is kept as it came, and beside it one row per item with its newest state. Facts may come late, twice or out
of order: a fact is kept once, and the newest state gives way only to a higher version.

Events in: every `tasks` fact that carries an item. Events out: none.
"""
