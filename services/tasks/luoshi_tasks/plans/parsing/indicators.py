"""Indicators 指标 (E31, E36, E52): a number with its measure word, and what is asked of it."""

import re

from luoshi_tasks.plans.parsing.model import Comparison, ParsedIndicator
from luoshi_tasks.plans.parsing.source import matching

_MEASURES = (
    "个百分点|百分点|亿千瓦时|万千瓦时|千瓦时|万千瓦|千瓦|亿立方米|万立方米|立方米|万平方米|平方米|平方公里|万公里|公里|千米|公顷|亿斤"
    "|万公斤|公斤|万斤|万亩|亩|亿吨|万吨|吨|万亿元|千亿元|百亿元|亿美元|万美元|亿元|千万元|百万元|万元|美元|元|亿人次|万人次|人次|万人"
    "|万户|万套|万头|万家|万辆|万台|万个|万件|人|名|户|家|件|项|条|套|处|座|台|辆|批|场|次|所|门|期|支|栋|宗|株|头|艘|架|幢|间|张"
    "|例|起|篇|部|对|床|万米|米|‰|%|个(?!月|工作日|小时|季度|年|学期|自然日|方面|领域)"
)
_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z第.])(?P<value>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)[ ]?"
    rf"(?:多|余)?(?P<measure>{_MEASURES})"
)
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|『[^『』]*』|《[^《》]*》|‘[^‘’]*’|\"[^\"]*\"")
_FRAGMENT = re.compile(r"(?:[0-9],(?=[0-9]{3}(?![0-9]))|[^,。;:!?\n])+")

# One more way to ask for a number is one more word here; of several words the nearest to the number decides.
_BEHIND: tuple[tuple[str, Comparison], ...] = (
    ("以上", "ge"),
    ("及以上", "ge"),
    ("以内", "le"),
    ("之内", "le"),
    ("以下", "le"),
    ("及以下", "le"),
    ("左右", "about"),
    ("上下", "about"),
)
_AHEAD: dict[str, Comparison] = {
    "突破": "gt",
    "超过": "gt",
    "高于": "gt",
    "大于": "gt",
    "多于": "gt",
    "不低于": "ge",
    "不少于": "ge",
    "不小于": "ge",
    "至少": "ge",
    "达到": "ge",
    "达": "ge",
    "力争": "ge",
    "新引进": "ge",
    "低于": "lt",
    "小于": "lt",
    "少于": "lt",
    "不到": "lt",
    "不足": "lt",
    "未满": "lt",
    "不超过": "le",
    "不高于": "le",
    "不大于": "le",
    "不多于": "le",
    "控制在": "le",
    "至多": "le",
    "约": "about",
    "大约": "about",
    "完成剩余": "to_zero",
    "剩余": "to_zero",
}
_AHEAD_WORD = re.compile("|".join(sorted(_AHEAD, key=len, reverse=True)))


def read_indicators(text: str) -> tuple[ParsedIndicator, ...]:
    """The indicators of an entry's text, in order. Numbers inside quotes and without a measure word do not count."""
    norm = matching(text)
    plain = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), norm)
    found: list[ParsedIndicator] = []
    parent: int | None = None
    for fragment in _FRAGMENT.finditer(plain):
        at = fragment.start()
        for number in _NUMBER.finditer(plain, fragment.start(), fragment.end()):
            of = parent if plain.startswith("其中", fragment.start() + _indent(fragment[0])) else None
            comparison = found[of].comparison if of is not None else _comparison(plain, at, number)
            indicator = ParsedIndicator(
                text=text[fragment.start() : fragment.end()].strip(),
                comparison=comparison,
                value=_decimal(number["value"]),
                measure=number["measure"],
                of=of,
            )
            if of is None:
                parent = len(found)
            found.append(indicator)
            at = number.end()
    return tuple(found)


def _indent(fragment: str) -> int:
    return len(fragment) - len(fragment.lstrip())


def _decimal(digits: str) -> str:
    whole, _, fraction = digits.replace(",", "").partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _comparison(plain: str, start: int, number: re.Match[str]) -> Comparison:
    for word, meaning in _BEHIND:
        if plain.startswith(word, number.end()):
            return meaning
    words = _AHEAD_WORD.findall(plain, start, number.start())
    return _AHEAD[words[-1]] if words else "eq"
