"""Source and body 原文与正文 (E1–E5, E39): what a site put around the text comes off, and every place stays known.

The body is what is parsed. `Source.slice` leads any part of it back to the exact slice of the source.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from unicodedata import normalize

_SAME = {
    "，": ",",
    "：": ":",
    "︰": ":",
    "﹕": ":",
    "（": "(",
    "）": ")",
    "﹙": "(",
    "﹚": ")",
    "；": ";",
    "！": "!",
    "？": "?",
}
_SAME |= {"．": ".", "﹒": ".", "％": "%", "\u00a0": " ", "\u3000": " ", "\t": " ", "\r": " ", "［": "[", "］": "]"}
_SAME |= {"〈": "《", "〉": "》", "｡": "。", "､": "、", "｢": "「", "｣": "」"}
_SAME |= {chr(ord("０") + digit): str(digit) for digit in range(10)}
# The words of labels, verbs and groups in traditional signs, and the look-alikes that copies from PDF bring (E39).
_SAME |= dict(
    zip(
        "牽頭單責領導辦協參與時間負實職處區縣門關會應個項條萬億後銀鎮鄉業總機構團隊幾級長則發財廳過剩餘圍絕",
        "牵头单责领导办协参与时间负实职处区县门关会应个项条万亿后银镇乡业总机构团队几级长则发财厅过剩余围绝",
        strict=True,
    )
)
_SAME |= {chr(code): normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_MATCHING = str.maketrans(_SAME)

_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")
_ADVERT = re.compile(
    "会员|分享|上传|珍藏版|在线阅读|免费阅读|免费下载|文库|文秘|搜索|更多相关|下载可|全文阅读|人气|收藏"
)
_FILE_TITLE = re.compile(r"《([^《》\n]{1,200}?)(?:\.(?:docx?|pdf|txt|wps|rtf))?》", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")
_CHUNK = re.compile(r"\d{1,4}、")
_OPENS_LINE = re.compile(
    r"[ \u3000]*(?:[0-9０-９]{1,3}[ ]?[.．、,，]|[(（【\[①-⒛]|[一二三四五六七八九十]{1,3}、|[一-鿿]{2,8}[:：])"
)
_WIDTH_SLACK = 3
_NARROWEST, _WIDEST = 40, 160
_SHORTEST_CHUNK = 50
_SHORTEST_OF_TWO = 200
_SENTENCE_END = tuple("。.)）；;：:！!？?”》」】")


@dataclass(frozen=True, slots=True)
class Source:
    """原文: `text` as decoded, `body` without wrapper and marks, `norm` = body with one form per sign, same length."""

    text: str
    body: str
    norm: str
    wrapper_title: str | None
    _starts: tuple[int, ...]
    _origins: tuple[int, ...]
    _steps: tuple[int, ...]

    def offset(self, at: int) -> int:
        """The place in the source of body[at]."""
        if not self._starts:
            return 0
        run = max(bisect_right(self._starts, at) - 1, 0)
        return self._origins[run] + (at - self._starts[run]) * self._steps[run]

    def slice(self, start: int, end: int) -> tuple[int, str]:
        """Offset and exact slice of the source for body[start:end]; it spans what was taken out in between."""
        first = self.offset(start)
        last = self.offset(end - 1) + 1 if end > start else first
        return first, self.text[first:last]


@dataclass(slots=True)
class BodyBuilder:
    """Collects the parts of a body; `step` 0 marks a part we wrote ourselves for the place `origin`."""

    parts: list[str]
    starts: list[int]
    origins: list[int]
    steps: list[int]
    length: int = 0

    def keep(self, text: str, origin: int, *, step: int = 1) -> None:
        """Append `text`, which stands at `origin` in the source."""
        if text:
            self.parts.append(text)
            self.starts.append(self.length)
            self.origins.append(origin)
            self.steps.append(step)
            self.length += len(text)

    def build(self, text: str, wrapper_title: str | None) -> Source:
        """The finished source."""
        body = "".join(self.parts)
        maps = (tuple(self.starts), tuple(self.origins), tuple(self.steps))
        return Source(text, body, body.translate(_MATCHING), wrapper_title, *maps)


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken off the source: a place and why (`site_wrapper`, `chunk_mark`, `hidden_character`)."""

    code: str
    start: int
    end: int


def matching(text: str) -> str:
    """`text` with one form per sign (half-width punctuation and digits, plain spaces); same length (E8)."""
    return text.translate(_MATCHING)


