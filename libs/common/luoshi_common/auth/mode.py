"""运行模式: whether this process serves a real city or a demonstration."""

from enum import StrEnum


class Mode(StrEnum):
    """运行模式: development opens the demo doors (personas, moving time, the open wall); production never does."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
