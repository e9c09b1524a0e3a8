"""Business time is set once, and then only moved forward, in development mode."""

from collections.abc import Sequence
from datetime import datetime

from luoshi_common.auth.actions import Action
from luoshi_common.clock import machine_now
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_directory.clock import events, queries, rules
from luoshi_directory.clock.model import Clock, ClockAdvance


async def begin_clock(uow: UnitOfWork, *, at: datetime) -> None:
    """Set the beginning of business time, before anything else has happened; the caller has asked the policy.

    What this unit of work does besides happens at that time, too.

    Raises:
        ClockHasBegun: business time was set or moved before.
    """
    clock = await queries.get_clock_for_update(uow.session)
    if clock.step:
        raise rules.ClockHasBegun
    clock.offset = at - machine_now()
    _step(uow, clock, until=at)
    uow.now = at


async def advance_clock(
    uow: UnitOfWork, *, to: datetime | None, days: int | None, services: Sequence[str]
) -> ClockAdvance:
    """Start moving business time to an instant or by days; `services` are those who must answer each step.

    Raises:
        ClockMovesBackwards: the instant is not in the future of business time.
        ClockIsMoving: another advance is on its way.
    """
    clock = await queries.get_clock_for_update(uow.session)
    uow.allow(Action.ADVANCE_CLOCK, clock.guarded())
    running = await queries.find_running_advance(uow.session)
    if running is not None:
        raise rules.ClockIsMoving(to=running.to)
    advance = ClockAdvance(
        to=rules.target(now=uow.now, to=to, days=days), until=uow.now, awaited=sorted(services), answers={},
        step=clock.step + 1, previous=None, requested_by=uow.actor.person_id, completed_at=None,
    )  # fmt: skip
    uow.session.add(advance)
    _step(uow, clock, until=advance.until)
    return advance


async def note_clock_reached(uow: UnitOfWork, *, by: str, step: int, next_due: datetime | None) -> None:
    """A service has answered a step; the last answer brings the next step or the end of the advance."""
    clock = await queries.get_clock_for_update(uow.session)
    advance = await queries.find_running_advance(uow.session)
    if advance is None or step != advance.step:
        return
    advance.answers = {**advance.answers, by: next_due.isoformat() if next_due else None}
    if set(advance.awaited) - advance.answers.keys():
        return
    until = rules.next_until(
        until=advance.until, to=advance.to, answers=_instants(advance.answers),
        previous=None if advance.previous is None else _instants(advance.previous),
    )  # fmt: skip
    if until is None:
        advance.completed_at = machine_now()
        return
    advance.previous = advance.answers if until == advance.until else None
    advance.answers = {}
    advance.until = until
    # Never less than before: repeating a step must not turn business time back by the time that it took.
    clock.offset = max(clock.offset, until - machine_now())
    _step(uow, clock, until=until)
    advance.step = clock.step


def _step(uow: UnitOfWork, clock: Clock, *, until: datetime) -> None:
    clock.step += 1
    clock.until = until
    uow.emit(events.clock_advanced(clock), record=clock)


def _instants(answers: dict[str, str | None]) -> rules.Answers:
    return {name: datetime.fromisoformat(due) if due else None for name, due in answers.items()}
