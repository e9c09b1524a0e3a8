"""`luoshi plan` 方案: what a plan document says, without a server (R15, E46–E53)."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from luoshi_tasks.plans.parsing.model import ParsedPlan

app = typer.Typer(help="方案：读取方案文件，核对任务、单位和疑点。", no_args_is_help=True)


@app.callback()
def plan() -> None:
    """方案：读取方案文件，核对任务、单位和疑点。"""


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="方案文件：UTF-8 或 GB18030 文本，或 .docx。")],
    as_data: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")] = False,
    year: Annotated[int | None, typer.Option("--year", help="方案属于哪一年；不写则取文件自己的年份。")] = None,
) -> None:
    """读取方案文件：领域、任务、单位、疑点。

    Exit 0 when read, also with findings; exit 2 with one line on stderr when it cannot be read as a plan.
    """
    from luoshi_tasks.plans.parsing.model import PlanUnreadable
    from luoshi_tasks.plans.parsing.output import as_json
    from luoshi_tasks.plans.parsing.parse import parse_plan
    from luoshi_tasks.plans.parsing.reader import read_plan_file

    try:
        text = read_plan_file(file.read_bytes(), name=file.name)
        parsed = parse_plan(text=text, year=year)
    except OSError as failed:
        _refuse(f"{file}：文件无法打开（{failed.strerror or type(failed).__name__}）。")
    except PlanUnreadable as refused:
        _refuse(f"{file}：{refused}")
    _write(json.dumps(as_json(parsed), ensure_ascii=False) if as_data else _summary(parsed))


def _refuse(message: str) -> NoReturn:
    sys.stderr.buffer.write((" ".join(message.split()) + "\n").encode())
    sys.stderr.buffer.flush()
    raise typer.Exit(2)


def _write(text: str) -> None:
    sys.stdout.buffer.write((text + "\n").encode())
    sys.stdout.buffer.flush()


def _summary(parsed: "ParsedPlan") -> str:
    """The plan as lines for a person."""
    lines = [f"{parsed.title}（{parsed.year or '年份未定'}）：{len(parsed.areas)}个领域，{len(parsed.tasks)}项任务"]
    for task in parsed.tasks:
        units = "、".join(task.lead) or "（无）"
        lines.append(f"{task.no:>4}  {task.title}｜牵头：{units}｜责任：{'、'.join(task.responsible) or '（无）'}")
    levels = {"error": "错误", "warning": "提醒", "info": "说明"}
    lines += [f"[{levels[finding.level]}] {finding.message}（“{finding.quote}”）" for finding in parsed.findings]
    return "\n".join(lines)
