"""菜单: the left menu, computed from what the signed-in person may do (auth/policy.py decides, never this file)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from luoshi_common.auth.actions import Action
from luoshi_console.views import N_, NavGroup, NavItem


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    href: str
    icon: str
    key: str = ""
    tab: bool = False
    action: Action | None = None


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
            _Place(N_("方案导入"), "/imports", "file-up", action=Action.IMPORT_PLAN),
        ),
    ),
    (N_("单位"), (_Place(N_("单位进展"), "/units", "building-2"),)),
)


def menu(path: str, *, may: Callable[[Action], bool], counts: Mapping[str, int]) -> tuple[NavGroup, ...]:
    """Build the menu of what a person may do; the line of ``path`` is marked as the current one."""
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
                if place.action is None or may(place.action)
            ),
        )
        for title, places in _MENU
    )
    return tuple(group for group in groups if group.items)


def _covers(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
