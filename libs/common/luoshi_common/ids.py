"""Identities: UUIDv7, so that keys sort by the time they were made (machine time)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return uuid7()
