"""Settings of tasks, from `LUOSHI_TASKS_*` and the city's `LUOSHI_*`."""

from pydantic_settings import SettingsConfigDict

from luoshi_common.settings import ServiceSettings


class TasksSettings(ServiceSettings):
    """Where tasks's engines are."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_TASKS_", extra="ignore", frozen=True, populate_by_name=True)
