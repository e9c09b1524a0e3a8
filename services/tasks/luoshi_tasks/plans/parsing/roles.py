"""Who does what 责任分工 (E10, E11, E17, E20–E26, E46–E48): the role clauses of one entry, read style by style."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from luoshi_tasks.plans.parsing.clauses import LABEL, LABELS, UNKNOWN_LABEL, VERBS, Role
from luoshi_tasks.plans.parsing.deadlines import is_deadline
from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.source import Source
from luoshi_tasks.plans.parsing.units import Unit, is_reference, read_units

_OPEN, _CLOSE = "([【", ")]】"
_LEADING = re.compile("由|以")
_VERB_REACH = 40
_OF_UNITS = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)


@dataclass(frozen=True, slots=True)
class Value:
    """栏目内容: what stands behind a label or before a verb; `label` as written, `at` its place."""

    role: Role
    start: int
    end: int
    label: str
    at: int


@dataclass(slots=True)
class Clause:
    """责任分工一处: body[start:end] with its values; which of its two brackets is missing, if one is."""

    start: int
    end: int
    values: list[Value] = field(default_factory=list)
    missing: str | None = None
    quoted: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Roles:
    """读出的责任分工: `title_end` is where the first clause begins, `clauses` the places that are no prose."""

    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    reference: bool = False
    clauses: tuple[Clause, ...] = ()


def read_roles(source: Source, start: int, end: int, *, log: FindingLog, task_no: int) -> Roles:
    """The roles of the entry body[start:end]. The first style that names units decides; a limit may stand apart."""
    clauses: list[Clause] = []
    for style in STYLES:
        taken = [clause.start for clause in clauses]
        ends = [clause.end for clause in clauses]
        for clause in style(source, start, end):
            before = bisect_left(taken, clause.end) - 1
            if before < 0 or ends[before] <= clause.start:
                clauses.append(clause)
        if any(value.role in _OF_UNITS for clause in clauses for value in clause.values):
            break
    clauses.sort(key=lambda clause: clause.start)
    return _Reader(source, log, task_no).read(clauses) if clauses else Roles()


def _labelled(source: Source, start: int, end: int) -> list[Clause]:
    """(牵头单位:X,责任单位:Y、Z), with both brackets, one or none, or with labels on lines of their own."""
    norm, clauses = source.norm, []
    labels = list(LABEL.finditer(norm, start, end))
    clause: Clause | None = None
    opened = False
    for index, label in enumerate(labels):
        bracket = _bracket_before(norm, label.start(), start)
        if clause is None or bracket is not None:
            if clause is not None and opened:
                clause.missing = ")"
            clause = Clause(bracket if bracket is not None else label.start(), label.end())
            clause.quoted = (clause.start, label.end())
            opened = bracket is not None
            clauses.append(clause)
        limit = labels[index + 1].start() if index + 1 < len(labels) else end
        value_end, closed = _value_end(norm, label.end(), limit, opened=opened, last=limit == end)
        word = label["colon"] or label["boxed"] or label["line"]
        clause.values.append(Value(LABELS[word], label.end(), value_end, word, label.start()))
        clause.end = value_end + (1 if closed else 0)
        if closed and not opened:
            clause.missing = "("
        if closed:
            clause, opened = None, False
    if clause is not None and opened:
        clause.missing = ")"
    return clauses


def _bracket_before(norm: str, at: int, start: int) -> int | None:
    before = at - 1
    while before >= start and norm[before] in " \n" and at - before < 20:
        before -= 1
    return before if before >= start and norm[before] in _OPEN else None


def _value_end(norm: str, start: int, limit: int, *, opened: bool, last: bool) -> tuple[int, bool]:
    """Where a label's value ends, and whether a bracket closes the clause there (E11: inner brackets are its own)."""
    depth, stop = 0, None
    for at in range(start, limit):
        sign = norm[at]
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            if depth == 0:
                return at, True
            depth -= 1
        elif sign == "。" or (sign == "\n" and norm[start:at].strip()):
            if not opened and depth == 0:
                return at, False
            if stop is None and (sign == "。" or last):
                stop = at
    if opened and last:
        return (stop if stop is not None else limit), False
    return limit, False


