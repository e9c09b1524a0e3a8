"""Plan → text 方案成文: the plain form of a plan's facts, such that parsing the text gives the same facts (R15)."""

from datetime import date

from luoshi_tasks.plans.parsing.model import ParsedPlan, ParsedTask
from luoshi_tasks.plans.parsing.numerals import write_numeral


def render(plan: ParsedPlan) -> str:
    """The facts of `plan` as a document of our own: headings, numbered entries, one clause per entry.

    Indicators stand in the titles; the year is told to the parser, not written.
    """
    lines = [plan.title, f"{write_numeral(len(plan.areas))}个方面{len(plan.tasks)}项。" if plan.areas else ""]
    for task in plan.tasks:
        if not task.area_no:
            lines.append(_entry(task))
    for area in plan.areas:
        lines.append(f"({write_numeral(area.no)}){area.title}。")
        lines += [_entry(task) for task in plan.tasks if task.area_no == area.no]
    return "\n".join(line for line in lines if line) + "\n"


def _entry(task: ParsedTask) -> str:
    parts = [
        ("牵头单位", "、".join(task.lead)),
        ("配合单位", "、".join(task.responsible)),
        ("牵头领导", "、".join(task.leaders)),
        ("完成时限", _written(task.deadline) if task.deadline else ""),
    ]
    clause = ",".join(f"{label}:{value}" for label, value in parts if value)
    return f"{task.no}.{task.title}。" + (f"({clause})" if clause else "")


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
