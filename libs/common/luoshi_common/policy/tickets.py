"""诉求类参数: settings about tickets, their clocks, and ratings."""

from typing import Annotated

from pydantic import Field

from luoshi_common.policy.fields import Count, Days, Key, LimitText, Name, Settings, Share
from luoshi_common.policy.work import Demands


class TicketClass(Settings):
    """办理类别: the clocks of one class of tickets; a limit that is absent does not exist for the class."""

    label: Name
    """Name of the class for people, in Chinese."""
    sign: LimitText | None = None
    """Limit for signing in (签收), from routing."""
    contact: LimitText | None = None
    """Limit for the first contact with the enterprise, from routing."""
    interim: LimitText | None = None
    """Limit for the interim reply or the plan with nodes, from routing."""
    finish: LimitText
    """Limit for completion, from routing."""
    maximum: LimitText | None = None
    """Longest time including extensions, from the first routing; absent: one extension of at most the class's limit."""
    return_within: LimitText
    """Limit for returning a ticket as not one's own, from routing."""
    extensions: Annotated[int, Field(ge=0, le=10)]
    """Most extensions of one ticket."""
    demands: Demands = ()
    """What a handler must bring from the site; empty: offered, never demanded."""


class OverdueSteps(Settings):
    """超期阶梯: what follows when a due time has passed."""

    reminder_days: Days
    """Working days after the due day until the reminder (催办)."""
    supervision_days: Days
    """Working days after the due day until the supervision order (督办)."""
    bulletin_days: Days
    """Working days after the due day until the bulletin (通报)."""


class ReviewSettings(Settings):
    """好差评参数: rating by the person served, and what a bad one starts. Nobody's silence is ever a rating."""

    open_days: Days
    """Working days after completion in which a rating can be given."""
    levels: Annotated[tuple[Name, ...], Field(min_length=2, max_length=10)]
    """Levels from best to worst, in Chinese."""
    bad_levels: Count
    """How many of the last levels are bad reviews."""
    contact: LimitText
    """Limit for contacting the person after a bad review."""
    rectify: LimitText
    """Limit for putting a bad review right."""
    rectify_complex: LimitText
    """Limit for putting a complex one right."""
    callback_share: Share
    """Share of bad reviews that are called back."""
    appeal: LimitText
    """Limit for deciding an appeal, by another person."""


class TicketSettings(Settings):
    """工单参数: classes with their clocks, and the rules common to all."""

    classes: Annotated[dict[Key, TicketClass], Field(min_length=1, max_length=30)]
    """Classes of tickets."""
    extension_notice_days: Days
    """Working days before the due day by which an extension must be asked."""
    returns_before_forced: Count
    """Returns after which the desk fixes the lead."""
    second_handlings: Count
    """Rounds of second handling before a leader takes the ticket."""
    pause_reasons: Annotated[dict[Key, Name], Field(max_length=20)]
    """Reasons for which a unit's clock may be paused: code and Chinese name."""
    overdue: OverdueSteps
    reviews: ReviewSettings
