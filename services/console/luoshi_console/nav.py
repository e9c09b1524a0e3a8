"""菜单: the left menu, computed from what the signed-in person may do (auth/policy.py decides, never this file)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from luoshi_console.views import N_, NavGroup, NavItem


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    href: str
    icon: str
    key: str = ""
    tab: bool = False
    roles: frozenset[str] | None = None


_OFFICE = frozenset({"office"})
_MENU: tuple[tuple[str, tuple[_Place, ...]], ...] = (
    (
        N_("工作"),
        (
            _Place(N_("工作台"), "/", "layout-dashboard", tab=True),
            _Place(N_("收件箱"), "/inbox", "inbox", key="inbox", tab=True),
            _Place(N_("挂图作战"), "/wall", "monitor", tab=True),
        ),
    ),
    (
        N_("任务"),
        (
            _Place(N_("重点任务"), "/items", "list-checks", tab=True),
            _Place(N_("验收销号"), "/acceptance", "badge-check", key="acceptance", tab=True),
            _Place(N_("方案导入"), "/imports", "file-up", roles=_OFFICE),
        ),
    ),
    (N_("单位"), (_Place(N_("单位进展"), "/units", "building-2"),)),
)


def menu(path: str, *, roles: Collection[str], counts: Mapping[str, int]) -> tuple[NavGroup, ...]:
    """Build the menu for a person with these roles; the line of ``path`` is marked as the current one."""
    groups = (
        NavGroup(
            title=title,
            items=tuple(
                NavItem(
                    text=place.text,
                    href=place.href,
                    icon=place.icon,
                    count=counts.get(place.key, 0),
                    current=_covers(place.href, path),
                    tab=place.tab,
                )
                for place in places
                if place.roles is None or place.roles & set(roles)
            ),
        )
        for title, places in _MENU
    )
    return tuple(group for group in groups if group.items)


def _covers(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
