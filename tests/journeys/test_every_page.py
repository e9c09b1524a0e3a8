"""Every page as people see it: no error, nothing serious for axe, no sideways scroll, live, and without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.people import City

OFFICE, LIAISON, ACCEPTOR = "督查室主任", "市科技局 · 联络员", "督查室验收专员"
SERIOUS = {"serious", "critical"}

type Opening = Callable[[City, Page], None]


def at(path: str) -> Opening:
    """Open a page by its address."""
    return lambda city, page: city.go(page, path)


def leave(path: str) -> Opening:
    """Sign out first, and open a page as a stranger."""

    def go(city: City, page: Page) -> None:
        page.context.clear_cookies()
        city.go(page, path)

    return go


def lost(city: City, page: Page) -> None:
    """Open an address that does not exist."""
    city.expected.add(404)
    city.go(page, "/nowhere")


def checking(city: City, page: Page) -> None:
    """Open the form of an acceptor; where nothing waits, a unit applies for an item first."""
    city.go(page, "/acceptance")
    if not page.locator("#mine a[href^='/items/']").count():
        apply(city)
        city.go(page, "/acceptance")
    page.locator("#mine a[href^='/items/']").first.click()
    page.wait_for_load_state()
    expect(page.locator("#check-form")).to_be_visible()


def apply(city: City) -> None:
    """Apply for an item of a unit: file and words in one go."""
    unit = city.person("市城管局 · 联络员")
    city.go(unit, "/items?state=issued&q=静脉")
    unit.locator(".table .wide a").first.click()
    unit.set_input_files("#file", {"name": "说明.txt", "mimeType": "text/plain", "buffer": "完成说明".encode()})
    unit.locator("#summary").fill("已经完成。")
    unit.get_by_role("button", name="申请销号").click()
    expect(unit.locator("#head")).to_contain_text("待验收")


def by(path: str, selector: str) -> Opening:
    """Open a page from another one, as a person does."""

    def follow(city: City, page: Page) -> None:
        city.go(page, path)
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return follow


def receipt(city: City, page: Page) -> None:
    """Open the facts behind a figure of a unit."""
    by("/units", ".table .wide a")(city, page)
    page.locator("main a[href^='/receipts/']").first.click()
    page.wait_for_load_state()


PAGES: dict[str, tuple[str, Opening]] = {
    "bench": (OFFICE, at("/")),
    "bench of a unit": (LIAISON, at("/")),
    "wall": (OFFICE, at("/wall")),
    "wall light": (OFFICE, at("/wall?theme=light")),
    "items": (OFFICE, at("/items")),
    "items none": (OFFICE, at("/items?q=没有这样的任务")),
    "item struck off": (LIAISON, by("/items?state=struck_off", ".table .wide a")),
    "item of the office": (OFFICE, by("/items?state=draft", ".table .wide a")),
    "imports": (OFFICE, at("/imports")),
    "plan": (OFFICE, by("/imports", "#plans .title a")),
    "units": (OFFICE, at("/units")),
    "unit": (OFFICE, by("/units", ".table .wide a")),
    "receipt": (OFFICE, receipt),
    "inbox": (LIAISON, at("/inbox")),
    "acceptance": (ACCEPTOR, at("/acceptance")),
    "check form": (ACCEPTOR, checking),
    "login": (OFFICE, leave("/login")),
    "address that does not exist": (OFFICE, lost),
    "styleguide": (OFFICE, at("/styleguide")),
}


@pytest.mark.parametrize("name", PAGES)
class TestEveryPage:
    def test_has_nothing_serious_for_people_who_read_by_ear_or_keys(self, city: City, name: str) -> None:
        """R90: WCAG 2.2 AA as far as axe can see."""
        person, opening = PAGES[name]
        page = city.person(person, bypass_csp=True)

        opening(city, page)

        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in SERIOUS] == []

    def test_never_scrolls_sideways_on_a_phone(self, city: City, name: str) -> None:
        """R90."""
        person, opening = PAGES[name]
        page = city.person(person, "phone")

        opening(city, page)

        assert page.evaluate("document.documentElement.scrollWidth") <= 390


class TestTheDoor:
    def test_leads_a_stranger_to_the_cards_and_back(self, city: City) -> None:
        """R91."""
        page = city.stranger()

        city.go(page, "/units")
        page.locator(".person", has_text=OFFICE).click()

        page.wait_for_url(f"{city.address}/units")
        expect(page.locator("h1")).to_have_text("单位进展")

    def test_closes_at_once_on_sign_out(self, city: City) -> None:
        """R91: the old cookie opens nothing."""
        page = city.person(OFFICE)
        cookies = page.context.cookies()

        page.get_by_role("button", name="退出").click()
        page.wait_for_url(f"{city.address}/login")
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        city.go(page, "/items")

        assert page.url.startswith(f"{city.address}/login")

    def test_keeps_the_cookie_from_scripts(self, city: City) -> None:
        """R91."""
        page = city.person(OFFICE)

        [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "luoshi_session"]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        assert page.evaluate("document.cookie") == ""

    def test_takes_no_form_from_elsewhere(self, city: City) -> None:
        """R91: neither without the token nor from another origin."""
        page = city.person(OFFICE)

        bare = page.request.post(f"{city.address}/demo/clock", form={"step": "day"})
        foreign = page.request.post(f"{city.address}/sign-out", headers={"Origin": "http://elsewhere.example"})

        assert bare.status == 403
        assert foreign.status == 403
        city.go(page, "/")
        expect(page.locator(".me")).to_contain_text("市督查室")

    def test_shows_the_wall_to_the_hall(self, city: City) -> None:
        """R82: without sign-in in development mode, and nothing else."""
        page = city.stranger("wall")

        city.go(page, "/wall")

        expect(page.locator(".tile")).to_have_count(30)
        expect(page.locator(".row")).to_have_count(5)


class TestAnOpenWall:
    def test_moves_by_itself_and_equals_a_reload(self, city: City) -> None:
        """R82: the office changes a short title; the hall sees it without touching anything."""
        hall, office = city.stranger("wall"), city.person(OFFICE)
        city.go(hall, "/wall")
        expect(hall.locator("#alive")).to_be_visible()
        city.go(office, "/items?q=老旧小区")
        office.locator(".table .wide a").click()

        office.locator("#short_title").fill("老旧小区改造（第二批）")
        office.get_by_role("button", name="保存", exact=True).click()

        expect(office.locator(".box.good")).to_be_visible()
        expect(hall.locator(".tile .ttl", has_text="老旧小区改造（第二批）")).to_have_count(1)
        shown = [hall.locator(f"#{region}").inner_text() for region in ("kpis", "map", "units", "months")]
        hall.reload()
        assert [hall.locator(f"#{region}").inner_text() for region in ("kpis", "map", "units", "months")] == shown

    def test_says_so_when_its_stream_is_dead(self, city: City) -> None:
        """R82: an old number never looks new."""
        hall = city.stranger("wall")
        hall.clock.install()
        city.go(hall, "/wall")
        expect(hall.locator("#alive")).to_be_visible()

        hall.route("**/live*", lambda route: route.abort())
        hall.clock.fast_forward(30 * 60 * 1000)

        expect(hall.locator("#stale")).to_be_visible()
        expect(hall.locator("#stale")).to_contain_text("数据停更")


class TestTyping:
    def test_is_not_disturbed_by_news(self, city: City) -> None:
        """R90: what a person types survives a change of the same page by somebody else."""
        one, other = city.person(OFFICE), city.person("督查室副主任")
        for page in (one, other):
            city.go(page, "/items?q=绿地科创")
            page.locator(".table .wide a").click()
            page.wait_for_load_state()
        one.locator("#short_title").fill("正在填写的文字")

        other.locator("#four_major").select_option("pilot")
        other.get_by_role("button", name="保存", exact=True).click()
        expect(one.locator("#facts")).to_contain_text("重大试点")

        expect(one.locator("#short_title")).to_have_value("正在填写的文字")
        expect(one.locator("#short_title")).to_be_focused()

    def test_is_kept_when_a_service_refuses(self, city: City) -> None:
        """R90: the refusal stands on top, the words stay, also when news comes; its address leads back to the page."""
        city.expected.update({409, 412, 422})
        page, other = city.person(OFFICE), city.person("督查室副主任")
        for each in (page, other):
            city.go(each, "/items?state=draft")
            each.locator(".table .wide a").first.click()
            each.wait_for_load_state()

        page.locator("#short_title").fill("改过的短标题")
        page.locator("#deadline").fill("2020-01-01")
        page.get_by_role("button", name="保存", exact=True).click()

        expect(page.locator("#problem")).to_be_visible()
        other.locator("#four_major").select_option("pilot")
        other.get_by_role("button", name="保存", exact=True).click()
        expect(page.locator("#facts")).to_contain_text("重大试点")
        expect(page.locator("#short_title")).to_have_value("改过的短标题")
        expect(page.locator("#deadline")).to_have_value("2020-01-01")

        assert page.url.endswith("/arrangement")
        page.goto(page.url)
        expect(page.locator("#arrange-form")).to_be_visible()
        expect(page.locator("#problem")).to_have_count(0)


class TestWithoutScripts:
    def test_forms_still_work(self, city: City) -> None:
        """R90: old browsers and broken networks."""
        page = city.person(OFFICE, scripts=False)
        city.go(page, "/items?q=智联小镇")
        page.locator(".table .wide a").click()

        page.locator("#four_major").select_option("platform")
        page.get_by_role("button", name="保存", exact=True).click()

        expect(page.locator(".box.good")).to_contain_text("已保存")


class TestDemoBar:
    def test_moves_business_time_for_everybody(self, city: City) -> None:
        """R90: by one day, through the scheduler of every service."""
        hall, page = city.stranger("wall"), city.person(OFFICE)
        city.go(hall, "/wall")
        before = hall.locator("#time span").inner_text()

        page.get_by_role("button", name="+1 天").click()

        expect(page.locator(".box.good")).to_contain_text("业务时间已推进")
        expect(hall.locator("#time span")).not_to_have_text(before)
