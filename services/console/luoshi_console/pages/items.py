"""重点任务: the table of items with its filters; every filter stands in the address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from luoshi_common.auth.actions import Action
from luoshi_console.pages.showing import Row, row_of
from luoshi_console.views import N_, Choice, Paging
from luoshi_console.visit import Page, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """视图: a saved filter above the table."""

    text: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsView:
    """任务表: rows, tabs by state, and the filters as they stand."""

    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    state: str
    units: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    q: str
    paging: Paging
    any_item: bool = True
    plan_href: str | None = None

    @property
    def filtered(self) -> bool:
        """Tell whether a filter hides items."""
        return bool(self.q or self.state or any(choice.chosen and choice.value for choice in self.units + self.areas))


TABS = (
    ("", N_("全部")),
    ("draft", N_("待下达")),
    ("issued", N_("办理中")),
    ("applied", N_("待验收")),
    ("struck_off", N_("已销号")),
)


async def build(visit: Visit) -> ItemsView:
    """List items by the filters of the address; areas are those of the items there are."""
    ask = {name: visit.query.get(name, "") for name in ("state", "area", "unit", "q")}
    area = int(ask["area"]) if ask["area"].isascii() and ask["area"].isdigit() else None
    page = await visit.services.tasks.items(
        state=ask["state"] or None,
        area=area,
        unit=ask["unit"] or None,
        q=ask["q"] or None,
        after=visit.query.get("after"),
    )
    every = page if not any(ask.values()) else await visit.services.tasks.items(limit=200)
    areas = {item.area_no: item.area_title for item in every.items}
    return ItemsView(
        rows=tuple(row_of(item) for item in page.items),
        tabs=tuple(_tab(ask, state, text) for state, text in TABS),
        state=ask["state"],
        units=tuple(
            Choice(value=unit_id, text=unit.name, chosen=unit_id == ask["unit"])
            for unit_id, unit in visit.reference.units.items()
        ),
        areas=tuple(
            Choice(value=str(no), text=f"{no} {title}", chosen=str(no) == ask["area"])
            for no, title in sorted(areas.items())
        ),
        q=ask["q"],
        paging=Paging(next_href=_href(ask | {"after": page.next}) if page.next else None),
        any_item=bool(every.items),
        plan_href="/imports" if visit.may(Action.IMPORT_PLAN) else None,
    )


def _tab(ask: dict[str, str], state: str, text: str) -> Tab:
    return Tab(text=text, href=_href(ask | {"state": state}), current=ask["state"] == state)


def _href(ask: dict[str, str]) -> str:
    left = {name: value for name, value in ask.items() if value}
    return f"/items?{urlencode(left)}" if left else "/items"


PAGE = Page(path="/items", template="items.html", build=build)
