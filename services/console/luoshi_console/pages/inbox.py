"""收件箱: who must act and who is told, newest first."""

from dataclasses import dataclass, field
from datetime import datetime

from luoshi_client.notify import Message
from luoshi_console.forms import Form
from luoshi_console.pages.login import inside
from luoshi_console.views import Facts, Paging
from luoshi_console.visit import Act, Done, Page, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """收件: one entry of my inbox; ``text`` is a message key, ``facts`` fill it in."""

    id: str
    at: datetime
    text: str
    href: str
    must_act: bool
    open: bool
    read: bool
    version: int = 1
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxView:
    """收件箱页: a page of entries, and how many are unread."""

    letters: tuple[Letter, ...]
    unread: int
    only_unread: bool
    paging: Paging


def letter_of(message: Message) -> Letter:
    """Show an entry: a duty that was done meanwhile asks for nothing any more."""
    plan = message.about == "plans"
    return Letter(
        id=str(message.id),
        at=message.at,
        text=message.text_key,
        href=f"/imports/{message.about_id}" if plan else f"/items/{message.about_id}",
        must_act=message.kind == "must_act",
        open=message.open,
        read=message.read_at is not None,
        version=message.version,
        facts=Facts(message.facts),
    )


async def build(visit: Visit) -> InboxView:
    """Show a page of my entries."""
    only_unread = visit.query.get("unread") == "1"
    page = await visit.services.notify.inbox(unread=only_unread, after=visit.query.get("after"))
    counts = await visit.services.notify.counts()
    more = f"/inbox?{'unread=1&' if only_unread else ''}after={page.next}" if page.next else None
    return InboxView(
        letters=tuple(letter_of(message) for message in page.items),
        unread=counts.unread,
        only_unread=only_unread,
        paging=Paging(next_href=more),
    )


async def mark_read(visit: Visit, form: Form) -> Done:
    """Say that I have seen an entry, and stay where I was."""
    await visit.services.notify.mark_read(visit.params["message_id"], version=form.number("version") or 0)
    return Done(location=inside(form.text("back", "/inbox")))


PAGE = Page(path="/inbox", template="inbox.html", build=build)
ACTS = (Act(path="/inbox/{message_id}/read", do=mark_read, page=PAGE),)
