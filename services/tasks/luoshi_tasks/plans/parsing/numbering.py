"""Automatic numbers of Word 自动编号: Word keeps `1.` and `(一)` out of the text, the reader must count them itself."""

from collections import defaultdict
from typing import Any

from luoshi_tasks.plans.parsing.numerals import write_numeral

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "taiwaneseCountingThousand",
}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_NONE = {"bullet", "none"}


class Numbering:
    """自动编号: the counters of one document; `mark` must be asked paragraph by paragraph, in reading order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is not None:
            self._learn(part.element)

    def _learn(self, root: Any) -> None:
        for abstract in root.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                kind = _value(level, "numFmt") or "decimal"
                start = int(_value(level, "start") or 1)
                levels[int(level.get(f"{_W}ilvl"))] = (kind, _value(level, "lvlText") or "", start)
            self._levels[abstract.get(f"{_W}abstractNumId")] = levels
        for number in root.iter(f"{_W}num"):
            self._abstract[number.get(f"{_W}numId")] = _value(number, "abstractNumId") or ""

    def mark(self, paragraph: Any) -> str:
        """The number Word shows before `paragraph`, "" if it shows none."""
        number_id, depth = self._properties(paragraph)
        levels = self._levels.get(self._abstract.get(number_id or "", ""), {})
        if number_id is None or depth not in levels:
            return ""
        counts = self._counts[self._abstract[number_id]]
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        kind, pattern, _ = levels[depth]
        if kind in _NONE:
            return ""
        for level in range(depth + 1):
            shown, _, start = levels.get(level, ("decimal", "", 1))
            pattern = pattern.replace(f"%{level + 1}", _sign(shown, counts.get(level, start)))
        return pattern

    def _properties(self, paragraph: Any) -> tuple[str | None, int]:
        places = [paragraph._p.pPr]
        style = paragraph.style
        while style is not None:
            places.append(style.element.find(f"{_W}pPr"))
            style = style.base_style
        for place in places:
            properties = place.find(f"{_W}numPr") if place is not None else None
            if properties is not None:
                return _value(properties, "numId"), int(_value(properties, "ilvl") or 0)
        return None, 0


def _value(element: Any, name: str) -> str | None:
    child = element.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _sign(kind: str, number: int) -> str:
    if kind in _CHINESE:
        return write_numeral(number)
    if kind in _CIRCLED and number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)
