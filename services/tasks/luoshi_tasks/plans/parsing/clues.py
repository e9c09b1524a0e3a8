"""Dated phrases 年份线索 (E7, E49) as data: a text that says this was written in these years."""

import re
from dataclasses import dataclass

from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.numerals import read_numeral
from luoshi_tasks.plans.parsing.source import Source


@dataclass(frozen=True, slots=True)
class Clue:
    """年份线索: `phrase` belongs to the years `first` to `last`, unless the text also says `unless`."""

    phrase: re.Pattern[str]
    first: int
    last: int
    unless: str | None = None


def _clue(phrase: str, first: int, last: int, unless: str | None = None) -> Clue:
    return Clue(re.compile(phrase), first, last, unless)


_EVER = 1949
CLUES: tuple[Clue, ...] = (
    _clue("党的十八大|十八届[一二三四五六]中全会", 2012, 2017, "十九大|十九届|二十大|二十届"),
    _clue("党的十九大|十九届[一二三四五六]中全会", 2017, 2022, "二十大|二十届"),
    _clue("党的二十大|二十届[一二三四五六]中全会", 2022, 2027, "二十一大"),
    _clue("打赢脱贫攻坚战", _EVER, 2020, "巩固拓展脱贫"),
    _clue("完成剩余[^。,;]{0,14}脱贫", _EVER, 2020),
    _clue("决胜全面(?:建成)?小康", _EVER, 2020),
    _clue("三大攻坚战", 2017, 2021),
    _clue("复工复产", 2020, 2021),
    _clue("常态化疫情防控|疫情防控常态化", 2020, 2022),
    _clue("[“]?六稳[”]?、?[“]?六保[”]?", 2020, 2022),
    _clue("扶贫办", _EVER, 2021),
    _clue("乡村振兴局", 2021, 2023),
    _clue("银保监", 2018, 2023),
    _clue("“?十三五”?(?:规划)?(?:收官|决胜)", 2020, 2020),
    _clue("“?十四五”?(?:规划)?开局", 2021, 2021),
    _clue("“?十四五”?(?:规划)?收官", 2025, 2025),
    _clue("“?十五五”?(?:规划)?开局", 2026, 2026),
)

_YEAR = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})[ ]?年|(?P<words>[一二][〇○零一二三四五六七八九]{3})年")
_BRACKETED_YEAR = re.compile(r"[〔\[(](?P<year>(?:19|20)[0-9]{2})[〕\])]")
_AIMED = re.compile(r"以来|起|之前|以前|前|底|末")
_MONTH = re.compile(r"[ ]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[ ]?月")


def _value(found: re.Match[str]) -> int:
    return int(found["year"]) if found.groupdict().get("year") else read_numeral(found["words"]) or 0


def year_of(source: Source, *, title: str) -> int | None:
    """The year the document gives itself: the title's, else the first one named in the text, else None (E49)."""
    for text in (title, source.norm):
        if found := _YEAR.search(text):
            return _value(found)
    if found := _BRACKETED_YEAR.search(source.norm):
        return _value(found)
    return None


def note_year_conflicts(
    source: Source, *, given: int | None, own: int | None, first_task: int, log: FindingLog
) -> None:
    """Hold the years named, and the one given by the operator, against the dated phrases of the text.

    From `first_task` on a year with its month is a time limit and says nothing about the year of the plan.
    """
    held = []
    for clue in CLUES:
        found = clue.phrase.search(source.norm)
        if found and not (clue.unless and re.search(clue.unless, source.norm)):
            held.append((clue, found))
    for found in _YEAR.finditer(source.norm):
        year = _value(found)
        if source.norm[max(found.start() - 1, 0) : found.start()] in ("到", "至") or _AIMED.match(
            source.norm, found.end(), found.end() + 4
        ):
            continue
        inside = found.start() >= first_task
        if inside and _MONTH.match(source.norm, found.end()):
            continue
        against = [f"“{_shown(seen)}”多见于{_span(clue)}" for clue, seen in held if not clue.first <= year <= clue.last]
        if given is not None and year == own != given and not inside:
            against.insert(0, f"导入时指定的是{given}年")
        if against:
            log.add("year_conflict", *found.span(), clue=f"文中写{year}年，而" + "，".join(against))
    if given is None:
        return
    for clue, seen in held:
        if not clue.first <= given <= clue.last:
            said = f"导入时指定的是{given}年，而“{_shown(seen)}”多见于{_span(clue)}"
            log.add("year_conflict", *seen.span(), clue=said)


def _shown(seen: re.Match[str]) -> str:
    return seen.group().replace("“", "‘").replace("”", "’")


def _span(clue: Clue) -> str:
    if clue.first == _EVER:
        return f"{clue.last}年及以前"
    return f"{clue.first}年" if clue.first == clue.last else f"{clue.first}—{clue.last}年"
