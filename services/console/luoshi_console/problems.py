"""问题: a refusal of a service as a box at the top of the page, its fields linked to the inputs."""

import re
from collections.abc import Mapping, Sequence

from luoshi_common.errors import Problem
from luoshi_console.views import FieldError, ProblemView


def view_of(problem: Problem) -> ProblemView:
    """Show a refusal: its sentence, the fields it names, and the number to read out when the fault is ours."""
    facts = problem.facts
    errors = facts.get("errors")
    reference = facts.get("request_id") if problem.status >= 500 else None
    return ProblemView(
        status=problem.status,
        title=str(facts.get("title") or problem.text()),
        detail=str(facts["detail"]) if facts.get("detail") and facts.get("detail") != facts.get("title") else None,
        errors=tuple(_field_error(error) for error in errors) if isinstance(errors, Sequence) else (),
        reference=str(reference) if reference else None,
    )


def _field_error(error: object) -> FieldError:
    said: Mapping[str, object] = error if isinstance(error, Mapping) else {}
    names = [part for part in re.split(r"[./]", str(said.get("path", ""))) if part and not part.isdigit()]
    return FieldError(field=names[-1] if names else "main", message=str(said.get("message", "")))
