"""门卫: what holds for every answer: security headers, same-origin posts, language and theme kept in cookies."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luoshi_console.render import LANGUAGES

THEMES = ("light", "dark")
REMEMBERED: Mapping[str, tuple[str, ...]] = {"lang": LANGUAGES, "theme": THEMES}
_YEAR_SECONDS = 31_536_000
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # widths of bars
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """门卫: the outermost layer of the console."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign posts, remember choices, and put the headers on whatever is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    answered.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in ("GET", "HEAD") and not _same_origin(headers):
            refusal = PlainTextResponse("403 · 请求不是从本站发出的", status_code=403)
            await refusal(scope, receive, sealed)
        elif scope["method"] == "GET" and (chosen := _chosen(scope)):
            await _remember(scope, chosen)(scope, receive, sealed)
        else:
            await self._app(scope, receive, sealed)


def _same_origin(headers: Headers) -> bool:
    """Believe the browser: a post from elsewhere bears another origin; a client without one has no cookies to steal."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _chosen(scope: Scope) -> dict[str, str]:
    """Language and theme asked for in the address; the wall's theme stays there, for kiosks without cookies."""
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    names = ("lang",) if scope["path"] == "/wall" else tuple(REMEMBERED)
    return {name: asked[name] for name in names if asked.get(name) in REMEMBERED[name]}


def _remember(scope: Scope, chosen: Mapping[str, str]) -> RedirectResponse:
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    left = urlencode([(name, value) for name, value in asked if name not in chosen])
    path = "/" + scope["path"].lstrip("/")
    answer = RedirectResponse(f"{path}?{left}" if left else path, status_code=303)
    for name, value in chosen.items():
        answer.set_cookie(name, value, max_age=_YEAR_SECONDS, samesite="lax", httponly=True, path="/")
    return answer
