"""单位: the units of a city with their types and dated aliases, and groups that expand to members at a date (R47).

Events out: `directory.unit.changed`, `directory.group.changed`. Entries come from the city folder; nothing is deleted:
a unit that left the folder becomes inactive and keeps its id, so that old items still name it.
"""
