"""Text → plan 方案解析 (R1, R15, R34–R38, E46–E53). Pure: no clock, no store, nothing read or written."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from luoshi_tasks.plans.parsing import checks
from luoshi_tasks.plans.parsing.clues import note_year_conflicts, year_of
from luoshi_tasks.plans.parsing.deadlines import Deadline, deadline_in_prose, read_deadline
from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.indicators import read_indicators
from luoshi_tasks.plans.parsing.marks import Mark, find_marks
from luoshi_tasks.plans.parsing.misreadings import note_misreadings
from luoshi_tasks.plans.parsing.model import Finding, NoTaskFound, ParsedArea, ParsedPlan, ParsedTask
from luoshi_tasks.plans.parsing.quotes import first_stop, note_unclosed
from luoshi_tasks.plans.parsing.roles import Roles, read_roles
from luoshi_tasks.plans.parsing.source import Removal, Source, read_source
from luoshi_tasks.plans.parsing.structure import Entry, Structure, find_labels, read_structure
from luoshi_tasks.plans.parsing.tables import spread_tables
from luoshi_tasks.plans.parsing.titles import area_title, document_title
from luoshi_tasks.plans.parsing.units import is_group

_NEAR_ENOUGH = 60


def parse_plan(*, text: str, year: int | None, known_units: Collection[str] | None = None) -> ParsedPlan:
    """Read a decoded plan document; linear in its length.

    `year` is the operator's word and wins over the document's (E7, E49). `known_units`, if given, are names and
    aliases; a name outside them is a finding. Raises NoTaskFound when nothing in the text reads as a task.
    """
    source, removals = read_source(text)
    source = spread_tables(source)
    log = FindingLog(source)
    _note_removals(removals, log)
    labels = find_labels(source)
    marks = find_marks(source, labels=labels)
    structure = read_structure(source, marks=marks, labels=labels)
    if not structure.entries:
        raise NoTaskFound("没有读到任何任务，请确认这是一份列有任务和责任单位的方案。")
    title = document_title(source, marks=marks)
    own = year_of(source, title=title)
    plan_year = year if year is not None else own
    areas = _areas(source, structure)
    tasks = [_task(source, entry, areas=areas, year=plan_year, log=log) for entry in structure.entries]
    if known_units is not None:
        _note_unknown(structure.entries, tasks, known=set(known_units), log=log)
    _check(source, structure, tasks=tasks, marks=marks, log=log)
    note_year_conflicts(source, given=year, own=own, first_task=structure.entries[0].mark.start, log=log)
    return ParsedPlan(
        title=title,
        year=plan_year,
        areas=tuple(areas),
        tasks=tuple(tasks),
        findings=_with_tasks(log.listed(), tasks),
    )


def _note_removals(removals: list[Removal], log: FindingLog) -> None:
    for removal in removals:
        log.add_at(removal.code, removal.start, log.source.text[removal.start : removal.end], fix="")


def _areas(source: Source, structure: Structure) -> list[ParsedArea]:
    numbers = [mark.no for mark in structure.areas]
    distinct = len(set(numbers)) == len(numbers)
    return [
        ParsedArea(
            no=mark.no if distinct else index,
            title=area_title(source, mark, end=end),
            offset=source.offset(mark.start),
        )
        for index, (mark, end) in enumerate(zip(structure.areas, structure.area_ends, strict=True), 1)
    ]


def _task(source: Source, entry: Entry, *, areas: list[ParsedArea], year: int | None, log: FindingLog) -> ParsedTask:
    no = entry.mark.no
    roles = read_roles(source, entry.start, entry.end, log=log, task_no=no)
    first_clause = min((clause.start for clause in roles.clauses), default=entry.end)
    title_end = first_stop(source.norm, entry.start, first_clause)
    title = _joined(source.body[entry.start : title_end]).rstrip("。；;，,:： ")
    prose = _prose(source, entry, roles)
    due = _deadline(roles, prose, year=year)
    offset, whole = source.slice(entry.mark.start, entry.start + len(source.body[entry.start : entry.end].rstrip()))
    task = ParsedTask(
        no=no,
        area_no=areas[entry.area].no if entry.area is not None else 0,
        title=title,
        text=source.body[entry.start : entry.end].strip(),
        lead=roles.lead,
        responsible=roles.responsible,
        leaders=roles.leaders,
        deadline=due.on,
        indicators=read_indicators(prose),
        offset=offset,
        length=len(whole),
    )
    _note_absent(source, entry, task, roles, due, title_end=title_end, year=year, log=log)
    return task


def _joined(text: str) -> str:
    """One line of text: a line break inside is what a site or an editor put there."""
    return "".join(line.strip() for line in text.strip(" \t\r\n\u3000\u00a0").splitlines())


def _prose(source: Source, entry: Entry, roles: Roles) -> str:
    """The entry's own words: without its role clauses and without what follows the last of them."""
    if not roles.clauses:
        return source.body[entry.start : entry.end]
    parts, at = [], entry.start
    for clause in roles.clauses:
        parts.append(source.body[at : max(clause.start, at)])
        at = max(clause.end, at)
    return "。".join(parts)


