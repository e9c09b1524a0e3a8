"""Alembic wants a file of this name; `luoshi_common.db.migrations` drives it."""
