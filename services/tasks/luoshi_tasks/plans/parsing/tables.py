"""Tables 表格 (E26): rows of tab-divided cells under a header are spread into entries with labels.

What the table leaves to its columns (number, label) is written into the body and stands for the place of its cell.
"""

import re
from dataclasses import dataclass

from luoshi_tasks.plans.parsing.clauses import LABELS
from luoshi_tasks.plans.parsing.numerals import read_numeral, write_numeral
from luoshi_tasks.plans.parsing.source import BodyBuilder, Source

_NUMBER = {"序号", "编号", "序", "任务编号"}
_TASK = re.compile(
    "^(?:重点|主要|工作|具体|年度|目标|改革|建设)*(?:任务|事项|工作|内容|目标|举措|措施|项目)(?:名称|内容|清单|及目标|要求)?$"
)
_AREA = {"领域", "方面", "类别", "重点领域", "任务类别", "工作类别", "板块", "重点方面", "工作领域", "任务领域"}
_LINE = re.compile(r"[^\n]*\n?")
_MARKED = re.compile(r"^[ ]*(?:[0-9]{1,3}[ ]?[.、]|\([^()]{1,4}\)|[一二三四五六七八九十]{1,3}、)")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int


@dataclass(slots=True)
class _Table:
    """The columns of the table being read: what each header means, and the last area and number seen."""

    number: int | None
    task: int
    area: int | None
    labels: dict[int, str]
    areas: int = 0
    last_area: str = ""
    last_no: int = 0


def spread_tables(source: Source) -> Source:
    """The source with the rows of its task tables as numbered entries; a text without tables comes back as it is."""
    if "\t" not in source.body:
        return source
    builder = BodyBuilder([], [], [], [])
    table: _Table | None = None
    for line in _LINE.finditer(source.body):
        cells = _cells(line)
        header = _header(cells)
        if header is not None:
            table = header
        elif table is None or len(cells) < 2:
            table = None if len(cells) < 2 else table
            _keep(builder, source, line.start(), line.end())
        else:
            _row(builder, source, table, cells)
    return builder.build(source.text, source.wrapper_title)


def _cells(line: re.Match[str]) -> list[_Cell]:
    cells, at = [], line.start()
    for part in line.group().rstrip("\r\n").split("\t"):
        cells.append(_Cell(part.strip(), at + len(part) - len(part.lstrip())))
        at += len(part) + 1
    return cells


def _header(cells: list[_Cell]) -> _Table | None:
    names = ["".join(cell.text.split()) for cell in cells]
    labels = {index: name for index, name in enumerate(names) if name in LABELS}
    tasks = [index for index, name in enumerate(names) if _TASK.match(name)]
    if not labels or not tasks:
        return None
    number = next((index for index, name in enumerate(names) if name in _NUMBER), None)
    area = next((index for index, name in enumerate(names) if name in _AREA), None)
    return _Table(number, tasks[0], area, labels)


def _keep(builder: BodyBuilder, source: Source, start: int, end: int) -> None:
    """Copy body[start:end], run by run: what was taken out of the source in between stays out."""
    at = start
    while at < end:
        run_end = at + 1
        while run_end < end and source.offset(run_end) == source.offset(run_end - 1) + 1:
            run_end += 1
        builder.keep(source.body[at:run_end], source.offset(at))
        at = run_end


def _row(builder: BodyBuilder, source: Source, table: _Table, cells: list[_Cell]) -> None:
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return
    task = cells[table.task] if table.task < len(cells) else None
    if len(filled) == 1 or task is None or not task.text:
        _keep(builder, source, filled[0].start, filled[0].start + len(filled[0].text))
        _write(builder, source, "\n", filled[0])
        return
    _area(builder, source, table, cells)
    number = cells[table.number] if table.number is not None and table.number < len(cells) else None
    if not (number is None and _MARKED.match(task.text)):
        table.last_no = (read_numeral(number.text.rstrip(".、．")) if number else None) or table.last_no + 1
        _write(builder, source, f"{table.last_no}.", number if number and number.text else task)
    _keep(builder, source, task.start, task.start + len(task.text))
    _write(builder, source, "\n", task)
    for index, label in table.labels.items():
        if index < len(cells) and cells[index].text:
            _write(builder, source, f"{label}:", cells[index])
            _keep(builder, source, cells[index].start, cells[index].start + len(cells[index].text))
            _write(builder, source, "\n", cells[index])


def _area(builder: BodyBuilder, source: Source, table: _Table, cells: list[_Cell]) -> None:
    cell = cells[table.area] if table.area is not None and table.area < len(cells) else None
    if cell is None or not cell.text or cell.text == table.last_area:
        return
    table.last_area = cell.text
    table.areas += 1
    if not _MARKED.match(cell.text):
        _write(builder, source, f"({write_numeral(table.areas)})", cell)
    _keep(builder, source, cell.start, cell.start + len(cell.text))
    _write(builder, source, "\n", cell)


def _write(builder: BodyBuilder, source: Source, text: str, cell: _Cell) -> None:
    builder.keep(text, source.offset(cell.start), step=0)
