"""Records, the unit of work, and the migration environment; knows no entity of any service."""
