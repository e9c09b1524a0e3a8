"""大屏: the whole list of a year at one look, as one read model for the wall board (R2, R82).

Nothing is stored here: tiles, counts and the latest facts are read from items and applications, so that a wall that
was away shows the same as one that never slept. Events out: none. Events in: none.
"""
