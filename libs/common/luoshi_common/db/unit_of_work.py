"""工作单元: the one place where anything is committed.

Leaving it flushes the records and writes audit line, events, timers and the stored answer in the same transaction,
commits, and wakes the relay. A change that nobody allowed, or that no event tells, cannot be committed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import event as sa_event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import instance_state

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import Guarded, require
from luoshi_common.calendar.workdays import WorkCalendar
from luoshi_common.clock import machine_now
from luoshi_common.db import mechanism
from luoshi_common.db.base import Record
from luoshi_common.events.envelope import Envelope
from luoshi_common.events.registry import Payload, event_type_of
from luoshi_common.idempotency import AlreadyAnswered, IdempotencyClaim, StoredAnswer
from luoshi_common.ids import new_id
from luoshi_common.observability.tracing import current_traceparent
from luoshi_common.policy.profile import Profile
from luoshi_common.reasons import Reason

_OWNER = "unit_of_work"


class UnspokenChange(RuntimeError):
    """A record changed that no event tells and that is not `silent`: a fault in a command."""


class UnaskedChange(RuntimeError):
    """A commit or a read that asked neither `allow` nor `as_system`: a fault in a command."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is read once at the edge and holds for the whole unit of work."""

    city: str
    mode: Mode
    now: datetime
    profile: Profile
    calendar: WorkCalendar
    correlation_id: str | None = None
    causation_id: str | None = None
    claim: IdempotencyClaim | None = None


@dataclass
class _Said:
    """What one subject has to say at commit."""

    record: Record
    actions: list[str] = field(default_factory=list)
    events: list[tuple[UUID, Payload, int]] = field(default_factory=list)
    because: list[Reason] = field(default_factory=list)


