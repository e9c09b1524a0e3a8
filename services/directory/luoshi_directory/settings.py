"""Settings of directory, from `LUOSHI_DIRECTORY_*` and the city's `LUOSHI_*`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from luoshi_common.settings import ServiceSettings


class DirectorySettings(ServiceSettings):
    """Where directory's engines are; and, in development, the issuer that believes everybody."""

    model_config = SettingsConfigDict(
        env_prefix="LUOSHI_DIRECTORY_", extra="ignore", frozen=True, populate_by_name=True
    )

    issuer: str = Field(
        default="", description="Address of the development issuer, as browsers and the console see it."
    )
    issuer_key: SecretStr | None = Field(default=None, description="Private JWK (JSON) of the development issuer.")
    redirects: tuple[str, ...] = Field(
        default=(
            "http://127.0.0.1/callback",
            "http://127.0.0.1/sign-in/arrival",
            "http://localhost/callback",
            "http://localhost/sign-in/arrival",
        ),
        description="Where browsers may be sent back to; a loopback address without port allows every port.",
    )
