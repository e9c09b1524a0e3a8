"""What is refused as a whole 拒收 (E39, E43, domain 6.6 secrecy): too long, too little Chinese, a mark of secrecy."""

import re
from dataclasses import dataclass
from decimal import Decimal

from luoshi_tasks.plans.parsing.model import SecrecyMark, TooLittleChinese, TooLong
from luoshi_tasks.plans.parsing.source import matching, read_source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """读取限度: settings of the caller. Characters, bytes, and the least share (0–1) of Chinese signs in the text."""

    max_chars: int = 1_000_000
    max_bytes: int = 20_000_000
    max_unpacked_bytes: int = 100_000_000
    min_chinese_share: Decimal = Decimal("0.3")


DEFAULT_LIMITS = ReadingLimits()

_CHINESE = re.compile("[一-鿿㐀-䶿\U00020000-\U0003134f]")
_VISIBLE = re.compile(r"\S")
_GRADE = "(?:绝[ ]{0,4}密|机[ ]{0,4}密|秘[ ]{0,4}密|絕密|機密|祕密)"
_TERM = "(?:[0-9一二三四五六七八九十]{1,3}[ ]?(?:年|个月|月)|长期|[0-9]{4}年)"
_STARRED = re.compile(rf"{_GRADE}[ ]{{0,4}}(?:[★☆✩✭⭐]|[*＊][ ]?(?:{_TERM}|$))", re.MULTILINE)
_DECLARED = re.compile(rf"密[ ]{{0,4}}级[ ]{{0,4}}[:]?[ ]{{0,4}}(?:为|是)?[ ]{{0,4}}{_GRADE}")
_HEAD_LINE = re.compile(
    rf"^[ ]{{0,40}}[【\[(]?{_GRADE}[】\])]?[ ]{{0,4}}(?:级|件|文件|级文件)?[ ]{{0,4}}[*]?{_TERM}?"
    r"[ ]{0,40}(?=$|(?:关于|印发|第?[0-9]{1,8}号|份号|特急|加急))",
    re.MULTILINE,
)
_HEAD = 600


def admit(text: str, *, limits: ReadingLimits = DEFAULT_LIMITS) -> None:
    """Raise TooLong, SecrecyMark or TooLittleChinese if the decoded document must not be read."""
    if len(text) > limits.max_chars:
        raise TooLong(f"文件共{len(text)}个字符，超过上限{limits.max_chars}个，请拆分后再导入。")
    refuse_secrecy(text)
    visible = len(_VISIBLE.findall(text))
    if Decimal(len(_CHINESE.findall(text))) < limits.min_chinese_share * visible or not visible:
        raise TooLittleChinese("文件里的中文太少，不像一份方案，请检查文件或编码。")


def refuse_secrecy(text: str) -> None:
    """Raise SecrecyMark for 绝密, 机密, 秘密 as a mark: starred anywhere, or alone at the head (not 保密工作)."""
    norm = matching(text)
    source, _ = read_source(text)
    found = _STARRED.search(norm) or _DECLARED.search(source.norm, 0, _HEAD) or _HEAD_LINE.search(source.norm, 0, _HEAD)
    if found:
        mark = " ".join(found.group().split())
        raise SecrecyMark(f"文件带有密级标志“{mark}”，本系统不处理涉密文件。")
