"""演示登录接口: development mode only; not part of the published API."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import JSONResponse, RedirectResponse, Response

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import Guarded
from luoshi_common.auth.tokens import key_of
from luoshi_common.errors import Malformed
from luoshi_common.runtime import ServiceRuntime
from luoshi_directory.people import queries as people
from luoshi_directory.settings import DirectorySettings
from luoshi_directory.sign_in.issuer import Asked, GrantRefused, Issuer

ADDRESS = "/dev/oidc"

type PeopleLookup = Callable[[UUID], Awaitable[bool]]
_Text = Annotated[str, Query(max_length=512)]
_Field = Annotated[str, Form(max_length=512)]


class ReturnAddressUnknown(Malformed):
    """返回地址不在名单上: a browser is never sent to an address that nobody listed."""

    code = "directory.sign_in.return_address_unknown"
    title = "登录后的返回地址不在允许的名单上"


def sign_in_router(runtime: ServiceRuntime) -> APIRouter:
    """Mount the issuer where settings name one; in production there is none to mount, whatever they say."""
    settings = runtime.settings
    if runtime.mode is not Mode.DEVELOPMENT or not isinstance(settings, DirectorySettings) or not settings.issuer_key:
        return APIRouter()
    issuer = Issuer(
        mode=runtime.mode,
        issuer=settings.issuer,
        city=runtime.city,
        key=key_of(settings.issuer_key.get_secret_value()),
        redirects=(*settings.redirects, _own_console(settings.issuer)),
    )

    async def works_here(person_id: UUID) -> bool:
        async with runtime.unit_of_work(Actor.anonymous(), read_only=True) as uow:
            uow.allow(Action.READ_PERSONAS, Guarded(kind="people"))
            return await people.find_active(uow.session, person_id=person_id) is not None

    return issuer_router(issuer, people_lookup=works_here)


def issuer_router(issuer: Issuer, *, people_lookup: PeopleLookup) -> APIRouter:
    """Give the issuer its four addresses."""
    router = APIRouter(prefix=ADDRESS, include_in_schema=False)

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> Response:
        return JSONResponse(dict(issuer.discovery()))

    @router.get("/jwks")
    async def jwks() -> Response:
        return JSONResponse(dict(issuer.jwks()))

    @router.get("/authorize")
    async def authorize(
        client_id: Annotated[str, Query(min_length=1, max_length=64)],
        redirect_uri: _Text,
        response_type: _Text = "",
        code_challenge: _Text = "",
        code_challenge_method: _Text = "",
        state: _Text = "",
        nonce: _Text | None = None,
        login_hint: _Text = "",
    ) -> Response:
        if not issuer.may_return_to(redirect_uri):
            raise ReturnAddressUnknown
        fault = _fault_of(response_type, code_challenge_method, code_challenge)
        person_id = _uuid(login_hint)
        if not fault and person_id is None:
            fault = "login_required"
        if fault or person_id is None or not await people_lookup(person_id):
            return _back(redirect_uri, error=fault or "access_denied", state=state)
        asked = Asked(
            client_id=client_id, redirect_uri=redirect_uri, challenge=code_challenge, nonce=nonce, person_id=person_id
        )
        return _back(redirect_uri, code=issuer.code_for(asked), state=state, iss=issuer.issuer)

    @router.post("/token")
    async def token(
        grant_type: _Field = "",
        code: _Field = "",
        redirect_uri: _Field = "",
        client_id: _Field = "",
        code_verifier: _Field = "",
    ) -> Response:
        if grant_type != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        try:
            tokens: Any = issuer.redeem(code, client_id=client_id, redirect_uri=redirect_uri, verifier=code_verifier)
        except GrantRefused:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse(dict(tokens))

    return router


def _fault_of(response_type: str, method: str, challenge: str) -> str:
    if response_type != "code":
        return "unsupported_response_type"
    return "" if method == "S256" and challenge else "invalid_request"


def _back(address: str, **said: str) -> Response:
    query = urlencode({name: value for name, value in said.items() if value})
    return RedirectResponse(f"{address}?{query}", status_code=303)


def _own_console(issuer: str) -> str:
    """Where the console that stands at the issuer's own origin takes browsers back."""
    origin = urlsplit(issuer)
    return f"{origin.scheme}://{origin.netloc}/sign-in/arrival"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