def wrapper_lines(text: str) -> tuple[list[tuple[int, int]], str | None]:
    """The advertising lines at head and foot of the text, and the title they name (E1, E51)."""
    lines = [(line.start(), line.start() + len(line.group().rstrip())) for line in _LINE.finditer(text)]
    lines = [(start, end) for start, end in lines if text[start:end].strip()]
    found, title = [], None
    for index, (start, end) in enumerate(lines):
        near_edge = index < 3 or index >= len(lines) - 3
        if not near_edge or end - start > 600 or not (words := set(_ADVERT.findall(text, start, end))):
            continue
        named = _FILE_TITLE.search(text, start, end)
        if len(words) >= 2 and (named or len(words) >= 4):
            found.append((start, end))
            title = title or (named.group(1).strip() if named else None)
    return found, title


def chunk_marks(text: str, *, lines: list[tuple[int, int]], wrapped: bool) -> list[tuple[int, int]]:
    """Spans of the marks `1、2、3、…` of a text that a site cut into pieces of one length (E2, E3, E5); [] if not cut.

    A list whose lines really are tasks 1、2、3、 is told apart: they differ in length and end as sentences do.
    """
    marks = []
    for index, (start, end) in enumerate(lines, 1):
        mark = _CHUNK.match(text, start, end)
        marks.append((start, mark.end()) if mark and mark.group() == f"{index}、" else None)
    kept = [mark for mark in marks if mark]
    if not lines or len(kept) * 5 < len(lines) * 4 or marks[0] is None:
        return []
    if len(lines) == 1:
        return kept if wrapped else []
    sizes = [end - (mark[1] if mark else start) for (start, end), mark in zip(lines, marks, strict=True)][:-1]
    usual, often = Counter(sizes).most_common(1)[0]
    even = usual >= _SHORTEST_CHUNK and often * 5 >= len(sizes) * 4
    broken = sum(not text[start:end].endswith(_SENTENCE_END) for start, end in lines[:-1]) * 2 > len(lines) - 1
    even = even and (len(lines) > 2 or usual >= _SHORTEST_OF_TWO)
    cut = (broken and (wrapped or even)) or (even and wrapped)
    return kept if cut else []


def soft_breaks(text: str, *, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the line breaks inside sentences, in a text whose lines an editor cut at one width; else [].

    A break stays where the line ends a sentence or the next line begins with a number, a label or a bracket.
    """
    widths = [len(text[start:end].rstrip().encode("gbk", "replace")) for start, end in lines]
    widest = max(widths, default=0)
    full = [width >= widest - _WIDTH_SLACK for width in widths]
    if not _NARROWEST <= widest <= _WIDEST or sum(full) < max(3, len(lines) // 3):
        return []
    return [
        (end, following)
        for (_, end), (following, _), wide in zip(lines, lines[1:], full, strict=False)
        if wide and not text.endswith(_SENTENCE_END, 0, end) and not _OPENS_LINE.match(text, following)
    ]


def read_source(text: str) -> tuple[Source, list[Removal]]:
    """Body and map of a decoded text, with the list of what was taken off. Linear in the length of the text."""
    wrapper, title = wrapper_lines(text)
    removals = [Removal("site_wrapper", start, end) for start, end in wrapper]
    spans = {start for start, _ in wrapper}
    lines = [(line.start(), line.start() + len(line.group().rstrip("\r"))) for line in _LINE.finditer(text)]
    lines = [(start, end) for start, end in lines if start not in spans and text[start:end].strip()]
    chunks = chunk_marks(text, lines=lines, wrapped=bool(wrapper))
    removals += [Removal("chunk_mark", start, end) for start, end in chunks]
    builder = BodyBuilder([], [], [], [])
    if chunks:
        after = dict(chunks)
        for start, end in lines:
            _keep_visible(builder, text, after.get(start, start), end, removals)
    else:
        at = 0
        for start, end in sorted([*wrapper, *soft_breaks(text, lines=lines)]):
            _keep_visible(builder, text, at, start, removals)
            at = end
        _keep_visible(builder, text, at, len(text), removals)
    return builder.build(text, title), removals


def _keep_visible(builder: BodyBuilder, text: str, start: int, end: int, removals: list[Removal]) -> None:
    at = start
    for hidden in _HIDDEN.finditer(text, start, end):
        builder.keep(text[at : hidden.start()], at)
        removals.append(Removal("hidden_character", hidden.start(), hidden.end()))
        at = hidden.end()
    builder.keep(text[at:end], at)
