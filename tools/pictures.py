"""Pictures of a running city: `python -m tools.pictures ADDRESS [FOLDER]` writes docs/pictures at three sizes.

ADDRESS is what `luoshi up` printed. The wall is taken at 1920×1080 in both themes, the pages of people at a desk at
1440×900 and on a phone at 390×844.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import provide

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
DESK, PHONE = (1440, 900), (390, 844)
OFFICE, LIAISON, ACCEPTOR = "督查室主任", "市科技局 · 联络员", "督查室验收专员"
PLACES = {
    "bench": (LIAISON, "/", ""),
    "items": (OFFICE, "/items", ""),
    "item": (LIAISON, "/items?state=struck_off", ".table .wide a"),
    "arrange": (OFFICE, "/items?state=draft", ".table .wide a"),
    "plan": (OFFICE, "/imports", "#plans .title a"),
    "units": (OFFICE, "/units", ""),
    "unit": (OFFICE, "/units", ".table .wide a"),
    "inbox": (LIAISON, "/inbox", ""),
    "acceptance": (ACCEPTOR, "/acceptance", ""),
}


def take(address: str, folder: Path = FOLDER) -> None:
    """Take every picture; the city must have been told its story."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(provide()), args=["--no-sandbox"])
        for theme in ("dark", "light"):
            _wall(browser, address, theme).screenshot(path=folder / f"wall-{theme}.png")
        for size, name in ((DESK, "desk"), (PHONE, "phone")):
            page = _page(browser, size)
            page.goto(f"{address}/login")
            page.screenshot(path=folder / f"login-{name}.png")
            for place, (person, path, follow) in PLACES.items():
                _sign_in(page, address, person)
                page.goto(address + path)
                if follow:
                    page.locator(follow).first.click()
                    page.wait_for_load_state()
                page.screenshot(path=folder / f"{place}-{name}.png")
        browser.close()


def _wall(browser: Browser, address: str, theme: str) -> Page:
    page = _page(browser, (1920, 1080))
    page.goto(f"{address}/wall?theme={theme}")
    page.locator(".tile").first.wait_for()
    return page


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    phone = size == PHONE
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        is_mobile=phone,
        has_touch=phone,
    )
    return context.new_page()


def _sign_in(page: Page, address: str, person: str) -> None:
    page.goto(f"{address}/login")
    page.locator(".person", has_text=person).first.click()
    page.wait_for_url(f"{address}/")


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)
