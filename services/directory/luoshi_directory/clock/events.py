"""What leaves this feature."""

from luoshi_common.events.directory import ClockAdvanced
from luoshi_directory.clock.model import Clock


def clock_advanced(clock: Clock) -> ClockAdvanced:
    """业务时间推进: one step."""
    assert clock.until is not None
    return ClockAdvanced(step=clock.step, offset_seconds=clock.offset.total_seconds(), until=clock.until)
