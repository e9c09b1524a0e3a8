"""接待: turns a request into a visit, shows pages, carries out acts, and says a refusal where it belongs."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from luoshi_common.errors import Forbidden, Unauthenticated
from luoshi_console import nav, render, session
from luoshi_console.forms import Form
from luoshi_console.problems import TROUBLES, Trouble, view_of
from luoshi_console.reference import Reference
from luoshi_console.services import ServicesFor
from luoshi_console.session import Sessions
from luoshi_console.settings import ConsoleSettings
from luoshi_console.views import N_, DemoBar, Frame, PersonView
from luoshi_console.visit import Act, Done, Page, Visit

SAID = "luoshi_said"
WALL = "/wall"
LOGIN = "/login"


class ForeignForm(Forbidden):
    """表单来历不明: the form does not carry the token of this session; it is old or from elsewhere."""

    code = "console.foreign_form"
    title = N_("页面已过期，请刷新后再提交")


class Reception:
    """接待: the one door through which pages and acts are reached."""

    def __init__(
        self, *, settings: ConsoleSettings, sessions: Sessions, services_for: ServicesFor, reference: Reference
    ) -> None:
        self.settings = settings
        self.sessions = sessions
        self.reference = reference
        self._services_for = services_for

    async def visit(self, request: Request) -> Visit:
        """Find out who comes: a session that has ended makes a stranger of them."""
        secret = request.cookies.get(session.COOKIE, "")
        found = await self.sessions.find(secret) if secret else None
        language = render.LANGUAGES[request.cookies.get("lang") == "en"]
        services = self._services_for(found.person_id if found else None, language)
        wall = request.url.path == WALL
        return Visit(
            path=request.url.path,
            query=dict(request.query_params),
            params={name: str(value) for name, value in request.path_params.items()},
            language=language,
            theme=_theme(request, default="dark" if wall else "light", from_query=wall),
            services=services,
            reference=self.reference,
            mode=self.settings.mode,
            session=found,
            me=await self.reference.me(services, found.person_id) if found else None,
            said=request.cookies.get(SAID),
        )

    async def show(self, request: Request, page: Page) -> Response:
        """Answer a page; a stranger is led to the sign-in and back."""
        visit = await self.visit(request)
        if visit.session is None and not page.public:
            return to_sign_in(visit)
        try:
            response = HTMLResponse((await self.render(visit, page))[0])
        except TROUBLES as trouble:
            return await self.refuse(visit, trouble)
        if visit.said:
            response.delete_cookie(SAID)
        return response

    async def carry_out(self, request: Request, act: Act) -> Response:
        """Do what a form asks; refused, the page comes back with the refusal on top and every typed word kept."""
        visit = await self.visit(request)
        if visit.session is None:
            return to_sign_in(replace(visit, path="/", query={}))
        form = Form()
        try:
            async with request.form(max_part_size=self.settings.upload_bytes) as data:
                form = await Form.read(data)
            if not visit.session.proves(form.text("csrf")):
                raise ForeignForm
            done = await act.do(visit, form)
        except TROUBLES as trouble:
            return await self._show_again(visit, act, form, trouble)
        return to_page(done) if done.typed is None else await self._show_again(visit, act, done.typed, said=done.said)

    async def _show_again(
        self, visit: Visit, act: Act, form: Form, trouble: Trouble | None = None, said: str | None = None
    ) -> Response:
        """Show the page of an act with what was typed still in it."""
        problem = view_of(trouble, visit.language) if trouble else None
        again = replace(visit, path=path_of(act, visit.params), query={}, typed=form, problem=problem, said=said)
        try:
            html = (await self.render(again, act.page))[0]
        except TROUBLES as other:
            return await self.refuse(again, trouble or other)
        return HTMLResponse(html, status_code=trouble.status if trouble else 200)

    async def refuse(self, visit: Visit, trouble: Trouble) -> Response:
        """Show a refusal that leaves no page to show; who is not known is led to the sign-in."""
        if trouble.status == Unauthenticated.status and visit.path != LOGIN:
            return to_sign_in(visit)
        try:
            frame = await self.frame(visit)
        except TROUBLES:
            frame = Frame(city=self.reference.city, path=visit.path, now=self.reference.now(), language=visit.language)
        shown = replace(frame, problem=view_of(trouble, visit.language), live=None)
        return render.page("error.html", frame=shown, view=None, status=trouble.status)

    async def render(self, visit: Visit, page: Page) -> tuple[str, Mapping[str, str]]:
        """Build a page: the whole of it, and its live regions."""
        view = await page.build(visit)
        frame = await self.frame(visit, live=page.live)
        return render.whole(page.template, frame=frame, view=view)

    async def frame(self, visit: Visit, *, live: bool = False) -> Frame:
        """Build what surrounds a page."""
        reference, me = self.reference, visit.me
        await reference.refresh(visit.services)
        counts = {"inbox": (await visit.services.notify.counts()).unread} if me else {}
        here = f"{visit.path}?{urlencode(visit.query)}" if visit.query else visit.path
        return Frame(
            city=reference.city,
            path=here,
            now=reference.now(),
            nav=nav.menu(visit.path, may=visit.may, counts=counts) if me else (),
            person=me.view if me else None,
            language=visit.language,
            theme=visit.theme,
            csrf=visit.session.csrf if visit.session else "",
            live=f"/live?page={quote(here, safe='')}" if live else None,
            demo=self._demo_bar(visit) if self.settings.development else None,
            said=visit.said,
            problem=visit.problem,
            kept=bool(visit.typed),
        )

    def _demo_bar(self, visit: Visit) -> DemoBar:
        personas: tuple[PersonView, ...] = self.reference.personas
        return DemoBar(today=self.reference.today(), personas=personas, may_advance=visit.me is not None)


def to_sign_in(visit: Visit) -> Response:
    """Lead a stranger to the sign-in, and back to where they wanted to go."""
    here = f"{visit.path}?{urlencode(visit.query)}" if visit.query else visit.path
    return RedirectResponse("/login" if here == "/" else f"/login?back={quote(here, safe='')}", status_code=303)


def path_of(act: Act, params: Mapping[str, str]) -> str:
    """Give the address of the page on which an act is done."""
    return act.page.path.format_map(params)


def to_page(done: Done) -> Response:
    """Send the browser on after an act, with the sentence to be said there."""
    response = RedirectResponse(done.location, status_code=303)
    if done.said:
        response.set_cookie(SAID, done.said, max_age=60, httponly=True, samesite="lax")
    return response


def _theme(request: Request, *, default: str, from_query: bool) -> str:
    asked = request.query_params.get("theme") if from_query else request.cookies.get("theme")
    return asked if asked in ("light", "dark") else default
