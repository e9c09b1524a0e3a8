"""限额: what one request, one caller and one process may ask of a service (machine time)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import Self

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from luoshi_common.policy.profile import Profile

MINUTE = 60


class EdgeLimits(BaseSettings):
    """限额: what the profile's `http` and `files` say, and what this process can bear (settings `LUOSHI_HTTP_*`)."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_HTTP_", frozen=True)

    body_bytes: int
    upload_bytes: int
    requests_per_minute: int
    anonymous_requests_per_minute: int
    page: int
    longest_page: int
    retry_after: int
    """Seconds."""
    in_flight: int = Field(default=256, gt=0)
    """Requests answered at the same time; one more is asked to come again."""
    callers_remembered: int = Field(default=10_000, gt=0)

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """Read them from a city profile. An upload may hold one file of the largest size, and a form around it."""
        http = profile.http
        return cls(
            body_bytes=http.max_body_bytes,
            upload_bytes=profile.files.max_bytes + http.max_body_bytes,
            requests_per_minute=http.requests_per_minute,
            anonymous_requests_per_minute=http.anonymous_requests_per_minute,
            page=http.page_size,
            longest_page=http.page_size_max,
            retry_after=http.retry_after_seconds,
        )


class LimitsInForce:
    """现行限额: those of the profile that holds at this moment, worked out anew when it is another one."""

    def __init__(self, profile: Callable[[], Profile]) -> None:
        self._profile = profile
        self._known = profile()
        self._limits = EdgeLimits.of(self._known)

    def __call__(self) -> EdgeLimits:
        """Give the limits of this moment."""
        profile = self._profile()
        if profile is not self._known:
            self._known, self._limits = profile, EdgeLimits.of(profile)
        return self._limits


class Buckets:
    """令牌桶: lets each caller do a minute's requests at once, and then as many as flow in.

    Only so many callers are remembered; who has not asked for longest is forgotten first, with a full bucket.
    """

    def __init__(self, *, remembered: int) -> None:
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, caller: str, *, per_minute: int) -> int:
        """Take one from the caller's bucket: 0, or the whole seconds after which there will be one."""
        now = time.monotonic()
        left, at = self._buckets.pop(caller, (float(per_minute), now))
        left = min(per_minute, left + (now - at) * per_minute / MINUTE)
        enough = left >= 1
        self._buckets[caller] = (left - 1 if enough else left, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return 0 if enough else ceil((1 - left) * MINUTE / per_minute)
