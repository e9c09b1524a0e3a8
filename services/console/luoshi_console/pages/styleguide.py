"""样式册: every page on sample data in both themes, for looking and for the tests; development mode only."""

from dataclasses import dataclass

from luoshi_console.samples_pages import PAGES as SAMPLES
from luoshi_console.views import Link, PartSign, Sign
from luoshi_console.visit import Page, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleguideView:
    """样式册: the signs with their words, and the names of the sample pages."""

    signs: tuple[Sign, ...]
    parts: tuple[PartSign, ...]
    pages: tuple[Link, ...]


async def build(_visit: Visit) -> StyleguideView:
    """List every sign and every sample page."""
    return StyleguideView(
        signs=tuple(Sign), parts=tuple(PartSign), pages=tuple(Link(text=path, href=path) for path in sorted(SAMPLES))
    )


PAGE = Page(path="/styleguide", template="styleguide.html", build=build, live=False)