def _deadline(roles: Roles, prose: str, *, year: int | None) -> Deadline:
    if roles.deadlines:
        read = [read_deadline(text, year=year) for text in roles.deadlines]
        return max(read, key=lambda deadline: deadline.on or date.min)
    return deadline_in_prose(prose, year=year)


def _note_absent(
    source: Source,
    entry: Entry,
    task: ParsedTask,
    roles: Roles,
    due: Deadline,
    *,
    title_end: int,
    year: int | None,
    log: FindingLog,
) -> None:
    """What an entry does not say, one finding each, at its start (R61, E53)."""
    start, end = entry.mark.start, max(title_end, entry.mark.end)
    while end > entry.mark.end and source.norm[end - 1] in " \n":
        end -= 1
    if task.deadline is None:
        reason = "没有写明完成时限，下达前须补上。"
        if due.endless:
            reason = "没有截止日期，属于长期或持续推进的工作，请确认是否逐年复核。"
        elif due.phrase:
            reason = (
                f"完成时限“{due.phrase}”没有读懂，请填写具体日期。" if year else "没有年份，完成时限无法换算成日期。"
            )
        log.add("no_deadline", start, end, task_no=task.no, reason=reason)
    if not task.leaders:
        log.add("no_leader", start, end, task_no=task.no)
    if not task.lead and not roles.reference:
        log.add("no_lead", start, end, task_no=task.no)


def _note_unknown(entries: tuple[Entry, ...], tasks: list[ParsedTask], *, known: set[str], log: FindingLog) -> None:
    """Names the directory does not know, with the nearest known one as proposal."""
    from rapidfuzz import process

    near: dict[str, str | None] = {}
    for entry, task in zip(entries, tasks, strict=True):
        for name in (*task.lead, *task.responsible):
            if name in known or is_group(name):
                continue
            if name not in near:
                best = process.extractOne(name, known, score_cutoff=_NEAR_ENOUGH)
                near[name] = best[0] if best else None
            at = log.source.body.find(name, entry.start, entry.end)
            start, end = (at, at + len(name)) if at >= 0 else (entry.mark.start, entry.mark.end)
            log.add("unknown_unit", start, end, task_no=task.no, fix=near[name], unit=name)


def _check(
    source: Source, structure: Structure, *, tasks: list[ParsedTask], marks: list[Mark], log: FindingLog
) -> None:
    checks.note_heading_marks(source, marks=marks, log=log)
    checks.note_marker_forms(source, entries=structure.entries, log=log)
    checks.note_numbers(structure, log=log)
    checks.note_titles(structure.entries, tasks, log=log)
    checks.note_measure_words(source, log=log)
    checks.note_unreadable(source, log=log)
    checks.note_truncation(source, marks=marks, log=log)
    note_misreadings(source, log=log)
    note_unclosed(source, starts=[mark.start for mark in marks], log=log)


_PLACED = {"ocr_suspect", "quote_unclosed", "mojibake", "measure_word_differs", "truncated", "hidden_character"}


def _with_tasks(findings: tuple[Finding, ...], tasks: list[ParsedTask]) -> tuple[Finding, ...]:
    """The findings, those of the whole document with the number of the task they stand in."""
    starts = [task.offset for task in tasks]
    placed = []
    for finding in findings:
        if finding.task_no is None and finding.code in _PLACED:
            at = bisect_right(starts, finding.offset) - 1
            if at >= 0 and finding.offset < tasks[at].offset + tasks[at].length:
                finding = replace(finding, task_no=tasks[at].no)
        placed.append(finding)
    return tuple(placed)
