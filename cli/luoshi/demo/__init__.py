"""演示: the reference city and a story that plays itself in it, through the public APIs only. Invented data."""
