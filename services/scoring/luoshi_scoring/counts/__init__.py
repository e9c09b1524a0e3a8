"""计数: how many items of a unit are open, struck off, were returned; each number with a receipt (R8, R62).

An item counts for the units that lead it and for the responsible units, apart. A group named as a whole gives its
members nothing until its part is split. A receipt opens a number to the facts behind it; counting again from all facts
gives the same digits.

Events in and out: none; the numbers are read from `facts`.
"""
