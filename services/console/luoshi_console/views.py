"""页面用语: the small frozen values that pages hand to templates; nothing here knows HTTP or a service."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


def N_(text: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message that a template translates."""
    return text


class Sign(StrEnum):
    """状态标志: what a tile or row shows for an item; each has a shape and a word, never a colour alone (R2)."""

    DRAFT = "draft"
    WAITING = "waiting"
    ISSUED = "issued"
    APPLIED = "applied"
    RETURNED = "returned"
    STRUCK_OFF = "struck_off"


class PartSign(StrEnum):
    """部分状态: the state of one unit's part of an item."""

    OPEN = "open"
    APPLIED = "applied"
    PASSED = "passed"
    RETURNED = "returned"


class Tone(StrEnum):
    """语气: how loudly a box speaks."""

    PLAIN = "plain"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


class Facts(dict[str, object]):
    """事实: what fills a message; a fact that a service did not send reads as an empty text."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """链接: a word and where it leads inside the console."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChip:
    """单位标签: a unit with its role and the state of its part; members of a group stand behind the group's name."""

    name: str
    href: str | None = None
    lead: bool = False
    part: PartSign | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """时间线条目: one fact of a timeline; ``text`` is a message key that the template fills with ``facts``."""

    at: datetime
    who: str
    text: str
    facts: Facts = field(default_factory=Facts)
    role: str | None = None
    note: str | None = None
    href: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """字段问题: which field was refused and why; ``field`` is the id of the input."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """问题框: a refusal of a service as it stands at the top of the page (R90)."""

    status: int
    title: str
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """菜单项: one line of the left menu; ``tab`` puts it on the phone's bar too."""

    text: str
    href: str
    icon: str
    count: int = 0
    current: bool = False
    tab: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NavGroup:
    """菜单组: a headed group of the left menu."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """人员: who is signed in, or whom a card offers; ``roles`` are role words to be translated."""

    id: str
    name: str
    unit: str
    post: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBar:
    """演示条: business date and the persons one can be; exists in development mode only."""

    today: date
    personas: tuple[PersonView, ...]
    may_advance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """页框: all that surrounds a page; ``now`` is business time (UTC), ``live`` the address of the page's stream.

    ``kept``: the forms hold what was typed and not yet taken; news leaves them alone.
    """

    city: str
    path: str
    now: datetime
    nav: tuple[NavGroup, ...] = ()
    person: PersonView | None = None
    language: str = "zh"
    theme: str = "light"
    csrf: str = ""
    live: str | None = None
    demo: DemoBar | None = None
    said: str | None = None
    problem: ProblemView | None = None
    kept: bool = False

    def with_(self, choice: str) -> str:
        """Give this page's address with one more choice in it."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{choice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """选项: one option of a select."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """翻页: where the next page of a list begins, if any."""

    next_href: str | None = None
