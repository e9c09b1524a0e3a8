"""登录: persona cards in development mode; in production the way to the city's own sign-in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from luoshi_console import session, signin
from luoshi_console.forms import Form
from luoshi_console.problems import TROUBLES
from luoshi_console.reception import ForeignForm, Reception
from luoshi_console.signin import SignIn
from luoshi_console.views import PersonView
from luoshi_console.visit import Page, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """登录页: the persons one can be; empty in production, where one button leads to the city's issuer."""

    personas: tuple[PersonView, ...]
    back: str = "/"


async def build(visit: Visit) -> LoginView:
    """Show who one can be, and remember where they wanted to go."""
    await visit.reference.refresh(visit.services)
    return LoginView(personas=visit.reference.personas, back=inside(visit.query.get("back", "/")))


PAGE = Page(path="/login", template="login.html", build=build, public=True, live=False)


def routes(reception: Reception, sign_in: SignIn) -> list[Route]:
    """List the addresses of signing in and out; they answer with cookies, so they are no plain pages."""
    doors = Doors(reception, sign_in)
    return [
        Route("/sign-in", _kept(reception, doors.depart), name="sign-in"),
        Route("/sign-in/arrival", _kept(reception, doors.arrive), name="arrival"),
        Route("/sign-out", _kept(reception, doors.leave), methods=["POST"]),
    ]


class Doors:
    """进出: the way to the issuer, back from it, and out."""

    def __init__(self, reception: Reception, sign_in: SignIn) -> None:
        self._reception = reception
        self._sign_in = sign_in
        self._secure = not reception.settings.development

    async def depart(self, request: Request) -> Response:
        """Send the browser to the issuer; ``person`` hints at a persona card."""
        leaving = await self._sign_in.depart(
            redirect_uri=str(request.url_for("arrival")),
            back=inside(request.query_params.get("back", "/")),
            hint=request.query_params.get("person"),
        )
        response = RedirectResponse(leaving.location, status_code=303)
        response.set_cookie(
            signin.COOKIE,
            leaving.note,
            max_age=self._reception.settings.sign_in_seconds,
            path="/sign-in",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response

    async def arrive(self, request: Request) -> Response:
        """Believe the issuer's answer, end the session that was, and open a new one."""
        arrival = await self._sign_in.arrive(
            query=dict(request.query_params), note=request.cookies.get(signin.COOKIE, "")
        )
        sessions = self._reception.sessions
        if before := request.cookies.get(session.COOKIE):
            await sessions.close(before)
        secret = await sessions.open(arrival.person_id)
        response = RedirectResponse(arrival.back, status_code=303)
        response.delete_cookie(signin.COOKIE, path="/sign-in")
        response.set_cookie(session.COOKIE, secret, httponly=True, samesite="lax", secure=self._secure)
        return response

    async def leave(self, request: Request) -> Response:
        """End the session at once, on the server too."""
        visit = await self._reception.visit(request)
        async with request.form() as data:
            form = await Form.read(data)
        if visit.session is not None:
            if not visit.session.proves(form.text("csrf")):
                raise ForeignForm
            await self._reception.sessions.close(request.cookies[session.COOKIE])
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(session.COOKIE)
        return response


def inside(address: str) -> str:
    """Keep an address of this console, else the work bench: nobody is sent elsewhere by a link."""
    parts = urlsplit(address)
    foreign = parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in address
    return "/" if foreign or parts.path.startswith("//") else address


def _kept(
    reception: Reception, door: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def opened(request: Request) -> Response:
        try:
            return await door(request)
        except TROUBLES as trouble:
            shown = await reception.refuse(await reception.visit(request), trouble)
            shown.delete_cookie(signin.COOKIE, path="/sign-in")
            return shown

    return opened
