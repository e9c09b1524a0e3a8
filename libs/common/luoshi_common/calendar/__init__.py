"""日历: working days, working time, periods and cadences; pure values, no I/O, and nobody here asks the time."""
