"""问题: a refusal as a box at the top of the page, its fields linked to the inputs."""

import re
from collections.abc import Mapping

from luoshi_client.session import Refusal
from luoshi_common.errors import Problem
from luoshi_common.i18n import Language, say
from luoshi_console.views import FieldError, ProblemView

type Trouble = Problem | Refusal
TROUBLES = (Problem, Refusal)
_OURS = 500


def view_of(trouble: Trouble, language: str) -> ProblemView:
    """Show a refusal: its sentence, the fields it names, and the number to read out when the fault is ours.

    A service has answered in the person's language already; what the console itself refuses is translated here.
    """
    if isinstance(trouble, Problem):
        spoken = Language.ENGLISH if language == "en" else Language.CHINESE
        return ProblemView(status=trouble.status, title=say(trouble, language=spoken))
    return ProblemView(
        status=trouble.status,
        title=trouble.title,
        detail=trouble.detail if trouble.detail != trouble.title and not trouble.errors else None,
        errors=tuple(_field_error(error) for error in trouble.errors),
        reference=trouble.request_id if trouble.status >= _OURS and trouble.request_id else None,
    )


def _field_error(said: Mapping[str, str]) -> FieldError:
    names = [part for part in re.split(r"[./]", said.get("path", "")) if part and not part.isdigit()]
    return FieldError(field=names[-1] if names else "main", message=said.get("message", ""))
