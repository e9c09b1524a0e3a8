"""告知: the in-app inbox of the person who asks."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from luoshi_client.session import Answer, ServiceSession, Value


class Message(Value):
    """消息: `text_key` names the sentence, `facts` fill it in; times are business time, UTC."""

    id: UUID
    kind: str
    open: bool
    at: datetime
    about: str
    about_id: UUID
    text_key: str
    facts: dict[str, Any]
    done_at: datetime | None = None
    read_at: datetime | None = None
    version: int


class MessagePage(Value):
    """一页消息."""

    items: tuple[Message, ...]
    next: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Read a page."""
        return cls.model_validate(answer.data)


class InboxCounts(Value):
    """收件箱计数: a number above `counted_to` stands for "more than that"."""

    unread: int
    must_act: int
    counted_to: int


class Notify:
    """告知服务."""

    def __init__(self, session: ServiceSession) -> None:
        self._session = session

    async def inbox(
        self, *, unread: bool = False, must_act: bool = False, after: str | None = None, limit: int | None = None
    ) -> MessagePage:
        """My entries, newest first; `must_act` those that still wait for me."""
        return MessagePage.of(
            await self._session.get("/inbox", unread=unread, must_act=must_act, after=after, limit=limit)
        )

    async def counts(self) -> InboxCounts:
        """How many of my entries are unread, and how many wait for me."""
        return InboxCounts.model_validate((await self._session.get("/inbox/counts")).data)

    async def mark_read(self, message_id: str, *, version: int) -> Message:
        """Say that I have seen an entry."""
        return Message.model_validate((await self._session.post(f"/inbox/{message_id}/read", version=version)).data)
