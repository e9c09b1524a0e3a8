"""The development issuer behind the real edge, walked by the console's own sign-in and by hand."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt

from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import TokenVerifier, key_set, new_key
from luoshi_common.db.base import new_metadata
from luoshi_common.http.app import create_app
from luoshi_common.service import Service
from luoshi_console.signin import SignIn, SignInRefused
from luoshi_directory.sign_in.api import issuer_router
from luoshi_directory.sign_in.issuer import CODE_LIFE, Issuer
from luoshi_directory.sign_in.rules import challenge_of
from tests.notes import idle_runtime

ADDRESS = "http://luoshi/dev/oidc"
BACK = "http://127.0.0.1:49152/callback"
CITY, CLERK = "360600", uuid4()
VERIFIER = "v" * 64


@dataclass
class Doors:
    """The issuer, and a browser that follows no redirect by itself."""

    issuer: Issuer
    transport: httpx.ASGITransport

    async def get(self, path: str, **params: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://luoshi") as browser:
            return await browser.get(f"/dev/oidc{path}", params=params)

    async def authorize(self, **changed: Any) -> dict[str, str]:
        asked = {
            "client_id": "luoshi-cli",
            "redirect_uri": BACK,
            "response_type": "code",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            "state": "s",
            "nonce": "n",
            "login_hint": str(CLERK),
        } | changed
        answer = await self.get("/authorize", **asked)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"{BACK}?")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def token(self, code: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "client_id": "luoshi-cli",
            "code_verifier": VERIFIER,
        } | changed
        async with httpx.AsyncClient(transport=self.transport, base_url="http://luoshi") as client:
            return await client.post("/dev/oidc/token", data=form)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return doors_of(files=tmp_path)


def doors_of(*, files: Path, code_life: timedelta = CODE_LIFE) -> Doors:
    issuer = Issuer(
        mode=Mode.DEVELOPMENT,
        issuer=ADDRESS,
        city=CITY,
        key=new_key(),
        redirects=("http://127.0.0.1/callback", "http://luoshi/sign-in/arrival"),
        code_life=code_life,
    )

    async def works_here(person_id: UUID) -> bool:
        return person_id == CLERK

    router = issuer_router(issuer, people_lookup=works_here)
    service = Service(
        name="directory", package="tests.toy", metadata=new_metadata(), router_factories=(lambda _: router,)
    )
    app = create_app(service, idle_runtime(service, city=CITY, files=files))
    return Doors(issuer=issuer, transport=httpx.ASGITransport(app=app))


class TestIssuer:
    @pytest.mark.parametrize("mode", [Mode.PRODUCTION])
    def test_cannot_be_made_in_production(self, mode: Mode) -> None:
        with pytest.raises(RuntimeError, match="production"):
            Issuer(mode=mode, issuer=ADDRESS, city=CITY, key=new_key(), redirects=())

    async def test_describes_itself(self, doors: Doors) -> None:
        found = (await doors.get("/.well-known/openid-configuration")).json()

        assert found["issuer"] == ADDRESS
        assert found["code_challenge_methods_supported"] == ["S256"]

    async def test_publishes_no_private_key(self, doors: Doors) -> None:
        (key,) = (await doors.get("/jwks")).json()["keys"]

        assert "d" not in key


class TestCodeFlow:
    async def test_gives_a_token_that_the_services_of_this_city_believe(self, doors: Doors) -> None:
        came = await doors.authorize()
        answer = (await doors.token(came["code"])).json()
        keys = key_set((await doors.get("/jwks")).json())

        believed = TokenVerifier(city=CITY, issuers={ADDRESS: keys}).verify(answer["access_token"])

        assert came["state"] == "s"
        assert believed.person_id == CLERK
        identity = jwt.decode(answer["id_token"], keys, algorithms=["Ed25519"]).claims
        assert (identity["aud"], identity["nonce"], identity["sub"]) == ("luoshi-cli", "n", str(CLERK))

    async def test_is_walked_by_the_console(self, doors: Doors) -> None:
        sign_in = SignIn(
            issuer=ADDRESS,
            client_id="luoshi-console",
            client_secret=None,
            key=new_key(),
            life=timedelta(minutes=10),
            transport=doors.transport,
        )
        leaving = await sign_in.depart(redirect_uri="http://luoshi/sign-in/arrival", back="/items", hint=str(CLERK))
        async with httpx.AsyncClient(transport=doors.transport) as browser:
            sent_back = (await browser.get(leaving.location)).headers["location"]
        query = dict(parse_qsl(urlsplit(sent_back).query))

        arrival = await sign_in.arrive(query=query, note=leaving.note)

        assert (arrival.person_id, arrival.back) == (CLERK, "/items")
        with pytest.raises(SignInRefused):
            await sign_in.arrive(query=query, note=leaving.note)

    async def test_spends_a_code_by_its_first_use(self, doors: Doors) -> None:
        code = (await doors.authorize())["code"]
        await doors.token(code)

        again = await doors.token(code)

        assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})

    @pytest.mark.parametrize(
        "changed",
        [
            {"code_verifier": "w" * 64},
            {"code_verifier": ""},
            {"client_id": "another"},
            {"redirect_uri": "http://127.0.0.1:1/callback"},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    async def test_gives_nothing_to_somebody_else(self, doors: Doors, changed: dict[str, str]) -> None:
        code = (await doors.authorize())["code"]

        assert (await doors.token(code, **changed)).json() == {"error": "invalid_grant"}

    async def test_gives_nothing_for_a_guess(self, doors: Doors) -> None:
        assert (await doors.token("guessed")).json() == {"error": "invalid_grant"}

    async def test_gives_nothing_for_a_code_whose_time_is_over(self, tmp_path: Path) -> None:
        doors = doors_of(files=tmp_path, code_life=timedelta())
        code = (await doors.authorize())["code"]

        assert (await doors.token(code)).json() == {"error": "invalid_grant"}

    def test_lets_a_code_live_for_a_minute(self) -> None:
        assert timedelta(seconds=60) == CODE_LIFE

    async def test_knows_one_kind_of_grant(self, doors: Doors) -> None:
        assert (await doors.token("x", grant_type="password")).json() == {"error": "unsupported_grant_type"}

    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"code_challenge": ""}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"login_hint": ""}, "login_required"),
            ({"login_hint": "somebody"}, "login_required"),
            ({"login_hint": str(uuid4())}, "access_denied"),
        ],
    )
    async def test_sends_back_what_is_wrong(self, doors: Doors, changed: dict[str, str], error: str) -> None:
        came = await doors.authorize(**changed)

        assert came == {"error": error, "state": "s"}

    @pytest.mark.parametrize("address", ["http://evil.example/", "", "http://127.0.0.1:1/elsewhere"])
    async def test_sends_nobody_to_an_address_that_is_not_listed(self, doors: Doors, address: str) -> None:
        answer = await doors.get("/authorize", client_id="luoshi-cli", redirect_uri=address)

        assert answer.status_code == 422
        assert answer.json()["code"] == "directory.sign_in.return_address_unknown"
        assert "location" not in answer.headers
