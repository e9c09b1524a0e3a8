"""落实类参数: settings about calendar, plans, items, acceptance, reports, lamps, orders and cadences."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from luoshi_common.calendar.cadence import CadenceRule
from luoshi_common.calendar.periods import PeriodKind
from luoshi_common.calendar.workdays import ServiceHours
from luoshi_common.calendar.worktime import NearDueRule
from luoshi_common.policy.fields import ClockTime, Count, DayOfMonth, Days, Key, Name, Points, Settings, Share


class CalendarSettings(Settings):
    """日历参数: service hours, and when a limit is about to end."""

    service_hours: Annotated[tuple[tuple[ClockTime, ClockTime], ...], Field(min_length=1, max_length=6)]
    """Spans served on every working day, in order, by the clocks of Asia/Shanghai; the last end is the closing."""
    near_due_share: Share
    """Share of a limit in minutes or hours after which people are warned."""
    near_due_days_share: Annotated[Decimal, Field(gt=0, le=Decimal("0.5"))]
    """A limit of N days warns max(1, ⌈share·N⌉) days before its end."""

    @property
    def hours(self) -> ServiceHours:
        """Service hours as the calendar wants them."""
        return ServiceHours(self.service_hours)

    @property
    def near_due(self) -> NearDueRule:
        """Rule of the warning as the clock arithmetic wants it."""
        return NearDueRule(share=self.near_due_share, days_share=self.near_due_days_share)


class GroupSettings(Settings):
    """单位组参数: how groups named in a plan are understood."""

    committees_in_districts: bool
    """Whether management committees belong to 各区(市)政府; by the words they do not."""


class PlanSettings(Settings):
    """方案参数: what a plan document may be."""

    max_characters: Count
    """Longest document that is read, in characters."""
    min_chinese_share: Share
    """Least share of Chinese characters among those that are not blank; below it a document is refused."""
    secrecy_marks: Annotated[tuple[Name, ...], Field(max_length=20)]
    """Marks of secrecy; a document that bears one is refused."""
    max_items: Count
    """Most tasks one document may hold."""


class ItemSettings(Settings):
    """事项参数: lengths of what is written about an item."""

    title_characters: Count
    """Longest title, in characters."""
    text_characters: Count
    """Longest text of the task as the plan has it, in characters."""
    note_characters: Count
    """Longest reason or remark, in characters."""


class DemandKind(StrEnum):
    """采集项: what may be asked of the people on site."""

    PHOTO = "photo"
    LOCATION = "location"
    CHECK_IN = "check_in"


class Demand(Settings):
    """强制采集: something on site is demanded, not only offered; lawful only with its basis, shown beside the field."""

    kind: DemandKind
    """What is demanded: photo, location, check_in."""
    legal_basis: Annotated[str, Field(max_length=400)]
    """The legal basis, shown beside the field."""


Demands = Annotated[tuple[Demand, ...], Field(max_length=3)]


class AcceptanceSettings(Settings):
    """验收销号参数: application, decision, publicity, reopening."""

    acceptor_days: Days
    """Working days in which the acceptor decides an application."""
    evidence_min: Count
    """Least number of files in an application."""
    evidence_max: Count
    """Most files in an application."""
    summary_characters: Count
    """Longest summary of an application, in characters."""
    publicity: bool
    """Whether a passed item is made public before it is struck off."""
    publicity_days: Days
    """Working days of publicity, where there is one."""
    reopen_days: Annotated[int, Field(ge=1, le=3660)]
    """Calendar days after striking off in which an item can be reopened (回头看)."""
    demands: Demands
    """What an application must bring from the site; empty: photos and places are offered, never demanded."""


class ReportField(Settings):
    """填报项: one thing a monthly report asks for."""

    label: Name
    """Name of the field for people, in Chinese."""
    source: Literal["typed", "known"]
    """typed: only the unit knows it; known: the value is already in the system."""
    prefilled: bool
    """Whether the known value is filled in and only confirmed."""


class ReportSettings(Settings):
    """月报参数: when the report of a month is due, and what it asks."""

    due_day: DayOfMonth
    """Due at the closing of this day of the next month, or of the next working day."""
    freeze_day: DayOfMonth
    """The month is frozen at the closing of this day of the next month; later figures are corrections."""
    fields: Annotated[dict[Key, ReportField], Field(min_length=1, max_length=40)]
    """Fields of the report."""


class RatioLamp(Settings):
    """比例亮灯: actual divided by scheduled."""

    green_from: Share
    """Least ratio that is green."""
    yellow_from: Share
    """Least ratio that is yellow; below it is red."""


class GapLamp(Settings):
    """差值亮灯: percentage points behind the schedule."""

    yellow_from: Points
    """Points behind (inclusive) from which it is yellow."""
    red_above: Points
    """Points behind (exclusive) above which it is red."""


class MilestoneLamp(Settings):
    """节点亮灯: by the dates of milestones."""

    near_days: Days
    """Calendar days before a node's date from which it is yellow."""
    late_days: Days
    """Calendar days late up to which it is yellow; beyond, red."""


class LampSettings(Settings):
    """红黄绿灯参数: which rule turns progress into a lamp."""

    rule: Literal["ratio", "gap"]
    """Rule for items with figures: ratio to the schedule, or gap in percentage points."""
    ratio: RatioLamp
    gap: GapLamp
    milestones: MilestoneLamp


class OrderSettings(Settings):
    """三单参数: white, yellow and red orders, counted per item and year."""

    direct_start: bool
    """Whether an order may start above the next step, with a reason."""
    talk_after_red: Count
    """Red orders in a row of one unit after which its head is called to a talk."""


class CoordinationSettings(Settings):
    """协调参数: how long a request stays at each level before it climbs by itself (R73)."""

    unit_days: Days
    """Working days at the unit."""
    vice_mayor_days: Days
    """Working days at the vice mayor in charge."""
    executive_vice_mayor_days: Days
    """Working days at the executive vice mayor; then the mayor."""


class CadenceSettings(Settings):
    """节奏参数: one recurring duty."""

    title: Name
    """What is owed, in Chinese."""
    who: Name
    """Who owes it, in Chinese."""
    requirement: Annotated[str, Field(pattern="^(R[1-9][0-9]?)?$")]
    """The sentence of the plan it serves; empty where it comes from practice."""
    every: Literal["month", "two_month", "quarter", "half_year", "year", "event"]
    """How often; event: whenever something happens, without a date."""
    anchor_month: Annotated[int, Field(ge=1, le=12)] = 1
    """A month in which a two-month begins."""
    due_day: DayOfMonth | None = None
    """Day of the month after the period; none: the last working day of the period."""
    warn_days: Days = 1
    """Working days before the due day on which people are reminded."""

    def rule(self, *, code: str) -> CadenceRule:
        """Give the rule as the calendar wants it; `code` is the key of the setting, such as C4."""
        return CadenceRule(
            code=code,
            requirement=self.requirement,
            every=None if self.every == "event" else PeriodKind(self.every),
            anchor_month=self.anchor_month,
            due_day=self.due_day,
            warn_days=self.warn_days,
        )
