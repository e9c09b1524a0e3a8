"""Settings of notify, from `LUOSHI_NOTIFY_*` and the city's `LUOSHI_*`."""

from pydantic_settings import SettingsConfigDict

from luoshi_common.settings import ServiceSettings


class NotifySettings(ServiceSettings):
    """Where notify's engines are."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_NOTIFY_", extra="ignore", frozen=True, populate_by_name=True)
