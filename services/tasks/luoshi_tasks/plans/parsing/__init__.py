"""Reading a plan 方案解析 (R1–R48, E1–E53): text in, areas, tasks and findings out; pure, only `reader` meets bytes.

The way of a text: `reader` (bytes → text) → `admission` (what is refused) → `source` (wrapper and chunk marks off,
every place still known) → `tables` → `marks` → `structure` (areas and entries) → `roles`, `deadlines`, `indicators`
per entry → `checks` of the whole. `clauses`, `clues` and `misreadings` are data.
"""
