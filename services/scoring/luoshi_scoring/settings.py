"""Settings of scoring, from `LUOSHI_SCORING_*` and the city's `LUOSHI_*`."""

from pydantic_settings import SettingsConfigDict

from luoshi_common.settings import ServiceSettings


class ScoringSettings(ServiceSettings):
    """Where scoring's engines are."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_SCORING_", extra="ignore", frozen=True, populate_by_name=True)