def _by_verb(source: Source, start: int, end: int) -> list[Clause]:
    """(X牵头,Y、Z配合) · (X负责) · (X、Y按职责分工负责), anywhere in the entry; a bracket may be missing."""
    norm, clauses = source.norm, []
    for first, last, missing in _brackets(norm, start, end):
        values = _verb_values(source, first, last)
        if values:
            inside_open = missing != "("
            clause = Clause(first - 1 if inside_open else first, last if missing == ")" else last + 1, values, missing)
            clause.quoted = (clause.start, clause.end)
            clauses.append(clause)
    return clauses


def _brackets(norm: str, start: int, end: int) -> list[tuple[int, int, str | None]]:
    """The insides of outermost brackets in body[start:end], and of a lone closing or opening one (E10)."""
    found: list[tuple[int, int, str | None]] = []
    opened: list[int] = []
    sentence = start
    for at in range(start, end):
        sign = norm[at]
        if sign in _OPEN:
            opened.append(at)
        elif sign in _CLOSE:
            if len(opened) == 1:
                found.append((opened.pop() + 1, at, None))
            elif opened:
                opened.pop()
            else:
                if sentence > start:
                    found.append((sentence, at, "("))
                sentence = at + 1
        elif sign in "。\n" and not opened:
            sentence = at + 1
    if opened:
        stop = re.compile(r"[。\n]").search(norm, opened[0], end)
        found.append((opened[0] + 1, stop.start() if stop else end, ")"))
    return found


def _verb_values(source: Source, start: int, end: int) -> list[Value]:
    """The parts of a bracket by their verbs, [] if a part has none or nobody leads or answers."""
    norm = source.norm
    values: list[Value] = []
    part = start
    for at in [*_outer_commas(norm, start, end), end]:
        while part < at and norm[part] in " \n":
            part += 1
        tail = norm[max(part, at - _VERB_REACH) : at].rstrip(" \n。")
        if at - part < _VERB_REACH and is_deadline(tail):
            values.append(Value(Role.DEADLINE, part, at, "", part))
            part = at + 1
            continue
        verb = next(((found, role) for pattern, role in VERBS if (found := pattern.search(tail))), None)
        if verb is None:
            continue
        found, role = verb
        by = _LEADING.match(norm, part, at)
        first = by.end() if by else part
        values.append(Value(role, first, max(max(part, at - _VERB_REACH) + found.start(), first), "", first))
        part = at + 1
    if norm[part:end].strip(" \n。"):
        return []
    return values if any(value.role in (Role.LEAD, Role.RESPONSIBLE) for value in values) else []


def _outer_commas(norm: str, start: int, end: int) -> list[int]:
    places, depth = [], 0
    for at in range(start, end):
        if norm[at] in _OPEN:
            depth += 1
        elif norm[at] in _CLOSE:
            depth = max(depth - 1, 0)
        elif norm[at] in ",;。" and not depth:
            places.append(at)
    return places


type Style = Callable[[Source, int, int], list[Clause]]
STYLES: tuple[Style, ...] = (_labelled, _by_verb)


