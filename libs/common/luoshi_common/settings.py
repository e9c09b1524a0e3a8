"""运行设置: where a service's engines are and whom it believes. Secrets come from the environment, never from the
repository; policy does not belong here but into the city profile.
"""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from luoshi_common.auth.mode import Mode


class CitySettings(BaseSettings):
    """What is the same for every service of a city (`LUOSHI_*`)."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_", extra="ignore", frozen=True, populate_by_name=True)

    city: str = Field(
        pattern=r"^[0-9]{6}$",
        validation_alias="LUOSHI_CITY",
        description="Administrative code of the city, and the tokens' audience.",
    )
    mode: Mode = Field(default=Mode.PRODUCTION, validation_alias="LUOSHI_MODE")
    bus_url: str = Field(default="nats://127.0.0.1:4222", validation_alias="LUOSHI_BUS_URL")
    services: tuple[str, ...] = Field(
        default=("directory", "tasks", "scoring", "notify"),
        validation_alias="LUOSHI_SERVICES",
        description="The services that publish: each has a stream, and each answers the steps of business time.",
    )
    issuers: dict[str, Any] = Field(
        default_factory=dict,
        validation_alias="LUOSHI_ISSUERS",
        description="Issuer → JWK set (JSON) of those whose tokens count.",
    )


class ServiceSettings(CitySettings):
    """What one service needs; each service's `settings.py` sets the prefix of its own."""

    database_url: SecretStr = Field(description="postgresql+asyncpg://… of the service's own role.")
    bus_seed: SecretStr = Field(description="nkey seed of the service's user on the bus.")
    files_folder: Path = Field(description="Folder of the file store.")
