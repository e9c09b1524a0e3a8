"""问题: a refusal as a box at the top of the page, its fields linked to the inputs."""

import re
from collections.abc import Mapping

from luoshi_client.session import Refusal
from luoshi_common.errors import Problem
from luoshi_console.views import FieldError, ProblemView

type Trouble = Problem | Refusal
TROUBLES = (Problem, Refusal)
_OURS = 500


def view_of(trouble: Trouble) -> ProblemView:
    """Show a refusal: its sentence, the fields it names, and the number to read out when the fault is ours."""
    if isinstance(trouble, Problem):
        return ProblemView(status=trouble.status, title=trouble.text())
    return ProblemView(
        status=trouble.status,
        title=trouble.title,
        detail=trouble.detail if trouble.detail and trouble.detail != trouble.title else None,
        errors=tuple(_field_error(error) for error in trouble.errors),
        reference=trouble.request_id if trouble.status >= _OURS and trouble.request_id else None,
    )


def _field_error(said: Mapping[str, str]) -> FieldError:
    names = [part for part in re.split(r"[./]", said.get("path", "")) if part and not part.isdigit()]
    return FieldError(field=names[-1] if names else "main", message=said.get("message", ""))