def _without(units: list[Unit], taken: list[Unit]) -> list[Unit]:
    gone = set(taken)
    return [unit for unit in units if unit not in gone]


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    log: FindingLog
    task_no: int

    def read(self, clauses: list[Clause]) -> Roles:
        values = [value for clause in clauses for value in clause.values]
        self._note_brackets(clauses)
        named = {role: [value for value in values if value.role is role] for role in Role}
        lists = [(value, self._units(value)) for value in values if value.role not in (Role.LEADER, Role.DEADLINE)]
        lead, responsible = self._assign(lists)
        held = [clause for clause in clauses if any(value.role is not Role.DEADLINE for value in clause.values)]
        leading = [clause for clause in held if any(value.role is Role.LEAD for value in clause.values)]
        if len(leading) > 1:
            self._note("several_clauses", leading[1].start, leading[1].end)
        lead, responsible = self._once(lead), self._once(responsible, taken=lead)
        if len(lead) > 1:
            self._note("several_leads", lead[0].start, lead[-1].end, count=len(lead), unit=lead[0].name)
        return Roles(
            lead=tuple(unit.name for unit in lead),
            responsible=tuple(unit.name for unit in responsible),
            leaders=tuple(name for value in named[Role.LEADER] for name in self._names(value)),
            deadlines=tuple(self.source.norm[value.start : value.end] for value in named[Role.DEADLINE]),
            reference=any(is_reference(self._text(value)) for value, _ in lists),
            clauses=tuple(clauses),
        )

    def _note(self, code: str, start: int, end: int, *, fix: str | None = None, **facts: object) -> None:
        self.log.add(code, start, end, task_no=self.task_no, fix=fix, **facts)

    def _note_brackets(self, clauses: list[Clause]) -> None:
        for clause in clauses:
            if clause.missing == "(":
                start, end = clause.quoted
                self._note("bracket_missing", start, end, fix="(" + self.source.body[start:end], sign="(")
            elif clause.missing == ")":
                start, end = clause.start, max(clause.end, clause.start + 1)
                self._note("bracket_missing", start, end, fix=self.source.body[start:end] + ")", sign=")")

    def _text(self, value: Value) -> str:
        return self.source.norm[value.start : value.end].strip(" \n,;。")

    def _units(self, value: Value) -> list[Unit]:
        start, end = value.start, self._known_end(value)
        text = self.source.norm[start:end].strip(" \n,;。")
        if is_reference(text):
            at = self.source.norm.index(text, start)
            self._note("unresolved_reference", at, at + len(text))
            return []
        return read_units(self.source, start, end, log=self.log, task_no=self.task_no)

    def _known_end(self, value: Value) -> int:
        """The value up to a label nobody knows, which is noted instead of read as a unit."""
        unknown = UNKNOWN_LABEL.search(self.source.norm, value.start, value.end)
        if unknown is None:
            return value.end
        self._note("unknown_label", unknown.start(), unknown.end(), label=unknown["label"])
        return unknown.start()

    def _assign(self, lists: list[tuple[Value, list[Unit]]]) -> tuple[list[Unit], list[Unit]]:
        """Lead and responsible by E21, E46, E47."""
        answering = [(value, units) for value, units in lists if value.role is Role.RESPONSIBLE]
        marked = [unit for _, units in lists for unit in units if unit.leads]
        leading = [unit for value, units in lists if value.role is Role.LEAD for unit in units] + marked
        everyone = [unit for _, units in lists for unit in units]
        if any(value.role is Role.LEAD for value, _ in lists) or leading:
            return leading, _without(everyone, leading)
        if not answering:
            return [], everyone
        first, units = answering[0]
        if not first.label:
            chosen = [unit for _, units in answering for unit in units]
        elif sum(value.label == first.label for value, _ in answering) > 1:
            self._note("role_label_twice", first.at, first.at + len(self._label(first)), label=first.label)
            chosen = units
        else:
            chosen = units[:1]
            for unit in chosen:
                self._note("lead_inferred", unit.start, unit.end, unit=unit.name)
        return chosen, _without(everyone, chosen)

    def _label(self, value: Value) -> str:
        return self.source.norm[value.at : value.start].rstrip(": ")

    def _names(self, value: Value) -> list[str]:
        text = self.source.body[value.start : self._known_end(value)]
        return [name for part in re.split(r"[、,，;；\n]", text) if (name := part.strip(" 。\t\r\u3000\u00a0"))]

    def _once(self, units: list[Unit], *, taken: list[Unit] | None = None) -> list[Unit]:
        """Each name once; a second mention is noted (E25)."""
        seen, kept = {unit.name for unit in taken or []}, []
        for unit in units:
            if unit.name in seen:
                self._note("unit_twice", unit.start, unit.end, unit=unit.name)
            else:
                seen.add(unit.name)
                kept.append(unit)
        return kept