class UnitOfWork:
    """Its values (session, actor, now, profile, calendar, city, mode) and three verbs (allow, emit, schedule)."""

    def __init__(self, *, session: AsyncSession, actor: Actor, circumstances: Circumstances) -> None:
        self.session = session
        self.actor = actor
        self.now = circumstances.now
        self.profile = circumstances.profile
        self.calendar = circumstances.calendar
        self.city = circumstances.city
        self.mode = circumstances.mode
        self._circumstances = circumstances
        self._rows = mechanism.Rows()
        self._said: dict[str, _Said] = {}
        self._asked: list[tuple[Action, Guarded]] = []
        self._system_reason = ""
        self._bumped: set[int] = set()
        self._changed: dict[int, Record] = {}
        session.sync_session.info[_OWNER] = self

    def allow(self, action: Action, subject: Guarded) -> None:
        """Ask the access policy.

        Raises:
            Forbidden: the actor may not, and is told who may.
            NotFound: the actor must not learn that it exists.
        """
        require(self.actor, action, subject, self._circumstances.mode)
        self._asked.append((action, subject))

    def as_system(self, reason: str) -> None:
        """Act without a person: a timer, a message, a start-up task. The reason stands in the audit line."""
        self._system_reason = reason

    def emit(self, payload: Payload, *, record: Record, because: Sequence[Reason] = ()) -> None:
        """Tell a fact about `record`: each fact raises its version by one, which is the event's entity version."""
        said = self._said.setdefault(record.subject, _Said(record))
        if instance_state(record).has_identity or said.events:
            record.version += 1
        self._bumped.add(id(record))
        said.events.append((new_id(), payload, record.version))
        said.because.extend(because)

    def schedule(self, kind: str, *, record: Record, at: datetime, payload: Mapping[str, str] | None = None) -> None:
        """Plan a durable timer in business time; a second one of the same kind and record replaces the first."""
        key = (kind, record.subject)
        self._rows.cancelled = [other for other in self._rows.cancelled if other != key]
        self._rows.timers[key] = (at, orjson.dumps(dict(payload or {})).decode())

    def cancel(self, kind: str, *, record: Record) -> None:
        """Drop a planned timer; none is fine."""
        self._rows.timers.pop((kind, record.subject), None)
        self._rows.cancelled.append((kind, record.subject))

    def remember_answer(self, answer: StoredAnswer) -> None:
        """Keep the answer of a creating request, so that a repeat of it gets the same (48 h)."""
        claim = self._circumstances.claim
        if claim is None:
            return
        self._rows.answer = mechanism.AnswerRow(
            actor=claim.actor_id, method=claim.method, path=claim.path, key=claim.key, body_sha256=claim.body_sha256,
            status=answer.status, headers=orjson.dumps(dict(answer.headers)).decode(), body=answer.body,
        )  # fmt: skip

    @property
    def published(self) -> bool:
        """Whether this unit of work has events for the relay."""
        return bool(self._rows.events)

    async def settle(self) -> None:
        """Flush, write the mechanism rows and commit. Only `Database.unit_of_work` calls this."""
        await self.session.flush()
        self._check()
        self._compose()
        if self._rows:
            await mechanism.write(await self.session.connection(), self._rows)
        await self.session.commit()

    def _check(self) -> None:
        if not self._asked and not self._system_reason:
            raise UnaskedChange("neither allow() nor as_system() was called")
        told = {said.record.id for said in self._said.values() if said.events}
        for record in self._changed.values():
            owner = getattr(record, record.owner) if record.owner else None
            if not record.silent and record.id not in told and owner not in told:
                raise UnspokenChange(f"{type(record).__name__} changed without an event")

    def _compose(self) -> None:
        for record in self._changed.values():
            if record.entity and not record.owner:
                self._said.setdefault(record.subject, _Said(record))
        for subject, said in self._said.items():
            own = [action.value for action, guarded in self._asked if guarded.id == str(said.record.id)]
            # What was asked about something else names it: the record may only count it.
            said.actions = own or [f"{action.value} {guarded.kind}/{guarded.id}" for action, guarded in self._asked]
            self._rows.audit[subject] = self._line(subject, said)
            for event_id, payload, version in said.events:
                kind = event_type_of(type(payload))
                envelope = self._envelope(event_id, payload, subject, version)
                self._rows.events.append((event_id, kind.subject(self._circumstances.city), envelope.encode()))

    def _envelope(self, event_id: UUID, payload: Payload, subject: str, version: int) -> Envelope[Payload]:
        around = self._circumstances
        return Envelope(
            id=event_id, city=around.city, entity=subject, entity_version=version, time=self.now,
            recorded_at=machine_now(), actor=self.actor.id, payload=payload, kind=event_type_of(type(payload)),
            correlation_id=around.correlation_id, causation_id=around.causation_id, traceparent=current_traceparent(),
        )  # fmt: skip

    def _line(self, subject: str, said: _Said) -> str:
        line: dict[str, Any] = {
            "subject": subject,
            "version": said.record.version,
            "actor": self.actor.id,
            "unit": str(self.actor.unit_id) if self.actor.unit_id else None,
            "actions": said.actions,
            "system": self._system_reason or None,
            "events": [
                {"id": str(event_id), "type": event_type_of(type(payload)).type} for event_id, payload, _ in said.events
            ],
            "because": [
                {"rule": r.rule, "requirement": r.requirement, "inputs": dict(r.inputs), "text": r.text}
                for r in said.because
            ],
            "at": self.now.isoformat(),
            "recorded_at": machine_now().isoformat(),
            "correlation": self._circumstances.correlation_id,
        }
        return orjson.dumps(line, option=orjson.OPT_SORT_KEYS).decode()

    def _bump(self, record: Record) -> None:
        """A record that changes without a fact of its own still rises once; a new one starts at 1."""
        if id(record) in self._bumped:
            return
        self._bumped.add(id(record))
        if instance_state(record).has_identity:
            record.version += 1

    def note_changes(self, session: Session) -> None:
        """Remember what a flush is about to write; each changed record rises by a version."""
        for record in session.new:
            if isinstance(record, Record):
                self._changed[id(record)] = record
                self._bumped.add(id(record))
        for record in (*session.dirty, *session.deleted):
            if isinstance(record, Record) and (record in session.deleted or session.is_modified(record)):
                self._changed[id(record)] = record
                self._bump(record)


class UnitSession(Session):
    """会话: the session of a unit of work; it tells its owner before each flush."""


@sa_event.listens_for(UnitSession, "before_flush")
def _before_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    owner: UnitOfWork = session.info[_OWNER]
    owner.note_changes(session)


class Database:
    """Opens units of work on one service's database."""

    def __init__(self, *, sessions: async_sessionmaker[AsyncSession], wake: Callable[[], None]) -> None:
        self._sessions = sessions
        self._wake = wake

    @asynccontextmanager
    async def unit_of_work(
        self, *, actor: Actor, around: Callable[[AsyncSession], Awaitable[Circumstances]], read_only: bool = False
    ) -> AsyncIterator[UnitOfWork]:
        """Open one transaction; leaving it without an exception commits, else nothing has happened.

        `around` reads what holds for the unit of work as the first statement of the same transaction.

        Raises:
            UnspokenChange, UnaskedChange: a fault in the command.
            AlreadyAnswered: a twin of the same idempotent request committed first.
        """
        async with self._sessions() as session:
            circumstances = await around(session)
            uow = UnitOfWork(session=session, actor=actor, circumstances=circumstances)
            yield uow
            if read_only:
                uow._check()
                return
            try:
                await uow.settle()
            except asyncpg.UniqueViolationError as conflict:
                if conflict.constraint_name == "pk_idempotency_key":
                    raise AlreadyAnswered from conflict
                raise
        if uow.published:
            self._wake()
