"""限额: what one request, one caller and one process may ask of a service (machine time)."""

import time
from collections import OrderedDict
from math import ceil

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EdgeLimits(BaseSettings):
    """限额: settings `LUOSHI_HTTP_*`; bytes, requests per second, seconds."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_HTTP_")

    body_bytes: int = Field(default=1_048_576, gt=0)
    upload_bytes: int = Field(default=67_108_864, gt=0)
    requests_per_second: float = Field(default=100, gt=0)
    burst: int = Field(default=400, gt=0)
    callers_remembered: int = Field(default=10_000, gt=0)
    in_flight: int = Field(default=256, gt=0)
    retry_after: int = Field(default=1, gt=0)
    page: int = Field(default=50, gt=0)
    longest_page: int = Field(default=200, gt=0)


class Buckets:
    """令牌桶: lets each caller do `burst` requests at once and `requests_per_second` for ever.

    Only so many callers are remembered; who has not asked for longest is forgotten first, with a full bucket.
    """

    def __init__(self, limits: EdgeLimits) -> None:
        self._limits = limits
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, caller: str) -> int:
        """Take one from the caller's bucket: 0, or the whole seconds after which there will be one."""
        now = time.monotonic()
        left, at = self._buckets.pop(caller, (float(self._limits.burst), now))
        left = min(self._limits.burst, left + (now - at) * self._limits.requests_per_second)
        enough = left >= 1
        self._buckets[caller] = (left - 1 if enough else left, now)
        if len(self._buckets) > self._limits.callers_remembered:
            self._buckets.popitem(last=False)
        return 0 if enough else ceil((1 - left) / self._limits.requests_per_second)
