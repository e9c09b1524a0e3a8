"""权限表: who may do what, on one page. Pure: what a record has to do with whom arrives as `Guarded`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor, ActorKind
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.roles import STAFF, Role
from luoshi_common.errors import Forbidden, NotFound, Unauthenticated
from luoshi_common.i18n import Term


class Relation(StrEnum):
    """关系: what the actor must have to do with the thing."""

    ANY = "any"
    LEAD_UNIT = "lead_unit"
    NAMED_PERSON = "named_person"
    OWN_UNIT = "own_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """受控对象: what the policy needs to know of a record.

    `lead_units` lead it; `units` have a part in it (the lead's too); `persons` are named for it (acceptor, addressee);
    of a `secret` one a stranger must not learn that it exists: refused as 404.
    """

    kind: str
    id: str = ""
    lead_units: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()
    persons: frozenset[UUID] = frozenset()
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """授权: these roles, standing in this relation, in these modes; `anonymous` needs no role at all."""

    roles: frozenset[Role] = frozenset()
    relation: Relation = Relation.ANY
    modes: frozenset[Mode] = frozenset(Mode)
    anonymous: bool = False


class Extent(StrEnum):
    """范围: how far an actor's view reaches."""

    ALL = "all"
    NONE = "none"
    OWN = "own"
    UNITS = "units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """可见范围: queries turn it into WHERE: everything, the things of `units`, those naming `person_id`, or nothing."""

    extent: Extent
    units: frozenset[UUID] = frozenset()
    person_id: UUID | None = None


class NotPermitted(Forbidden):
    """无权: says who may."""

    code = "forbidden"
    title = "您没有权限进行此操作；有权办理的是：{who}"


_DEVELOPMENT = frozenset({Mode.DEVELOPMENT})
_OFFICE = frozenset({Role.OFFICE})
_OPERATOR = frozenset({Role.OPERATOR})
_UNIT = frozenset({Role.UNIT_HEAD, Role.UNIT_LIAISON})

POLICY: Mapping[Action, tuple[Grant, ...]] = MappingProxyType(
    {
        Action.ACCEPT_FINDING: (Grant(roles=_OFFICE),),
        Action.ADVANCE_CLOCK: (Grant(roles=STAFF, modes=_DEVELOPMENT),),
        Action.APPLY_STRIKE_OFF: (Grant(roles=_UNIT, relation=Relation.LEAD_UNIT),),
        Action.ARRANGE_ITEM: (Grant(roles=_OFFICE),),
        Action.CHECK_STRIKE_OFF: (Grant(roles=frozenset({Role.ACCEPTOR}), relation=Relation.NAMED_PERSON),),
        Action.CONFIRM_PLAN: (Grant(roles=_OFFICE),),
        Action.IMPORT_PLAN: (Grant(roles=_OFFICE),),
        Action.ISSUE_ITEM: (Grant(roles=_OFFICE),),
        Action.LOAD_CITY: (Grant(roles=_OPERATOR),),
        Action.MANAGE_PARKED: (Grant(roles=_OPERATOR),),
        Action.MARK_READ: (Grant(roles=STAFF, relation=Relation.NAMED_PERSON),),
        Action.READ_AUDIT: (Grant(roles=_OFFICE | _OPERATOR),),
        Action.READ_CITY: (Grant(anonymous=True),),
        Action.READ_DIRECTORY: (Grant(roles=STAFF),),
        Action.READ_INBOX: (Grant(roles=STAFF, relation=Relation.NAMED_PERSON),),
        Action.READ_ITEM: (Grant(roles=STAFF),),
        Action.READ_PERSONAS: (Grant(anonymous=True, modes=_DEVELOPMENT),),
        Action.READ_PLAN: (Grant(roles=_OFFICE | {Role.LEADER}),),
        Action.READ_SCORE: (Grant(roles=STAFF),),
        Action.READ_WALL: (Grant(roles=STAFF), Grant(anonymous=True, modes=_DEVELOPMENT)),
        Action.RECOUNT: (Grant(roles=_OFFICE),),
        Action.UPLOAD_EVIDENCE: (Grant(roles=_UNIT, relation=Relation.OWN_UNIT),),
    }
)

_EVERYBODY = Term("本市工作人员")
_ONESELF = Term("本人")
_NOBODY = Term("当前运行模式下无人")
_STANDING: Mapping[Relation, str] = {
    Relation.ANY: "",
    Relation.LEAD_UNIT: "牵头",
    Relation.NAMED_PERSON: "指定的",
    Relation.OWN_UNIT: "参与",
}


def allowed(actor: Actor, action: Action, guarded: Guarded, mode: Mode) -> bool:
    """Look the action up in the table; the system holds no grants (it acts by `as_system`, with a reason)."""
    return actor.kind is not ActorKind.SYSTEM and any(
        mode in grant.modes and _holds(actor, grant) and _stands(actor, grant.relation, guarded)
        for grant in POLICY[action]
    )


def require(actor: Actor, action: Action, guarded: Guarded, mode: Mode) -> None:
    """Return if allowed; else raise.

    Unauthenticated before anybody has signed in; NotFound where existence is secret; else NotPermitted, whose fact
    `who` names those who may.
    """
    if allowed(actor, action, guarded, mode):
        return
    if actor.kind is ActorKind.ANONYMOUS:
        raise Unauthenticated
    if guarded.secret:
        raise NotFound
    raise NotPermitted(action=action.value, who=who_may(action, mode))


def who_may(action: Action, mode: Mode) -> tuple[Term, ...]:
    """Name those who may do it, as people call them."""
    named = [name for grant in POLICY[action] if mode in grant.modes for name in _names_of(grant)]
    return tuple(dict.fromkeys(named)) or (_NOBODY,)


def scope_of(actor: Actor, action: Action, mode: Mode) -> Scope:
    """How far a list that shows by `action` reaches for this actor: the widest of the grants held."""
    held = {grant.relation for grant in POLICY[action] if mode in grant.modes and _holds(actor, grant)}
    if actor.kind is ActorKind.SYSTEM or not held:
        return Scope(extent=Extent.NONE)
    if Relation.ANY in held:
        return Scope(extent=Extent.ALL)
    if held & {Relation.LEAD_UNIT, Relation.OWN_UNIT}:
        return Scope(extent=Extent.UNITS, units=frozenset({actor.unit_id} if actor.unit_id else ()))
    return Scope(extent=Extent.OWN, person_id=actor.person_id)


def _names_of(grant: Grant) -> tuple[Term, ...]:
    if grant.roles == STAFF:
        return (_ONESELF if grant.relation is Relation.NAMED_PERSON else _EVERYBODY,)
    return tuple(Term(_STANDING[grant.relation] + role.term) for role in sorted(grant.roles))


def _holds(actor: Actor, grant: Grant) -> bool:
    return grant.anonymous or bool(actor.roles & grant.roles)


def _stands(actor: Actor, relation: Relation, guarded: Guarded) -> bool:
    match relation:
        case Relation.ANY:
            return True
        case Relation.LEAD_UNIT:
            return actor.unit_id in guarded.lead_units
        case Relation.OWN_UNIT:
            return actor.unit_id in guarded.units
        case Relation.NAMED_PERSON:
            return actor.person_id in guarded.persons
