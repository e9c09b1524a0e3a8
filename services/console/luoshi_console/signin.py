"""登录: OpenID Connect code flow with PKCE (S256); one path for the development issuer and a city's own."""

import hmac
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from authlib import deprecate
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from luoshi_common.auth.tokens import ALGORITHM, sign
from luoshi_common.clock import machine_now
from luoshi_common.errors import Forbidden
from luoshi_console.views import N_

with warnings.catch_warnings():
    # It would rather have another HTTP client, and says so to whoever sits at the terminal.
    warnings.simplefilter("ignore", deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

COOKIE = "luoshi_sign_in"
_AUDIENCE = "luoshi-sign-in"
_ACCEPTED = [ALGORITHM, "EdDSA", "ES256", "RS256", "PS256"]


class SignInRefused(Forbidden):
    """登录未成功: the issuer's answer does not prove who the person is; `reason` says what is wrong with it."""

    code = "console.sign_in_refused"
    title = N_("登录未成功，请重新登录")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """出发: where the browser is sent, and the sealed note it brings back."""

    location: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """归来: who it is, and the page they wanted."""

    person_id: UUID
    back: str


class SignIn:
    """登录流程: leads a browser to the issuer and believes only what comes back by the rules."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        key: OKPKey,
        life: timedelta,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._key = key
        self._life = life
        self._transport = transport
        self._found: dict[str, Any] | None = None

    async def depart(self, *, redirect_uri: str, back: str, hint: str | None) -> Departure:
        """Begin: state, nonce and verifier travel in a signed note that only this browser holds."""
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        more = {"login_hint": hint} if hint else {}
        async with self._client(redirect_uri) as client:
            location, state = client.create_authorization_url(
                (await self._endpoints())["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more
            )
        note = {"state": state, "nonce": nonce, "verifier": verifier, "back": back, "uri": redirect_uri}
        until = int((machine_now() + self._life).timestamp())
        return Departure(location=location, note=sign({**note, "aud": _AUDIENCE, "exp": until}, key=self._key))

    async def arrive(self, *, query: Mapping[str, str], note: str) -> Arrival:
        """Finish: redeem the code and read the identity token.

        Raises:
            SignInRefused: foreign or stale note, an error from the issuer, a token that does not hold.
        """
        kept = self._open(note)
        if not hmac.compare_digest(str(kept["state"]).encode(), query.get("state", "").encode()):
            raise SignInRefused(reason="state")
        if "code" not in query:
            raise SignInRefused(reason=query.get("error", "no code"))
        async with self._client(str(kept["uri"])) as client:
            try:
                answer = await client.fetch_token(
                    (await self._endpoints())["token_endpoint"], code=query["code"], code_verifier=kept["verifier"]
                )
            except Exception as cause:  # authlib raises its own, httpx's and plain ones
                raise SignInRefused(reason="code") from cause
        claims = await self._identity(str(answer.get("id_token", "")), nonce=str(kept["nonce"]))
        try:
            return Arrival(person_id=UUID(claims["sub"]), back=str(kept["back"]))
        except (KeyError, ValueError) as cause:
            raise SignInRefused(reason="sub") from cause

    async def _identity(self, token: str, *, nonce: str) -> dict[str, Any]:
        endpoints = await self._endpoints()
        published: Any = await self._get(endpoints["jwks_uri"])
        keys = KeySet.import_key_set(published)
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(machine_now().timestamp()),
            leeway=5,
            iss={"essential": True, "value": endpoints["issuer"]},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(token, keys, algorithms=_ACCEPTED).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError) as cause:
            raise SignInRefused(reason="id_token") from cause
        return claims

    def _open(self, note: str) -> dict[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(machine_now().timestamp()),
            aud={"essential": True, "value": _AUDIENCE},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(note, self._key, algorithms=[ALGORITHM]).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError) as cause:
            raise SignInRefused(reason="note") from cause
        return claims

    async def _endpoints(self) -> dict[str, Any]:
        if self._found is None:
            found = await self._get(f"{self._issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise SignInRefused(reason="issuer")
            self._found = found
        return self._found

    async def _get(self, address: str) -> dict[str, Any]:
        async with httpx.AsyncClient(transport=self._transport) as client:
            try:
                answer = (await client.get(address)).raise_for_status()
                found: dict[str, Any] = answer.json()
            except (httpx.HTTPError, ValueError) as cause:
                raise SignInRefused(reason="issuer is away") from cause
        return found

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            redirect_uri=redirect_uri,
            scope="openid",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
            transport=self._transport,
        )
