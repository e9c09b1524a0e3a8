"""到达: what the gate has learnt of a request before any handler runs."""

from dataclasses import dataclass

from starlette.types import Scope

from luoshi_common.auth.tokens import Claims
from luoshi_common.i18n import Language

_KEY = "luoshi.arrival"


@dataclass(slots=True, kw_only=True)
class Arrival:
    """到达: the request's id, the language to answer in, and who the token proves (None: nobody)."""

    request_id: str
    language: Language
    instance: str
    claims: Claims | None = None


def remember(scope: Scope, arrival: Arrival) -> None:
    """Leave it with the request."""
    scope[_KEY] = arrival


def arrival_of(scope: Scope) -> Arrival:
    """Take it up again."""
    arrival: Arrival = scope[_KEY]
    return arrival


def path_of(scope: Scope) -> str:
    """Give the path inside this application, wherever it is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
