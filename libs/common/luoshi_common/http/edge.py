"""边: what a handler declares to be given its unit of work: Reading, Changing, Creating or CreatingOn.

::

    async with command as uow:          # leaving commits, before anything is answered
        item = await commands.issue(uow, item_id=item_id, expected_version=command.expected_version)
        command.answer(ItemOut.of(item), version=item.version)
    return command.response
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Annotated, Any, Protocol
from uuid import UUID

import orjson
from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from luoshi_common.auth.actor import Actor, ActorKind
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import TokenVerifier
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import Refused, Unauthenticated, UnsupportedMedia
from luoshi_common.http.arrival import Arrival, arrival_of
from luoshi_common.http.etag import etag_of, optional_version, required_version
from luoshi_common.http.idempotency import TwinInProgress, claim_of, refuse_nul, replay
from luoshi_common.idempotency import AlreadyAnswered, IdempotencyClaim, StoredAnswer
from luoshi_common.observability.metrics import Metrics
from luoshi_common.policy.profile import Profile

JSON = "application/json"
VERSION = "/v1"
"""Where the routers of a service stand."""
_BODIES = (JSON, "multipart/form-data")

type Content = BaseModel | Mapping[str, Any] | list[Any] | None


class EdgeRuntime(Protocol):
    """运行环境: what the edge needs of the running service."""

    @property
    def service_name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def verifier(self) -> TokenVerifier: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def profile(self) -> Profile: ...

    async def actor_of(self, person_id: UUID) -> Actor:
        """Give the person with the roles, unit and posts of this moment; Unauthenticated if the directory has none."""

    def unit_of_work(
        self,
        actor: Actor,
        *,
        correlation_id: str | None = None,
        idempotency: IdempotencyClaim | None = None,
        read_only: bool = False,
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a unit of work; AlreadyAnswered on leaving where a twin of the claim was faster."""

    async def find_answer(self, claim: IdempotencyClaim) -> StoredAnswer | None:
        """Find what was answered to this actor, method, path and key, whatever the body."""

    def ready(self) -> list[str]:
        """Say why the service is not ready; nothing if it is."""


class Exchange:
    """往来: one request and its answer, around one unit of work."""

    def __init__(
        self,
        request: Request,
        actor: Actor,
        *,
        expected_version: int | None = None,
        claim: IdempotencyClaim | None = None,
        read_only: bool = False,
    ) -> None:
        self.actor = actor
        self.expected_version = expected_version
        self._arrival: Arrival = arrival_of(request.scope)
        self._root: str = request.scope.get("root_path", "")
        self._runtime: EdgeRuntime = request.app.state.runtime
        self._claim = claim
        self._read_only = read_only
        self._response: Response | None = None
        self._uow: UnitOfWork | None = None
        self._unit = self._runtime.unit_of_work(
            actor,
            correlation_id=self._arrival.request_id,
            idempotency=claim,
            read_only=read_only,
        )

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self._arrival.language

    @property
    def response(self) -> Response:
        """The answer that was built; asking for one that was not is a fault in the handler."""
        if self._response is None:
            raise RuntimeError("the handler has not called answer()")
        return self._response

    def answer(
        self,
        content: Content = None,
        *,
        status: int = 200,
        version: int | None = None,
        location: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Build the answer, with ETag from `version` and Location from `location` (a path below /v1, as in routers)."""
        said = dict(headers or {})
        if version is not None:
            said["ETag"] = etag_of(version)
        if location is not None:
            said["Location"] = self._root + VERSION + location
        body = _bytes_of(content)
        if body:
            said["Content-Type"] = JSON
        self._response = Response(body, status_code=status, headers=said)
        if self._claim is not None and self._uow is not None:
            digest = self._claim.body_sha256
            self._uow.remember_answer(StoredAnswer(status=status, headers=said, body=body, body_sha256=digest))

    async def __aenter__(self) -> UnitOfWork:
        """Open the unit of work."""
        self._uow = await self._unit.__aenter__()
        return self._uow

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or undo. A twin that was faster turns a refusal, too, into the answer that it got."""
        if error is None and self._response is None and not self._read_only:
            error = RuntimeError("the handler has not called answer()")
            await self._unit.__aexit__(type(error), error, trace)
            raise error
        try:
            await self._unit.__aexit__(kind, error, trace)
        except AlreadyAnswered as twin:
            await self._give_stored_answer()
            raise TwinInProgress from twin
        if isinstance(error, Refused):
            await self._give_stored_answer()

    async def _give_stored_answer(self) -> None:
        if self._claim is not None and (stored := await self._runtime.find_answer(self._claim)):
            raise replay(stored, claim=self._claim)


async def _actor(
    request: Request,
    _token: Annotated[HTTPAuthorizationCredentials | None, Security(HTTPBearer(auto_error=False))],
) -> Actor:
    claims = arrival_of(request.scope).claims
    if claims is None:
        return Actor.anonymous()
    runtime: EdgeRuntime = request.app.state.runtime
    return await runtime.actor_of(claims.person_id)


CallerActor = Annotated[Actor, Depends(_actor)]


async def _signed_in(request: Request, actor: CallerActor) -> Actor:
    """Nobody changes anything before signing in; and what cannot be read is refused before it is looked at."""
    if actor.kind is ActorKind.ANONYMOUS:
        raise Unauthenticated
    kind = request.headers.get("content-type", JSON)
    if not kind.startswith(_BODIES):
        raise UnsupportedMedia(accepted=_BODIES)
    await refuse_nul(request)
    return actor


_SignedIn = Annotated[Actor, Depends(_signed_in)]
_IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version that is changed, as `"3"`')]
_Key = Annotated[str | None, Header(alias="Idempotency-Key", description="8 to 128 characters, new for each intent")]


async def _reading(request: Request, actor: CallerActor) -> Exchange:
    return Exchange(request, actor, read_only=True)


async def _changing(request: Request, actor: _SignedIn, if_match: _IfMatch = None) -> Exchange:
    return Exchange(request, actor, expected_version=required_version(if_match))


async def _creating(
    request: Request, actor: _SignedIn, idempotency_key: _Key = None, if_match: _IfMatch = None
) -> Exchange:
    claim = await _fresh_claim(request, actor=actor, key=idempotency_key)
    return Exchange(request, actor, claim=claim, expected_version=optional_version(if_match))


async def _creating_on(
    request: Request, actor: _SignedIn, idempotency_key: _Key = None, if_match: _IfMatch = None
) -> Exchange:
    claim = await _fresh_claim(request, actor=actor, key=idempotency_key)
    return Exchange(request, actor, claim=claim, expected_version=required_version(if_match))


async def _fresh_claim(request: Request, *, actor: Actor, key: str | None) -> IdempotencyClaim:
    claim = await claim_of(request, actor=actor, key=key)
    runtime: EdgeRuntime = request.app.state.runtime
    if stored := await runtime.find_answer(claim):
        raise replay(stored, claim=claim)
    return claim


def _bytes_of(content: Content) -> bytes:
    match content:
        case None:
            return b""
        case BaseModel():
            return content.model_dump_json().encode()
        case _:
            return orjson.dumps(content)


Reading = Annotated[Exchange, Depends(_reading)]
Changing = Annotated[Exchange, Depends(_changing)]
Creating = Annotated[Exchange, Depends(_creating)]
CreatingOn = Annotated[Exchange, Depends(_creating_on)]
