"""操作者: who is behind a request, a message or a timer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from uuid import UUID

from luoshi_common.auth.roles import Role


class ActorKind(StrEnum):
    """操作者类别."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """操作者: a person with unit, roles and posts as the directory has them at this moment; or the system; or nobody.

    `name` is the duty name shown to people; `reason` says why the system acts.
    """

    kind: ActorKind
    person_id: UUID | None = None
    unit_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    posts: frozenset[UUID] = frozenset()
    name: str = ""
    reason: str = field(default="")

    def __post_init__(self) -> None:
        if (self.kind is ActorKind.PERSON) != (self.person_id is not None):
            raise ValueError("a person, and only a person, has a person_id")

    @classmethod
    def person(
        cls,
        *,
        person_id: UUID,
        unit_id: UUID | None,
        roles: frozenset[Role],
        posts: frozenset[UUID] = frozenset(),
        name: str = "",
    ) -> Self:
        """人员: somebody of the directory."""
        return cls(kind=ActorKind.PERSON, person_id=person_id, unit_id=unit_id, roles=roles, posts=posts, name=name)

    @classmethod
    def system(cls, reason: str) -> Self:
        """系统: a timer, a message or a start-up task; holds no grants, so commands run `as_system`."""
        return cls(kind=ActorKind.SYSTEM, reason=reason)

    @classmethod
    def anonymous(cls) -> Self:
        """匿名: nobody signed in."""
        return cls(kind=ActorKind.ANONYMOUS)

    @property
    def id(self) -> str:
        """What audit lines, events and idempotency keys call this actor: `person:<uuid>`, `system` or `anonymous`."""
        return f"person:{self.person_id}" if self.person_id else self.kind.value
