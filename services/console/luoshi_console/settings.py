"""Settings of the console, from `LUOSHI_CONSOLE_*` and the city's `LUOSHI_*`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from luoshi_common.auth.mode import Mode
from luoshi_common.settings import CitySettings


class ConsoleSettings(CitySettings):
    """Where the console's engines, the services and the issuer of sign-ins are. Times are machine time."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_CONSOLE_", extra="ignore", frozen=True, populate_by_name=True)

    database_url: SecretStr = Field(description="postgresql+asyncpg://… of the console's own role.")
    bus_seed: SecretStr = Field(description="nkey seed of the console's user on the bus.")
    signing_key: SecretStr = Field(description="Private JWK (JSON) that signs the tokens shown to services.")
    token_issuer: str = Field(default="luoshi-console", description="Name under which services believe these tokens.")
    oidc_issuer: str = Field(description="Address of the issuer that proves who a person is.")
    services_url: str = Field(
        default="", description="Where `/api/<service>` is found when the services run in processes of their own."
    )
    oidc_client_id: str = Field(default="luoshi-console")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Only where the city's issuer wants one.")
    session_hours: int = Field(default=12, gt=0, description="After so long a person signs in again.")
    sign_in_seconds: int = Field(default=600, gt=0, description="How long one sign-in may take at the issuer.")
    upload_bytes: int = Field(default=67_108_864, gt=0, description="Largest form that is read.")

    @property
    def development(self) -> bool:
        """Tell whether personas, the movable clock and the style guide are there."""
        return self.mode is Mode.DEVELOPMENT
