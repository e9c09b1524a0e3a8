"""目录: every page and act of the console, the demo's only in development mode."""

from luoshi_console.pages import (
    acceptance,
    bench,
    demo,
    inbox,
    item,
    item_acts,
    items,
    login,
    plan,
    plan_acts,
    styleguide,
    unit,
    wall,
)
from luoshi_console.visit import Act, Page

PAGES: tuple[Page, ...] = (
    login.PAGE,
    bench.PAGE,
    wall.PAGE,
    items.PAGE,
    item.PAGE,
    acceptance.PAGE,
    plan.LIST,
    plan.REVIEW,
    *unit.PAGES,
    inbox.PAGE,
)
ACTS: tuple[Act, ...] = (*item_acts.ACTS, *plan_acts.ACTS, *inbox.ACTS)


def pages(*, development: bool) -> tuple[Page, ...]:
    """List the pages."""
    return (*PAGES, styleguide.PAGE) if development else PAGES


def acts(*, development: bool) -> tuple[Act, ...]:
    """List the acts."""
    return (*ACTS, *demo.ACTS) if development else ACTS
