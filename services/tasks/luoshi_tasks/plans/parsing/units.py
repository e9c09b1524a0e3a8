"""Lists of units 单位并列 (E11, E17, E25, E27, E30, E33, E46, E48): names stay as written, groups stay whole."""

import re
from dataclasses import dataclass

from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.source import Source

_OPEN, _CLOSE = "([【〔《", ")]】〕》"
_SUFFIX = (
    "局|委|办|办公室|公司|集团|支队|大队|总队|支行|分行|银行|中心|管委会|指挥部|政府|部门|单位|院|校|厅|部|站|所|处|室|组|会|社"
    "|街道|镇|乡|区|县|市|州|机构|企业|专班|园区|医院|学院|大学|中队"
)
_ENDS_AS_UNIT = re.compile(rf"(?:{_SUFFIX})\)?$")
_LONGEST_PAIR = 80
_JOINT = re.compile("以及|及|和|与|并")
_GROUP = re.compile(
    "^(?:各|相关|有关|其他|其它)|成员单位$|(?:各|有关|相关|直属)(?:部门|单位|机构|企业|银行|县|区|市|乡|镇|街道)"
    "|^(?:省|市|州|县|区)(?:直|级)(?:各|有关|相关)?(?:部门|单位)"
)
_OTHERS = re.compile(r"(?<![中高初同平优均])等(?P<rest>.*)$", re.DOTALL)
_PLAIN_REST = re.compile("^(?:[0-9一二三四五六七八九十]{1,3}[个家])?(?:部门|单位|机构)?(?:和单位|、单位)?$")
_REFERENCE = re.compile("^(?:按|按照|参照|根据)")
_NOTHING = re.compile(r"^(?:无|暂无|[-—–/\\]+)$")
_LEAD_NOTE = re.compile(r"\((?:牵头|牵头单位|主办)\)$")


@dataclass(frozen=True, slots=True)
class Unit:
    """单位名称: as written, at body[start:end]; `group` for a collective name, `leads` for a name marked (牵头)."""

    name: str
    start: int
    end: int
    group: bool = False
    leads: bool = False


def is_group(name: str) -> bool:
    """Whether a name stands for a set of units (各区(市)政府, 相关银行), by its words (E27)."""
    return _GROUP.search(name) is not None


def is_reference(text: str) -> bool:
    """Whether a role's value points to another document instead of naming units (E22, E46)."""
    return _REFERENCE.match(text.strip()) is not None


def read_units(source: Source, start: int, end: int, *, log: FindingLog, task_no: int) -> list[Unit]:
    """The units listed in body[start:end], in order; what departs from a plain list is noted in `log`."""
    units: list[Unit] = []
    ending = _trim(source.norm, start, end)[1]
    for first, last, sign in _pieces(source.norm, start, end):
        for left, right in _split_joint(source.norm, *_trim(source.norm, first, last)):
            units += _read_one(source, left, right, log=log, task_no=task_no)
        if sign in ",;" and units and last + 1 < ending:
            log.add("list_comma", last, last + 1, task_no=task_no, fix="、", sign=source.body[last])
    return units


def _pieces(norm: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The parts between separators that stand outside brackets, each with the separator behind it."""
    pieces, depth, at = [], 0, start
    for here in range(start, end):
        sign = norm[here]
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth = max(depth - 1, 0)
        elif not depth and (sign in "、,;" or (sign in " \n" and _divides(norm, at, here, end))):
            pieces.append((at, here, sign))
            at = here + 1
    pieces.append((at, end, " "))
    return pieces


def _divides(norm: str, start: int, here: int, end: int) -> bool:
    """Whether a blank stands between two names and not inside one."""
    left, right = norm[max(start, here - 12) : here].strip(), norm[here + 1 : min(end, here + 40)].strip()
    right = re.split("[、,; \n]", right, maxsplit=1)[0]
    return bool(_ENDS_AS_UNIT.search(left)) and (bool(_ENDS_AS_UNIT.search(right)) or is_group(right))


def _trim(norm: str, start: int, end: int) -> tuple[int, int]:
    while start < end and norm[start] in " \n。:;.,":
        start += 1
    while end > start and norm[end - 1] in " \n。;.,":
        end -= 1
    return start, end


def _split_joint(norm: str, start: int, end: int) -> list[tuple[int, int]]:
    """Two names joined by 及, 和, 与: split only where both sides read as units (市文化和旅游局 is one)."""
    if end - start > _LONGEST_PAIR:
        return [(start, end)]
    for joint in _JOINT.finditer(norm, start, end):
        left, right = norm[start : joint.start()], norm[joint.end() : end]
        if "(" in left and ")" not in left:
            continue
        if len(left) >= 3 and len(right) >= 3 and _ENDS_AS_UNIT.search(left) and _ENDS_AS_UNIT.search(right):
            return [(start, joint.start()), *_split_joint(norm, joint.end(), end)]
    return [(start, end)]


def _read_one(source: Source, start: int, end: int, *, log: FindingLog, task_no: int) -> list[Unit]:
    name = source.norm[start:end]
    if not name or _NOTHING.match(name):
        return []
    others = _OTHERS.search(source.norm, start, end)
    if others is None:
        return [_unit(source, start, end, log=log, task_no=task_no)]
    log.add("open_group", others.start(), end, task_no=task_no)
    units = [_unit(source, start, others.start(), log=log, task_no=task_no)] if others.start() > start else []
    if not _PLAIN_REST.match(others["rest"].strip()):
        units.append(Unit(_name(source, others.start("rest"), end), others.start("rest"), end, group=True))
    return units


def _unit(source: Source, start: int, end: int, *, log: FindingLog, task_no: int) -> Unit:
    note = _LEAD_NOTE.search(source.norm, start, end)
    last = note.start() if note else end
    name = _name(source, start, last)
    group = is_group(source.norm[start:last])
    if group:
        log.add("group", start, last, task_no=task_no, unit=name)
    return Unit(name, start, last, group=group, leads=note is not None)


def _name(source: Source, start: int, end: int) -> str:
    return "".join(source.body[start:end].split())
