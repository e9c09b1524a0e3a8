"""Structure of a plan 方案结构 (E14, E44, E50): which marks are tasks, which headings areas."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from luoshi_tasks.plans.parsing.clauses import LABEL, VERB_AT_END
from luoshi_tasks.plans.parsing.marks import Level, Mark, attachments
from luoshi_tasks.plans.parsing.numerals import NUMERAL, read_numeral
from luoshi_tasks.plans.parsing.source import Source

_SAID = re.compile(
    rf"(?P<areas>[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})(?:个|大)方面(?:[^0-9。{NUMERAL}]{{0,12}}(?P<tasks>[0-9]{{1,3}}|[{NUMERAL}]{{1,4}})[项条])?"
)

_ASIDE = re.compile(
    "[ ]*(?:总体|指导|基本|工作|主要|实施|推进|组织|保障|强化|加强)*"
    "(?:要求|思想|原则|目标|思路|步骤|安排|机制|举措|措施|保障|领导|督查|考核|背景)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """文中所说的数目: "十个方面30项", with its place (E42)."""

    areas: int
    tasks: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """任务条目: the mark, and body[start:end] behind it; `area` is the index of its area, None before any."""

    mark: Mark
    start: int
    end: int
    area: int | None


@dataclass(frozen=True, slots=True)
class Structure:
    """方案结构: area headings and entries in order; `headings`: all marks of the areas' level between them."""

    areas: tuple[Mark, ...]
    entries: tuple[Entry, ...]
    said: Said | None
    headings: tuple[Mark, ...] = ()
    level: Level | None = None
    area_ends: tuple[int, ...] = ()


def find_labels(source: Source) -> list[int]:
    """The places where a role clause shows: a label, or a verb before a closing bracket; ascending."""
    places = [found.start() for found in LABEL.finditer(source.norm)]
    places += [found.start() for found in VERB_AT_END.finditer(source.norm)]
    return sorted(places)


def read_structure(source: Source, *, marks: list[Mark], labels: list[int]) -> Structure:
    """Areas and entries out of the marks; no entry when nothing reads as a task."""
    said = _said(source)
    parents = _parents(marks)
    level = _task_level(marks, parents=parents, labels=labels, said=said)
    if level is None:
        return Structure((), (), said)
    chosen = _task_indexes(source, marks, level=level, labels=labels, parents=parents)
    areas = _areas(marks, tasks=chosen, level=level, parents=parents, said=said)
    place = {index: number for number, index in enumerate(areas)}
    cuts = attachments(source)
    entries = []
    ends = _ends(marks, level=level, length=len(source.body))
    for index in chosen:
        end = ends[index]
        cut = bisect_left(cuts, marks[index].end)
        end = min(end, cuts[cut]) if cut < len(cuts) else end
        area = next((place[above] for above in _ancestors(index, parents) if above in place), None)
        entries.append(Entry(marks[index], marks[index].end, end, area))
    found = tuple(marks[index] for index in areas)
    upper = found[0].level if found else None
    between = marks[areas[0] : areas[-1] + 1] if areas else []
    return Structure(
        areas=found,
        entries=tuple(entries),
        said=said,
        headings=tuple(mark for mark in between if mark.level is upper),
        level=upper,
        area_ends=tuple(marks[index + 1].start if index + 1 < len(marks) else len(source.body) for index in areas),
    )


def _said(source: Source) -> Said | None:
    found = _SAID.search(source.norm)
    if found is None or not (areas := read_numeral(found["areas"])):
        return None
    return Said(areas, read_numeral(found["tasks"]) if found["tasks"] else None, found.start(), found.end())


def _parents(marks: list[Mark]) -> list[int | None]:
    """For each mark the index of the nearest mark above it in level."""
    open_marks: list[int] = []
    parents: list[int | None] = []
    for index, mark in enumerate(marks):
        while open_marks and marks[open_marks[-1]].level >= mark.level:
            open_marks.pop()
        parents.append(open_marks[-1] if open_marks else None)
        open_marks.append(index)
    return parents


def _ends(marks: list[Mark], *, level: Level, length: int) -> list[int]:
    """For each mark where an entry of `level` that begins there ends: at the next mark of that level or above."""
    ends, end = [0] * len(marks), length
    for index in range(len(marks) - 1, -1, -1):
        ends[index] = end
        if marks[index].level <= level:
            end = marks[index].start
    return ends


def _ancestors(index: int, parents: list[int | None]) -> list[int]:
    above, found = parents[index], []
    while above is not None:
        found.append(above)
        above = parents[above]
    return found


