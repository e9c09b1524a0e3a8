"""House rules as small checks of the syntax tree: one file per rule, `python -m tools.houserules` runs them all.

A rule is a module with a `SENTENCE` (what the house wants, as shown to the person who broke it) and a function
`faults(source)` that yields the lines that break it. A module whose name begins with `_` is not a rule.
"""
