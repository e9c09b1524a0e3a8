"""Driven by luoshi_common.db.migrations."""