def _task_level(marks: list[Mark], *, parents: list[int | None], labels: list[int], said: Said | None) -> Level | None:
    """The level whose entries hold the role clauses; without any clause the topmost numbered one."""
    counts = Counter(mark.level for mark in marks)
    numbered = [level for level in (Level.NUMBER, Level.BRACKETED, Level.CIRCLED) if counts[level]]
    if not labels:
        return numbered[0] if numbered else None
    ignored: set[Level] = set()
    for level in sorted(counts, reverse=True):
        if level > Level.SECTION and _only_last_holds(marks, level, parents, _holders(marks, labels, ignored)):
            ignored.add(level)
    holders = Counter(marks[index].level for index in _holders(marks, labels, ignored))
    if said and said.tasks:
        for level, _ in holders.most_common():
            if counts[level] == said.tasks:
                return level
    if not holders:
        return numbered[0] if numbered else None
    return max(holders, key=lambda level: (holders[level], level))


def _holders(marks: list[Mark], labels: list[int], ignored: set[Level]) -> set[int]:
    """The indexes of the marks in whose own text, up to the next mark, a role clause shows."""
    kept = [index for index, mark in enumerate(marks) if mark.level not in ignored]
    starts = [marks[index].start for index in kept]
    found = {bisect_right(starts, label) - 1 for label in labels}
    return {kept[at] for at in found if at >= 0}


def _only_last_holds(marks: list[Mark], level: Level, parents: list[int | None], holders: set[int]) -> bool:
    """Whether a level only lists points (1)(2)(3) inside entries whose one clause stands at the very end."""
    groups: dict[int | None, list[int]] = defaultdict(list)
    for index, mark in enumerate(marks):
        if mark.level is level:
            groups[parents[index]].append(index)
    several = [group for group in groups.values() if len(group) > 1 and any(index in holders for index in group)]
    return len(several) > 1 and all(not any(index in holders for index in group[:-1]) for group in several)


def _task_indexes(
    source: Source, marks: list[Mark], *, level: Level, labels: list[int], parents: list[int | None]
) -> list[int]:
    """The marks that are tasks; numbered lists of goals, measures and guarantees are none (E14)."""
    sections: dict[int | None, list[int]] = defaultdict(list)
    for index, mark in enumerate(marks):
        if mark.level is level:
            above = _ancestors(index, parents)
            sections[above[-1] if above and marks[above[-1]].level is Level.SECTION else None].append(index)
    ends = _ends(marks, level=level, length=labels[-1] + 1 if labels else 0)

    def bears_clause(index: int) -> bool:
        first = bisect_left(labels, marks[index].end)
        return first < len(labels) and labels[first] < ends[index]

    holding = {section for section, indexes in sections.items() if any(bears_clause(index) for index in indexes)}
    runs_on = any(marks[sections[section][0]].no > 1 for section in holding)
    chosen: list[int] = []
    for section, indexes in sections.items():
        aside = section is not None and (runs_on or _is_aside(source, marks[section], marks[section + 1].start))
        if not holding or section in holding or marks[indexes[0]].no > 1 or not aside:
            chosen += indexes
    return sorted(chosen)


def _is_aside(source: Source, section: Mark, end: int) -> bool:
    """Whether a section's heading says that it holds no tasks: goals, principles, measures, guarantees."""
    return _ASIDE.match(source.norm, section.end, end) is not None


def _areas(
    marks: list[Mark], *, tasks: list[int], level: Level, parents: list[int | None], said: Said | None
) -> list[int]:
    """The headings that are areas (E50): the level counted in the text, else the topmost that divides the tasks."""
    above = {index for task in tasks for index in _ancestors(task, parents)}
    by_level: dict[Level, list[int]] = {}
    for upper in Level:
        holding = {index for index in above if marks[index].level is upper}
        groups = {parents[index] for index in holding}
        if upper < level and holding:
            by_level[upper] = sorted(holding) if None in groups else _siblings(marks, upper, groups, parents)
    if said:
        for indexes in by_level.values():
            if len(indexes) == said.areas:
                return indexes
        for upper in by_level:
            holding_only = sorted(index for index in above if marks[index].level is upper)
            if len(holding_only) == said.areas:
                return holding_only
    dividing = [indexes for indexes in by_level.values() if len(indexes) > 1]
    return dividing[0] if dividing else next(iter(by_level.values()), [])


def _siblings(marks: list[Mark], level: Level, groups: set[int | None], parents: list[int | None]) -> list[int]:
    return [index for index, mark in enumerate(marks) if mark.level is level and parents[index] in groups]
