"""From a plan document to a struck-off item, walked by people of four roles in their own browsers, with the wall open
beside them (R1, R15, R60–R62).
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from luoshi.demo.story import CONTINUING, PLAN
from tests.journeys.people import TIMEOUT_MS, City

pytestmark = pytest.mark.xdist_group("journey")
expect.set_options(timeout=TIMEOUT_MS)

OFFICE, ACCEPTOR, LIAISON, MAYOR = "尤志清", "章明华", "秦志岚", "赵文清"
ITEM = "推进市城市功能与品质提升(一期)工程"


class TestThePlan:
    """One city, one plan, from the file to the strike-off; each step stands on the one before."""

    def test_walks_from_the_document_to_the_strike_off(self, empty_city: City, tmp_path: Path) -> None:
        """The wall of a hall stays open and moves by itself."""
        city = empty_city
        wall = city.open("/wall", width=1920, height=1080)
        expect(wall.locator("#map")).to_contain_text("还没有方案")

        office = city.sign_in(OFFICE)
        self._import_and_confirm(city, office)
        expect(wall.locator("#map .tile")).to_have_count(30)

        self._arrange_all(city, office)
        self._issue_all(city, office)
        expect(wall.locator("#kpis .kpi", has_text="办理中").locator("b")).to_have_text("29")

        liaison = city.sign_in(LIAISON)
        self._apply(city, liaison, tmp_path, summary="一期工程完工。")
        expect(wall.locator("#kpis .kpi", has_text="待验收").locator("b")).to_have_text("1")

        acceptor = city.sign_in(ACCEPTOR)
        self._decide(city, acceptor, verdicts=("pass", "return"), reason="请补充照明验收单。")
        expect(wall.locator("#kpis .kpi", has_text="退回整改").locator("b")).to_have_text("1")
        expect(liaison.locator("#head")).to_contain_text("已退回")

        self._apply(city, liaison, tmp_path, summary="验收单已补。")
        self._decide(city, acceptor, verdicts=("pass",), reason="")
        expect(wall.locator("#kpis .kpi", has_text="已销号").locator("b")).to_have_text("1")
        expect(wall.locator("#feed")).to_contain_text("销号")
        expect(liaison.locator("#head")).to_contain_text("已销号")

        self._everybody_finds_it_in_the_inbox(city)
        self._time_moves_by_the_demo_bar(city, office, wall)
        assert city.complaints == []

    def _import_and_confirm(self, city: City, office: Page) -> None:
        office.goto(city.address + "/imports")
        office.set_input_files("#file", PLAN)
        office.fill("#year", "2026")
        office.get_by_role("button", name="导入并核对").click()
        expect(office.locator("#tree")).to_contain_text(ITEM)
        office.get_by_role("button", name="全部核对无误").click()
        office.get_by_role("button", name="确认方案").click()
        expect(office.locator("#state")).to_contain_text("方案已确认")

    def _arrange_all(self, city: City, office: Page) -> None:
        office.goto(city.address + "/items")
        links = office.locator("main a[href^='/items/']")
        paths = list(dict.fromkeys(link.get_attribute("href") or "" for link in links.all()))
        assert len(paths) == 30
        for path in paths:
            office.goto(city.address + path)
            heading = office.locator("#head h1").inner_text()
            office.select_option("#leader_id", index=self._index_of(office, "#leader_id", MAYOR))
            office.select_option("#acceptor_id", index=self._index_of(office, "#acceptor_id", ACCEPTOR))
            if heading.startswith(f"{CONTINUING} "):
                office.check("#continuing")
            else:
                office.fill("#deadline", "2026-12-18")
            office.get_by_role("button", name="保存", exact=True).click()
            expect(office.locator("#facts")).to_contain_text(ACCEPTOR)

    @staticmethod
    def _index_of(page: Page, select: str, text: str) -> int:
        options = page.locator(f"{select} option").all_inner_texts()
        return next(index for index, option in enumerate(options) if text in option)

    def _issue_all(self, city: City, office: Page) -> None:
        office.goto(city.address + "/imports")
        office.locator("#plans a").first.click()
        office.get_by_role("button", name="下达全部已备齐的任务").click()
        expect(office.locator("#state")).to_contain_text("1 项暂不能下达")
        expect(office.locator("#state")).to_contain_text("29：")

    def _open_item(self, city: City, person: Page) -> None:
        person.goto(f"{city.address}/items")
        person.get_by_role("link", name=ITEM).first.click()
        expect(person.locator("#head")).to_contain_text(ITEM)

    def _apply(self, city: City, liaison: Page, folder: Path, *, summary: str) -> None:
        report = folder / "自查报告.txt"
        report.write_text(f"{ITEM}\n{summary}\n", encoding="utf-8")
        self._open_item(city, liaison)
        liaison.set_input_files("#file", report)
        liaison.fill("#summary", summary)
        liaison.get_by_role("button", name="上传").click()
        expect(liaison.locator("#acts")).to_contain_text("自查报告.txt")
        expect(liaison.locator("#summary")).to_have_value(summary)
        liaison.get_by_role("button", name="申请销号").click()
        expect(liaison.locator("#head")).to_contain_text("待验收")

    def _decide(self, city: City, acceptor: Page, *, verdicts: tuple[str, ...], reason: str) -> None:
        self._open_item(city, acceptor)
        sets = acceptor.locator("#acts fieldset")
        expect(sets).to_have_count(len(verdicts))
        for place, verdict in enumerate(verdicts):
            sets.nth(place).locator(f"input[value={verdict}]").check()
            if verdict == "return":
                sets.nth(place).locator("input[name^=reason]").fill(reason)
        acceptor.get_by_role("button", name="提交验收意见").click()
        expect(acceptor.locator("#accept")).to_contain_text("已通过")

    def _everybody_finds_it_in_the_inbox(self, city: City) -> None:
        for name, word in ((LIAISON, "销号"), (ACCEPTOR, "销号"), (OFFICE, "方案")):
            person = city.sign_in(name, phone=name == LIAISON)
            person.goto(city.address + "/inbox")
            expect(person.locator("#letters")).to_contain_text(word)

    def _time_moves_by_the_demo_bar(self, city: City, office: Page, wall: Page) -> None:
        office.goto(city.address + "/")
        before = office.locator("#demo").inner_text()
        office.get_by_role("button", name="+1 月").click()
        expect(office.locator("#demo")).not_to_have_text(before)
        expect(wall.locator("#time")).to_contain_text("2 月")
