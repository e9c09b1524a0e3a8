"""平台类参数: settings about files, messages, the audit, the HTTP edge, and the burden rule."""

from typing import Annotated

from pydantic import Field

from luoshi_common.policy.fields import ClockTime, Count, LimitText, Settings


class FileSettings(Settings):
    """文件参数: what may be uploaded."""

    max_bytes: Count
    """Largest file, in bytes."""
    name_characters: Count
    """Longest file name, in characters."""
    types: Annotated[
        dict[Annotated[str, Field(pattern="^[a-z0-9]{1,8}$")], Annotated[str, Field(pattern="^[a-z]+/[a-z0-9.+-]+$")]],
        Field(min_length=1, max_length=40),
    ]
    """Allowed extensions and the media type that the content must really have."""


class NotifySettings(Settings):
    """消息参数: when people may be disturbed."""

    reminder_spacing: LimitText
    """Least time between two reminders to one person about one thing."""
    quiet_from: ClockTime
    """Beginning of the quiet hours, Asia/Shanghai; only emergencies get through."""
    quiet_to: ClockTime
    """End of the quiet hours, Asia/Shanghai."""


class AuditSettings(Settings):
    """审计参数: sealing of the chains."""

    seal_at: ClockTime
    """Machine time in Asia/Shanghai at which the root over all chains is sealed every day."""


class HttpSettings(Settings):
    """接口参数: limits of the HTTP edge."""

    max_body_bytes: Count
    """Largest body of a request that is not an upload, in bytes."""
    page_size: Count
    """Entries on a page when the caller does not say."""
    page_size_max: Count
    """Most entries on a page."""
    count_max: Count
    """Largest total that is counted exactly; beyond it lists say "1000+"."""
    idempotency_hours: Count
    """Hours for which the answer to an Idempotency-Key is kept (machine time)."""
    requests_per_minute: Count
    """Requests one signed-in person may send in a minute (machine time)."""
    anonymous_requests_per_minute: Count
    """Requests one address may send in a minute without signing in (machine time)."""
    retry_after_seconds: Count
    """Seconds after which a caller should try again when a service is overloaded."""


class BurdenSettings(Settings):
    """减负规定: what the burden rule forbids. Every switch says no; a profile that says yes is refused by name."""

    own_app: bool
    """B1: an app of our own that people must install."""
    forced_login: bool
    """B1: regular log-in or installation is demanded or counted."""
    site_proof_scored: bool
    """B2: photos, places or check-ins count in a score."""
    activity_scored: bool
    """B3: log-ins, clicks, online time or numbers of posts count in a score."""
    persons_ranked: bool
    """B3: persons are ranked by their activity."""
    known_figures_asked: bool
    """B4: figures already in the system are asked again."""
