"""幂等: a creating request carries a key; its repeat gets the stored answer and changes nothing again."""

from collections.abc import Mapping
from dataclasses import dataclass


class AlreadyAnswered(Exception):
    """已有答复: a twin of this request, with the same claim, committed first; its answer can be read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyClaim:
    """幂等凭据: whose request it is, where to, its key, and the digest of its body."""

    actor_id: str
    method: str
    path: str
    key: str
    body_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """已存答复: what was answered, kept for as long as the profile says (48 h by default)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    body_sha256: str
