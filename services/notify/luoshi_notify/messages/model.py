"""站内消息: the tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_common.auth.policy import Guarded
from luoshi_notify.messages.rules import Duty, MessageKind, Settlement
from luoshi_notify.record import NotifyRecord


class Matter(NotifyRecord):
    """事由: the item or plan that messages are about; remembers which duties were settled by which of its versions."""

    __tablename__ = "matter"
    silent = True

    settled: Mapped[list[Any]] = mapped_column()

    @property
    def settlements(self) -> list[Settlement]:
        """What was settled, in no order."""
        return [
            Settlement(duty=Duty(one["duty"]), version=one["version"], at=datetime.fromisoformat(one["at"]))
            for one in self.settled
        ]

    def settle(self, settlements: list[Settlement]) -> None:
        """Remember more of them; what is known already stays once."""
        more = [{"duty": one.duty, "version": one.version, "at": one.at.isoformat()} for one in settlements]
        self.settled = self.settled + [one for one in more if one not in self.settled]


class Message(NotifyRecord):
    """站内消息: one entry of a person's inbox. The person's name is not in it."""

    __tablename__ = "message"
    entity = "messages"
    silent = True

    person_id: Mapped[UUID] = mapped_column()
    event_id: Mapped[UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    about: Mapped[str] = mapped_column()
    matter_id: Mapped[UUID] = mapped_column(index=True)
    matter_version: Mapped[int] = mapped_column()
    text_key: Mapped[str] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column()
    duty: Mapped[str | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_message_person", "person_id", text("at DESC"), text("id DESC")),
        Index(
            "ix_message_unread", "person_id", text("at DESC"), text("id DESC"), postgresql_where=text("read_at IS NULL")
        ),
        Index(
            "ix_message_open",
            "person_id",
            text("at DESC"),
            text("id DESC"),
            postgresql_where=text("duty IS NOT NULL AND done_at IS NULL"),
        ),
    )

    @property
    def kind(self) -> MessageKind:
        """Whether the person must act."""
        return MessageKind.TOLD if self.duty is None else MessageKind.MUST_ACT

    @property
    def open(self) -> bool:
        """Whether the person still must act."""
        return self.duty is not None and self.done_at is None

    def guarded(self) -> Guarded:
        """Nobody but its person may know that it exists."""
        return Guarded(kind=self.entity, id=str(self.id), persons=frozenset({self.person_id}), secret=True)
