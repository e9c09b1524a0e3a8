"""样式册: every sign, tag and button in one place, for looking at both themes; development mode only."""

from dataclasses import dataclass

from luoshi_console.views import PartSign, Sign
from luoshi_console.visit import Page, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleguideView:
    """样式册: the signs of items and of parts."""

    signs: tuple[Sign, ...]
    parts: tuple[PartSign, ...]


async def build(_visit: Visit) -> StyleguideView:
    """List every sign."""
    return StyleguideView(signs=tuple(Sign), parts=tuple(PartSign))


PAGE = Page(path="/styleguide", template="styleguide.html", build=build, live=False)
