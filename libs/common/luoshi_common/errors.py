"""Refusals in words a clerk understands; anything else that is raised is a bug (500).

::

    Problem
    ├── Malformed              422  the request cannot be understood
    ├── Forbidden              403  understood, but not for this actor
    ├── NotFound               404  no such thing, or its existence is secret
    ├── Refused                409  a rule says no
    │   └── StaleVersion       412  somebody else changed it first
    └── only the HTTP edge raises these
        ├── Unauthenticated      401
        ├── TooLarge             413
        ├── UnsupportedMedia     415
        ├── PreconditionRequired 428
        └── TryLater
            ├── TooManyRequests  429  with Retry-After
            └── Overloaded       503  with Retry-After

A refusal is defined beside the rule that raises it, and named as a fact::

    class NotAllUnitsPassed(Refused):
        code = "tasks.acceptance.not_all_units_passed"
        title = "尚有单位未通过验收：{missing}"

    raise NotAllUnitsPassed(missing=("市水利局",))
"""

import re
import string
from collections.abc import Mapping, Set
from datetime import datetime
from enum import Enum
from typing import ClassVar

from luoshi_common.clock import to_shanghai

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class Problem(Exception):
    """Anything that is answered as problem+json: a status, a code for machines, a Chinese title, and the facts."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[str] = "系统出现问题"

    facts: dict[str, object]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if _CODE.fullmatch(cls.code) is None:
            raise TypeError(f"{cls.__name__}.code is not a dotted lower-case name: {cls.code!r}")

    def __init__(self, **facts: object) -> None:
        unnamed = sorted(_fields_of(self.title) - facts.keys())
        if unnamed:
            raise TypeError(f"{type(self).__name__} must be raised with {', '.join(unnamed)}")
        super().__init__()
        self.facts = facts

    def text(self, *, title: str | None = None) -> str:
        """Say the title (or a translation of it) with the facts filled in."""
        return (title or self.title).format_map({name: spoken(fact) for name, fact in self.facts.items()})

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={fact!r}' for name, fact in self.facts.items())})"


class Malformed(Problem):
    """格式不正确: shape or values of the request cannot be understood."""

    status = 422
    code = "malformed"
    title = "请求的内容或格式不正确"


class Forbidden(Problem):
    """无权: the actor may not do or see this."""

    status = 403
    code = "forbidden"
    title = "您没有权限进行此操作"


class NotFound(Problem):
    """未找到: no such thing, or the actor must not learn that it exists."""

    status = 404
    code = "not_found"
    title = "未找到所请求的内容"


class Refused(Problem):
    """不予办理: a rule of the business says no; nothing has changed."""

    status = 409
    code = "refused"
    title = "按规则不能进行此操作"


class StaleVersion(Refused):
    """版本已过期: the thing was changed by somebody else since it was read (If-Match)."""

    status = 412
    code = "stale_version"
    title = "内容已被他人修改，请刷新后重试"


class Unauthenticated(Problem):
    """未登录: no valid token or session."""

    status = 401
    code = "unauthenticated"
    title = "请先登录"


class TooLarge(Problem):
    """内容过大: the body or file is over the limit of the profile."""

    status = 413
    code = "too_large"
    title = "提交的内容超过大小限制"


class UnsupportedMedia(Problem):
    """类型不支持: the media type of the body or file is not accepted."""

    status = 415
    code = "unsupported_media"
    title = "不支持这种内容类型"


class PreconditionRequired(Problem):
    """缺少版本条件: a change must say which version it changes (If-Match)."""

    status = 428
    code = "precondition_required"
    title = "修改时必须注明所依据的版本（If-Match）"


class TryLater(Problem):
    """稍后再试: base of the answers that carry Retry-After, in whole seconds."""

    retry_after: int

    def __init__(self, *, retry_after: int, **facts: object) -> None:
        super().__init__(retry_after=retry_after, **facts)
        self.retry_after = retry_after


class TooManyRequests(TryLater):
    """请求过于频繁: this caller is over its rate."""

    status = 429
    code = "too_many_requests"
    title = "请求过于频繁，请在 {retry_after} 秒后重试"


class Overloaded(TryLater):
    """系统繁忙: the service protects itself; an operational state, never a refusal by rule."""

    status = 503
    code = "overloaded"
    title = "系统繁忙，请在 {retry_after} 秒后重试"


def spoken(fact: object) -> str:
    """Write one fact the way it is read aloud in Chinese: lists with 、, instants in Asia/Shanghai to the minute."""
    match fact:
        case str():
            return str(fact.value) if isinstance(fact, Enum) else fact
        case datetime() if fact.tzinfo is not None:
            return to_shanghai(fact).strftime("%Y-%m-%d %H:%M")
        case Enum():
            return spoken(fact.value)
        case Mapping():
            return "、".join(f"{spoken(name)}：{spoken(value)}" for name, value in fact.items())
        case Set():
            return "、".join(sorted(spoken(item) for item in fact))
        case list() | tuple():
            return "、".join(spoken(item) for item in fact)
        case _:
            return str(fact)


def _fields_of(title: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(title) if name}
