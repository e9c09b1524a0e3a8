"""Telling, closing, and marking as read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from luoshi_common.auth.actions import Action
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import TryLater
from luoshi_notify.messages import events, queries, rules
from luoshi_notify.messages.model import Matter, Message
from luoshi_notify.messages.queries import Concerned
from luoshi_notify.messages.rules import Addressed, Duty, Settlement, Telling


class PeopleUnknown(TryLater):
    """名录未就绪: the directory has not arrived, so nobody could be told; the fact waits."""

    code = "notify.messages.people_unknown"
    title = "名录尚未就绪，请在 {retry_after} 秒后重试"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """消息来由: a fact about a matter (an item or a plan), and what a sentence about it needs.

    `at` is the business time of the fact, UTC; `version` the matter's after it.
    """

    event_id: UUID
    at: datetime
    about: str
    matter_id: UUID
    version: int
    concerned: Concerned
    facts: Mapping[str, Any]


async def pass_on(uow: UnitOfWork, *, news: News, telling: Telling) -> None:
    """Settle what the fact settles, and tell whom it tells (R62). Late and repeated facts do no harm.

    Raises:
        PeopleUnknown: the directory has not arrived yet.
    """
    if not await queries.knows_the_city(uow.session):
        raise PeopleUnknown(retry_after=uow.profile.http.retry_after_seconds)
    matter = await queries.get_matter_for_update(uow.session, news.matter_id)
    if telling.settles:
        matter.settle([Settlement(duty=duty, version=news.version, at=news.at) for duty in sorted(telling.settles)])
        await _close_settled(uow, matter=matter)
    told = await queries.persons_told(uow.session, event_id=news.event_id)
    members = {
        audience: await queries.members_of(uow.session, audience=audience, concerned=news.concerned)
        for audience in rules.audiences_of(telling.tells)
    }
    for addressed in rules.address(tells=telling.tells, members=members):
        if addressed.person_id not in told:
            _deliver(uow, matter=matter, news=news, addressed=addressed)


def _deliver(uow: UnitOfWork, *, matter: Matter, news: News, addressed: Addressed) -> None:
    duty = addressed.duty
    message = Message(
        person_id=addressed.person_id, event_id=news.event_id, at=news.at, about=news.about, matter_id=news.matter_id,
        matter_version=news.version, text_key=addressed.text_key, facts=dict(news.facts), duty=duty, read_at=None,
        done_at=rules.done_at(duty=duty, asked_in=news.version, settlements=matter.settlements) if duty else None,
    )  # fmt: skip
    uow.session.add(message)
    uow.emit(events.delivered(message), record=message)


async def _close_settled(uow: UnitOfWork, *, matter: Matter) -> None:
    settlements = matter.settlements
    for message in await queries.list_asking(uow.session, matter_id=matter.id):
        assert message.duty is not None
        done_at = rules.done_at(duty=Duty(message.duty), asked_in=message.matter_version, settlements=settlements)
        if done_at == message.done_at:
            continue
        if message.done_at is None:
            uow.emit(events.closed(message), record=message)
        # An earlier settlement that arrived late moves the time; that is no news.
        message.done_at = done_at


async def mark_read(uow: UnitOfWork, *, message_id: UUID, expected_version: int | None) -> Message:
    """Say that the person has seen the entry; again, it changes nothing.

    Raises:
        NotFound: there is none, or it is another person's.
        StaleVersion: it changed since it was shown.
    """
    message = await queries.get_for_update(uow.session, message_id)
    uow.allow(Action.MARK_READ, message.guarded())
    if message.read_at is None:
        message.expect(expected_version)
        message.read_at = uow.now
    return message
