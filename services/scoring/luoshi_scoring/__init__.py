"""计分: what was done, counted per unit, with a receipt behind every number. Publishes nothing yet; listens to every
item fact of tasks.
"""
