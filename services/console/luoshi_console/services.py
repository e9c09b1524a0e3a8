"""服务: the typed clients of the four services, on behalf of one person; refusals become the console's own problems."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import httpx

from luoshi_client.directory import Directory
from luoshi_client.notify import Notify
from luoshi_client.scoring import Scoring
from luoshi_client.session import ServiceSession
from luoshi_client.tasks import Tasks
from luoshi_common.auth.tokens import TokenMinter

SPOKEN = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """服务: what one visit may ask, as one person (or as a stranger)."""

    directory: Directory
    tasks: Tasks
    scoring: Scoring
    notify: Notify


type ServicesFor = Callable[[UUID | None, str], Services]


def services_for(client: httpx.AsyncClient, *, minter: TokenMinter) -> ServicesFor:
    """Reach the services below `/api/<service>` of the client's base address, with tokens minted here."""

    def bound(person_id: UUID | None, language: str) -> Services:
        def session(name: str) -> ServiceSession:
            token = (lambda: minter.mint(person_id)) if person_id else None
            return ServiceSession(client, root=f"/api/{name}", token=token, language=SPOKEN[language])

        return Services(
            directory=Directory(session("directory")),
            tasks=Tasks(session("tasks")),
            scoring=Scoring(session("scoring")),
            notify=Notify(session("notify")),
        )

    return bound
