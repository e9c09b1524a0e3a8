"""任务: what was decided, who owes it, is it done.

Owns plans, the responsibility list, strike-off applications and evidence, and the wall board. Publishes `tasks.plan.*`,
`tasks.item.*` and `tasks.strike_off.*`. Listens to the directory only, through the mirror.
"""
