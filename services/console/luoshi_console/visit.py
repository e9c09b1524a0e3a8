"""来访: one request for one page: who comes, in which language, what they ask for, the services on their behalf."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from luoshi_common.auth.actions import Action
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import Guarded, allowed
from luoshi_console.forms import Form
from luoshi_console.session import Session
from luoshi_console.views import ProblemView

if TYPE_CHECKING:
    from luoshi_console.reference import Me, Reference
    from luoshi_console.services import Services

_ANYTHING = Guarded(kind="page")
_KEYS = UUID("6f0a4b1e-7a55-4c8e-9d57-0d6a0d6c8f11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """来访: ``me`` is None for a stranger; ``typed`` holds a form that was refused, so that no word is lost."""

    path: str
    query: Mapping[str, str]
    params: Mapping[str, str]
    language: str
    theme: str
    services: "Services"
    reference: "Reference"
    mode: Mode = Mode.PRODUCTION
    session: Session | None = None
    me: "Me | None" = None
    typed: Form = field(default_factory=Form)
    problem: ProblemView | None = None
    said: str | None = None

    def may(self, action: Action, guarded: Guarded = _ANYTHING) -> bool:
        """Ask the policy table whether a form should be shown; the service asks again when it is posted."""
        return self.me is not None and allowed(self.me.actor, action, guarded, self.mode)

    def key(self, *parts: object) -> str:
        """Make the idempotency key of a form: the same form of the same session sent twice is one command."""
        session = self.session.key if self.session else ""
        return str(uuid5(_KEYS, "\n".join([session, *map(str, parts)])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """已办: where to go after an act, and what is said there; ``typed`` is shown again where more is to be done."""

    location: str
    said: str | None = None
    typed: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """页面: a path, its template, and the function that builds its view; ``public`` is open to strangers."""

    path: str
    template: str
    build: Callable[[Visit], Awaitable[Any]]
    public: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """动作: a form that is posted; when a service refuses, ``page`` is shown again with the refusal and the input."""

    path: str
    do: Callable[[Visit, Form], Awaitable[Done]]
    page: Page
