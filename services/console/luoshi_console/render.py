"""渲染: one Jinja environment per language; Chinese is the message id, English comes from locale/en."""

import gettext
import io
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined
from lucide.jinja import lucide
from markupsafe import Markup
from starlette.responses import HTMLResponse

from luoshi_common.clock import to_shanghai
from luoshi_console.views import N_, Frame

LANGUAGES = ("zh", "en")
LOCALES = Path(__file__).parent / "locale"
_REGION = "region_"
_WEEKDAYS = (N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"), N_("星期日"))


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Read the messages of a language from its .po file; Chinese needs none."""
    if language == "zh":
        return gettext.NullTranslations()
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def environment(language: str) -> Environment:
    """Build the templates of one language: autoescaping, strict about unknown names."""
    templates = Environment(
        loader=PackageLoader("luoshi_console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    words = catalogue(language)
    templates.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    speaker = _Speaker(words)
    templates.filters |= {
        "clock": clock,
        "day": speaker.day,
        "local_day": local_day,
        "stamp": speaker.stamp,
        "weekday": speaker.weekday,
        "when": speaker.when,
    }
    templates.globals["icon"] = icon
    return templates


def page(name: str, *, frame: Frame, view: object, status: int = 200, **more: object) -> HTMLResponse:
    """Render a whole page in the language of its frame."""
    return HTMLResponse(html(name, frame=frame, view=view, **more), status_code=status)


def html(name: str, *, frame: Frame, view: object, **more: object) -> str:
    """Render a template to text."""
    return environment(frame.language).get_template(name).render(frame=frame, view=view, **more)


def whole(name: str, *, frame: Frame, view: object) -> tuple[str, Mapping[str, str]]:
    """Render a page and its live regions: each block named ``region_<id>`` is the element with that id.

    A region is exactly what stands in the whole page; blocks that the page leaves out are left out here too.
    """
    template = environment(frame.language).get_template(name)
    context = template.new_context({"frame": frame, "view": view})
    text = "".join(template.root_render_func(context))
    found = {
        block.removeprefix(_REGION): draw[0] for block, draw in context.blocks.items() if block.startswith(_REGION)
    }
    return text, {id_: "".join(draw(context)) for id_, draw in found.items() if f'id="{id_}"' in text}


@cache
def icon(name: str, size: int = 18) -> Markup:
    """Give an inline Lucide drawing that screen readers pass over."""
    drawn = str(lucide(name, size=size, stroke_width=1.75))
    return Markup(drawn.replace("<svg ", '<svg class="icon" aria-hidden="true" ', 1))  # noqa: S704 (our own package data)


def clock(value: datetime) -> str:
    """Write the time of day in Shanghai, to the minute."""
    return to_shanghai(value).strftime("%H:%M")


def local_day(value: datetime) -> date:
    """Give the day in Shanghai."""
    return to_shanghai(value).date()


class _Speaker:
    """Dates in words of one language, always Asia/Shanghai whatever the device says."""

    def __init__(self, words: gettext.NullTranslations) -> None:
        self._ = words.gettext

    def day(self, value: date | datetime, year: int | None = None) -> str:
        """Write a day: "9 月 2 日", with the year where it is another one."""
        local = to_shanghai(value) if isinstance(value, datetime) else value
        pattern = self._("{m} 月 {d} 日") if year in (None, local.year) else self._("{y} 年 {m} 月 {d} 日")
        return pattern.format(y=local.year, m=local.month, d=local.day, mon=local.strftime("%b"))

    def weekday(self, value: datetime) -> str:
        """Write the day of the week."""
        return self._(_WEEKDAYS[to_shanghai(value).weekday()])

    def when(self, value: datetime, now: datetime) -> Markup:
        """Write an instant the way people say it, as a <time> with the full time in its title."""
        local, today = to_shanghai(value), to_shanghai(now).date()
        days = (today - local.date()).days
        if days == 0:
            said = self._("今天 {time}").format(time=clock(value))
        elif days == 1:
            said = self._("昨天 {time}").format(time=clock(value))
        else:
            said = self.day(value, today.year)
        return _time(local, said)

    def stamp(self, value: datetime, now: datetime) -> Markup:
        """Write an instant in a narrow column: the time today, else month and day."""
        local = to_shanghai(value)
        return _time(local, clock(value) if local.date() == to_shanghai(now).date() else local.strftime("%m-%d"))


def _time(local: datetime, said: str) -> Markup:
    exact, full = local.isoformat(timespec="seconds"), local.strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, full, said)
