"""考评类参数: settings about scores, grades, rankings and the appraisal of districts."""

from typing import Annotated

from pydantic import Field

from luoshi_common.policy.fields import Change, Key, Name, Points, Settings, Share


class ItemScoreSettings(Settings):
    """事项得分: how the 100 points of an item are made."""

    progress: Points
    """Points for progress: times min(1, done ÷ planned)."""
    milestones: Points
    """Points for milestones on time."""
    reporting: Points
    """Points for reports on time."""
    acceptance: Points
    """Points for the quality of acceptance."""
    off_per_return: Points
    """Points taken from acceptance quality for each return; never below 0."""
    cap: Points
    """Highest score with bonus."""
    floor: Change
    """Lowest score with penalties."""


class UnitScoreSettings(Settings):
    """单位月得分: how a unit's month is made of its items and its tickets."""

    items: Points
    """Per cent of the mean score of its items; a missing side gives its weight to the other."""
    tickets: Points
    """Per cent of its ticket score."""
    lead_weight: Share
    """Weight of an item in which the unit is the lead."""
    responsible_weight: Share
    """Weight of an item in which the unit is responsible."""


class TicketScoreSettings(Settings):
    """工单得分: three rates turned into points, then scaled to 100."""

    sign_in: Points
    """Points for signing in on time; one less for each per cent below the target."""
    completion: Points
    """Points for completion on time; one less for each per cent below the target."""
    on_time_target: Annotated[Points, Field(le=100)]
    """Rate in per cent from which sign-in and completion get all points."""
    satisfaction: Points
    """Points for satisfaction."""
    satisfaction_target: Annotated[Points, Field(le=100)]
    """Rate in per cent from which satisfaction gets all points."""
    satisfaction_step: Points
    """Points less for each per cent below the satisfaction target."""
    satisfaction_floor: Points
    """Least points for satisfaction."""


class GradeSettings(Settings):
    """等次: least scores of the grades; below `passing` is fail."""

    excellent: Points
    """Least score of 优秀."""
    good: Points
    """Least score of 良好."""
    passing: Points
    """Least score of 合格."""
    red_order_bars_excellent: bool
    """Whether a red order in the year bars the top grade; a veto always does."""


class RankingGroup(Settings):
    """排名组: unit types that are compared with one another."""

    label: Name
    """Name of the group, in Chinese."""
    unit_types: Annotated[tuple[Key, ...], Field(min_length=1, max_length=20)]
    """Unit types of the group."""
    ranked: bool
    """Whether the group is ranked, or only shown."""


class AppraisalSettings(Settings):
    """三看三比: weights of the six dimensions, of 100; the weight of a missing one is shared by the others."""

    size: Points
    """看大: size of projects."""
    novelty: Points
    """看新: new projects."""
    distinctiveness: Points
    """看特: distinctive projects, by the ballots of the half-yearly tour."""
    change: Points
    """比变化: change against the own past."""
    momentum: Points
    """比后劲: momentum."""
    livelihood: Points
    """比民生改善: improvement of livelihood."""


class ScoringSettings(Settings):
    """考评参数: only results are scored."""

    digits: Annotated[int, Field(ge=0, le=4)]
    """Decimals of a component; components are rounded first and then added."""
    item: ItemScoreSettings
    adjustments: Annotated[dict[Key, Change], Field(max_length=60)]
    """Bonus and penalty points by event."""
    unit: UnitScoreSettings
    ticket: TicketScoreSettings
    grades: GradeSettings
    rankings: Annotated[dict[Key, RankingGroup], Field(min_length=1, max_length=20)]
    """Groups in which units are compared; equal scores share a place, units with nothing to score are listed apart."""
    appraisal: AppraisalSettings
