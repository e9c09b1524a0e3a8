"""The one output for tools 输出格式 (R15): a plan as plain JSON values; fields and order are fixed."""

from typing import Any

from luoshi_tasks.plans.parsing.model import ParsedPlan


def as_json(plan: ParsedPlan) -> dict[str, Any]:
    """`plan` as JSON values; dates as YYYY-MM-DD, offsets in characters of the decoded file."""
    return {
        "title": plan.title,
        "year": plan.year,
        "areas": [{"no": area.no, "title": area.title} for area in plan.areas],
        "tasks": [
            {
                "no": task.no,
                "area_no": task.area_no,
                "title": task.title,
                "text": task.text,
                "lead": list(task.lead),
                "responsible": list(task.responsible),
                "leaders": list(task.leaders),
                "deadline": task.deadline.isoformat() if task.deadline else None,
                "indicators": [
                    {
                        "text": indicator.text,
                        "comparison": indicator.comparison,
                        "value": indicator.value,
                        "measure": indicator.measure,
                        "of": indicator.of,
                    }
                    for indicator in task.indicators
                ],
            }
            for task in plan.tasks
        ],
        "findings": [
            {
                "code": finding.code,
                "level": finding.level,
                "message": finding.message,
                "offset": finding.offset,
                "quote": finding.quote,
                "task_no": finding.task_no,
                "fix": finding.fix,
            }
            for finding in plan.findings
        ],
    }
