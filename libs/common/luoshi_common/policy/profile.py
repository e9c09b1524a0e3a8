"""城市参数: the whole profile of a city. Values stand in defaults.toml; a city overrides what differs."""

from typing import Annotated, Any

from pydantic import Field

from luoshi_common.policy.fields import Settings
from luoshi_common.policy.platform import AuditSettings, BurdenSettings, FileSettings, HttpSettings, NotifySettings
from luoshi_common.policy.scores import ScoringSettings
from luoshi_common.policy.tickets import TicketSettings
from luoshi_common.policy.work import (
    AcceptanceSettings,
    CadenceSettings,
    CalendarSettings,
    CoordinationSettings,
    GroupSettings,
    ItemSettings,
    LampSettings,
    OrderSettings,
    PlanSettings,
    ReportSettings,
)


class Profile(Settings):
    """城市参数: one immutable version of all settings; `model_dump(mode="json")` is the form that is stored."""

    calendar: CalendarSettings
    groups: GroupSettings
    plans: PlanSettings
    items: ItemSettings
    acceptance: AcceptanceSettings
    reports: ReportSettings
    lamps: LampSettings
    orders: OrderSettings
    coordination: CoordinationSettings
    cadences: dict[Annotated[str, Field(pattern="^C[1-9][0-9]?$")], CadenceSettings]
    """Recurring duties by code."""
    tickets: TicketSettings
    scoring: ScoringSettings
    notify: NotifySettings
    files: FileSettings
    audit: AuditSettings
    http: HttpSettings
    burden: BurdenSettings


def profile_schema() -> dict[str, Any]:
    """Give the JSON schema of the stored form."""
    return Profile.model_json_schema(mode="serialization")
