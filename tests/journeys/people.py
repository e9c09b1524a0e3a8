"""People at browsers: they sign in by their card, and whatever goes wrong on a page is written down."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Page, Request

SCREENS = {"wall": (1920, 1080), "desk": (1440, 900), "phone": (390, 844)}
TIMEOUT_MS = 15_000


@dataclass
class City:
    """A city in front of browsers; `complaints` are console errors, failed requests and refused pages."""

    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()

    def stranger(self, screen: str = "desk", *, scripts: bool = True, bypass_csp: bool = False) -> Page:
        """Open a browser for somebody who has not signed in."""
        width, height = SCREENS[screen]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            bypass_csp=bypass_csp,
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
        )
        self._contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("console", lambda said: self._note(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note(page, str(error)))
        page.on("requestfailed", lambda request: self._failed(page, request))
        page.on(
            "response",
            lambda answer: (
                self._note(page, f"{answer.status} {answer.url}")
                if answer.status >= 400 and answer.status not in self.expected
                else None
            ),
        )
        return page

    def person(self, title: str, screen: str = "desk", *, scripts: bool = True, bypass_csp: bool = False) -> Page:
        """Open a browser and sign in by the card that bears this text."""
        page = self.stranger(screen, scripts=scripts, bypass_csp=bypass_csp)
        page.goto(f"{self.address}/login")
        page.locator(".person", has_text=title).first.click()
        page.wait_for_url(f"{self.address}/")
        return page

    def open(self, path: str, *, width: int = 1440, height: int = 900) -> Page:
        """Open an address in a stranger's browser of this size."""
        page = self.stranger()
        page.set_viewport_size({"width": width, "height": height})
        self.go(page, path)
        return page

    def sign_in(self, name: str, *, phone: bool = False) -> Page:
        """Sign in by the card of this name, at a desk or on a phone."""
        return self.person(name, "phone" if phone else "desk")

    def go(self, page: Page, path: str) -> None:
        """Open an address of the city."""
        page.goto(f"{self.address}{path}")

    def _note(self, page: Page, text: str) -> None:
        if not any(f"status of {status}" in text for status in self.expected):
            self.complaints.append(f"{page.url}: {text}")

    def _failed(self, page: Page, request: Request) -> None:
        # Whatever was still coming when its page was left is no failure.
        if request.failure != "net::ERR_ABORTED":
            self._note(page, f"failed {request.url} {request.failure}")
