"""Checks of the whole document 全文核对 (E6, E13, E32, E39, E42, E44): numbers that fit, an end, readable signs."""

import re
from collections import Counter
from itertools import groupby

from luoshi_tasks.plans.parsing.clauses import LABEL
from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.marks import Level, Mark
from luoshi_tasks.plans.parsing.model import ParsedTask
from luoshi_tasks.plans.parsing.numerals import write_numeral
from luoshi_tasks.plans.parsing.source import Source
from luoshi_tasks.plans.parsing.structure import Entry, Structure

_UNREADABLE = re.compile(
    "[\ufffd\ue000-\uf8ff]+|/G[0-9A-F]{2,3}|锟斤拷|烫烫烫|(?:[\u00c3\u00e2\u00e5-\u00e9\u00ef][\u0080-\u00bf\u0152-\u0178\u2013-\u203a]{1,2})+"
)
_ENDS = tuple('。.!?！？；;:：…)）」』》】”"')
_DATED = re.compile(
    r"^[ ]*(?:[0-9〇○零一二三四五六七八九]{4}年|附[ ]*件|抄送|主送|印发|[-—–]?[ ]*[0-9]{1,3}[ ]*[-—–]?$)"
)
_OPEN_END = re.compile("(?:[的和与及要将对在把被为向以、,]|发挥)$")
_MEASURED = re.compile(r"(?<![0-9.])(?P<number>[0-9]{2,4})(?P<measure>[项件个条家名户])(?P<thing>[一-鿿]{4})")


def note_heading_marks(source: Source, *, marks: list[Mark], log: FindingLog) -> None:
    """Headings whose number is written with another sign (E13)."""
    for mark in marks:
        if mark.odd:
            usual = f"({write_numeral(mark.no)})"
            log.add(
                "heading_mark", mark.start, mark.end, fix=usual, found=source.body[mark.start : mark.end], usual=usual
            )


def note_marker_forms(source: Source, *, entries: tuple[Entry, ...], log: FindingLog) -> None:
    """Task marks that differ from the form most of the document uses (E9, E51)."""
    forms = Counter(entry.mark.form for entry in entries)
    if not forms:
        return
    usual = forms.most_common(1)[0][0]
    for entry in entries:
        mark = entry.mark
        if mark.form != usual:
            fix = usual.replace("#", str(mark.no)) if "#" in usual else None
            found = source.body[mark.start : mark.end]
            shown = fix or "①②③"
            log.add("marker_form", mark.start, mark.end, task_no=mark.no, fix=fix, found=found, usual=shown)


def note_numbers(structure: Structure, *, log: FindingLog) -> None:
    """Gaps and repeats in the numbers of tasks and areas, tasks before any area, counts the text itself gives."""
    headings = [(mark.no, mark.start, mark.end) for mark in structure.headings]
    _note_run(headings, log, first=headings[0][0] if structure.level is Level.SECTION and headings else 1, tasks=False)
    runs = [[(entry.mark.no, entry.mark.start, entry.mark.end) for entry in group] for group in _by_area(structure)]
    if len(runs) > 1 and all(run[0][0] == 1 for run in runs):
        log.add("numbering_restarts", runs[1][0][1], runs[1][0][2], task_no=1)
    else:
        runs = [[mark for run in runs for mark in run]]
    for run in runs:
        _note_run(run, log, first=1, tasks=True)
    _note_before_area(structure, log)
    _note_counts(structure, log)


def _by_area(structure: Structure) -> list[list[Entry]]:
    return [list(group) for _, group in groupby(structure.entries, key=lambda entry: entry.area)]


def _note_run(run: list[tuple[int, int, int]], log: FindingLog, *, first: int, tasks: bool) -> None:
    seen: set[int] = set()
    expected = first
    for no, start, end in run:
        task_no = no if tasks else None
        if no in seen:
            log.add("number_twice", start, end, task_no=task_no, number=no)
        elif no > expected:
            missing = f"缺第{expected}号" if no == expected + 1 else f"缺第{expected}至{no - 1}号"
            log.add("number_gap", start, end, task_no=task_no, missing=missing)
        elif no < expected:
            log.add("number_gap", start, end, task_no=task_no, missing=f"第{no}号排在第{expected - 1}号之后")
        seen.add(no)
        expected = max(expected, no + 1)


def _note_before_area(structure: Structure, log: FindingLog) -> None:
    if not structure.areas:
        first = structure.entries[0].mark
        log.add("no_area", first.start, first.end)
        return
    for entry in structure.entries:
        if entry.area is None:
            log.add("task_before_area", entry.mark.start, entry.mark.end, task_no=entry.mark.no)
    held = {entry.area for entry in structure.entries}
    for index, area in enumerate(structure.areas):
        if index not in held:
            log.add("area_empty", area.start, area.end)


def _note_counts(structure: Structure, log: FindingLog) -> None:
    said = structure.said
    if said is None:
        return
    areas, tasks = len(structure.areas), len(structure.entries)
    if said.areas != areas or said.tasks not in (None, tasks):
        told = f"{said.areas}个方面" + (f"{said.tasks}项" if said.tasks is not None else "")
        log.add("count_mismatch", said.start, said.end, said=told, read=f"{areas}个方面{tasks}项")


def note_titles(entries: tuple[Entry, ...], tasks: list[ParsedTask], *, log: FindingLog) -> None:
    """Tasks that bear the title of an earlier one (E44)."""
    first: dict[str, int] = {}
    for entry, task in zip(entries, tasks, strict=True):
        if task.title in first:
            log.add("title_twice", entry.mark.start, entry.mark.end, task_no=task.no, number=first[task.title])
        first.setdefault(task.title, task.no)


def note_measure_words(source: Source, *, log: FindingLog) -> None:
    """The same number of the same thing counted with another measure word (E32)."""
    usual: dict[tuple[str, str], str] = {}
    for found in _MEASURED.finditer(source.norm):
        key = (found["number"], found["thing"])
        before = usual.setdefault(key, found["measure"])
        if before != found["measure"]:
            start, end = found.start(), found.end("measure")
            usual_words, words = found["number"] + before, found["number"] + found["measure"]
            log.add("measure_word_differs", start, end, fix=usual_words, usual=usual_words, found=words)


def note_unreadable(source: Source, *, log: FindingLog) -> None:
    """Replacement characters, private-use signs and the traces of a wrong encoding (E39)."""
    for found in _UNREADABLE.finditer(source.body):
        log.add("mojibake", *found.span())


def note_truncation(source: Source, *, marks: list[Mark], log: FindingLog) -> None:
    """A text that stops in mid-sentence (E6). Signatures, dates and lines of a list may end without a full stop."""
    norm = source.norm.rstrip()
    if not norm or norm.endswith(_ENDS):
        return
    line = norm.rfind("\n") + 1
    start = max(norm.rfind("。", line) + 1, line)
    last = norm[start:]
    whole_line = start == line
    if _DATED.match(last) or LABEL.search(norm, start):
        return
    if whole_line and line and not _OPEN_END.search(last):
        return
    if not whole_line or _OPEN_END.search(last) or not any(mark.start >= line for mark in marks):
        log.add("truncated", start, len(norm))
