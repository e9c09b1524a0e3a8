"""Settings of directory, from `LUOSHI_DIRECTORY_*` and the city's `LUOSHI_*`."""

from pydantic_settings import SettingsConfigDict

from luoshi_common.settings import ServiceSettings


class DirectorySettings(ServiceSettings):
    """Where directory's engines are."""

    model_config = SettingsConfigDict(
        env_prefix="LUOSHI_DIRECTORY_", extra="ignore", frozen=True, populate_by_name=True
    )
