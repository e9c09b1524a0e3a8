"""时间: the only module that asks the machine what time it is.

Business time (due dates, months, timers) is machine time plus an offset that only development mode moves.
Machine time rules tokens, sessions, leases, retries, rate limits, dedupe and traces.
Instants are aware and in UTC; Asia/Shanghai is used at the edge and for everything that has a date.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def machine_now() -> datetime:
    """Read the machine's clock: aware, in UTC."""
    return datetime.now(UTC)


def to_shanghai(at: datetime) -> datetime:
    """Show an aware instant on the clocks of Asia/Shanghai; a naive one raises ValueError."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(SHANGHAI)


def shanghai_date(at: datetime) -> date:
    """Give the calendar date that an aware instant has in Asia/Shanghai; a naive one raises ValueError."""
    return to_shanghai(at).date()
