"""角色: signs people of the city in at the development issuer (code flow with PKCE) and acts in their names."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx

from luoshi_client.directory import Directory, Person
from luoshi_client.notify import Notify
from luoshi_client.session import ServiceSession
from luoshi_client.tasks import Tasks
from luoshi_common.clock import machine_now

CLIENT_ID = "luoshi-cli"
REDIRECT = "http://127.0.0.1:1/callback"
FRESH = timedelta(minutes=4)


@dataclass(frozen=True)
class Acting:
    """One person, signed in."""

    person: Person
    directory: Directory
    tasks: Tasks
    notify: Notify
    since: datetime


@dataclass
class Cast:
    """Everybody the story needs, by their code in the city folder."""

    base_url: str
    issuer: str
    _client: httpx.AsyncClient = field(init=False)
    _people: dict[str, Person] = field(default_factory=dict)
    _acting: dict[str, Acting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = httpx.AsyncClient(base_url=self.base_url, timeout=60)

    async def __aenter__(self) -> Self:
        stranger = Directory(ServiceSession(self._client, root="/api/directory"))
        self._people = {person.code: person for person in await stranger.personas()}
        anybody = await self.acting(next(iter(self._people)))
        self._people = {person.code: person for person in await anybody.directory.people()}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    @property
    def people(self) -> dict[str, Person]:
        """Persons by code."""
        return self._people

    async def acting(self, code: str) -> Acting:
        """The person, signed in again when the token is about to end (machine time)."""
        known = self._acting.get(code)
        if known is None or machine_now() - known.since > FRESH:
            known = await self._sign_in(self._people[code])
            self._acting[code] = known
        return known

    async def _sign_in(self, person: Person) -> Acting:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        allowed = await self._client.get(
            f"{self.issuer}/authorize",
            params={
                "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "scope": "openid",
                "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8), "code_challenge": challenge,
                "code_challenge_method": "S256", "login_hint": str(person.id),
            },
        )  # fmt: skip
        code = parse_qs(urlsplit(allowed.headers["location"]).query)["code"][0]
        answer = await self._client.post(
            f"{self.issuer}/token",
            data={
                "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": CLIENT_ID,
                "code_verifier": verifier,
            },
        )  # fmt: skip
        answer.raise_for_status()
        token: str = answer.json()["access_token"]

        def session(service: str) -> ServiceSession:
            return ServiceSession(self._client, root=f"/api/{service}", token=lambda: token)

        return Acting(
            person=person, directory=Directory(session("directory")), tasks=Tasks(session("tasks")),
            notify=Notify(session("notify")), since=machine_now(),
        )  # fmt: skip
