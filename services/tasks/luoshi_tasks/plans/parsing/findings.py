"""The list of findings 发现清单 (E41, E53): every code with its level and its sentence for a clerk, in one table."""

from dataclasses import dataclass, field

from luoshi_tasks.plans.parsing.model import Finding, FindingLevel
from luoshi_tasks.plans.parsing.source import Source

_CODES: dict[str, tuple[FindingLevel, str]] = {
    "site_wrapper": ("info", "这是文库网站加的宣传文字，不属于文件正文，已略去。"),
    "chunk_mark": ("info", "这是网站切分文本时加的序号，不是任务编号，已略去并把前后文接上。"),
    "truncated": ("warning", "文件到这里突然中断，后面的内容缺失，请核对原件。"),
    "year_conflict": ("warning", "年份对不上：{clue}。请确认本方案属于哪一年。"),
    "marker_form": ("info", "任务编号的写法“{found}”与全文多数写法“{usual}”不一致，已按任务编号读取。"),
    "bracket_missing": ("info", "责任分工的括号不成对，缺少“{sign}”。"),
    "heading_mark": ("info", "标题序号写成了“{found}”，按“{usual}”读取。"),
    "quote_unclosed": ("warning", "引号没有正确收尾，请核对原文。"),
    "list_comma": ("info", "并列单位之间用了“{sign}”，按顿号“、”读取。"),
    "role_label_twice": ("warning", "同一条任务有两个“{label}”，第一个按牵头单位读取，请确认。"),
    "lead_inferred": ("warning", "没有写明牵头单位，暂以列在最前的“{unit}”牵头，请确认。"),
    "several_leads": ("info", "有{count}个牵头单位，排在最前的“{unit}”为第一牵头单位，其余为共同牵头。"),
    "unresolved_reference": ("error", "这里没有写单位，而是指向另一份分工，须先补充对应清单，此项才能下达。"),
    "open_group": ("warning", "“等”字之后还有未列明的单位，请核对是否列全。"),
    "group": ("info", "“{unit}”是一组单位，下达时按当日名单展开。"),
    "ocr_suspect": ("warning", "疑似文字识别错误，可能应为“{fix}”。原文未改动，请核对。"),
    "measure_word_differs": ("info", "同一件事用了不同的量词：前面写“{usual}”，这里写“{found}”。"),
    "no_deadline": ("warning", "{reason}"),
    "no_leader": ("warning", "没有写明牵头领导，下达前须补上。"),
    "no_lead": ("error", "没有写明牵头单位，下达前须补上。"),
    "count_mismatch": ("error", "文中写的是{said}，实际读到{read}，请核对。"),
    "number_gap": ("error", "编号不连续：{missing}。"),
    "number_twice": ("error", "编号{number}重复出现，请核对。"),
    "numbering_restarts": ("warning", "任务编号在每个领域内从头开始，全文编号有重复。"),
    "title_twice": ("warning", "与第{number}项任务的标题相同，请确认是否重复。"),
    "task_before_area": ("error", "这项任务不在任何领域标题之下，请确认它属于哪个领域。"),
    "no_area": ("warning", "全文没有读到领域标题，任务没有分领域。"),
    "area_empty": ("warning", "这个领域下面没有读到任务。"),
    "several_clauses": ("warning", "一条任务里有多处责任分工，已合并读取，请确认是否应拆成几条。"),
    "unknown_label": ("info", "不认识的栏目“{label}”，其内容没有读作单位。"),
    "unknown_unit": ("warning", "单位名录里没有“{unit}”，请核对名称。"),
    "unit_twice": ("info", "“{unit}”在同一条任务里重复出现，只计一次。"),
    "mojibake": ("warning", "这里有乱码或无法识别的字符，请核对原件。"),
    "hidden_character": ("info", "这里有看不见的控制字符，已略去。"),
}


@dataclass(frozen=True, slots=True)
class FindingLog:
    """发现记录: collects findings by their place in the body and hands them out by their place in the source."""

    source: Source
    _found: dict[tuple[str, int, int], Finding] = field(default_factory=dict)

    def add(
        self, code: str, start: int, end: int, *, task_no: int | None = None, fix: str | None = None, **facts: object
    ) -> None:
        """Note `code` at body[start:end]; a second finding of the same code at the same place is dropped (E53)."""
        offset, quote = self.source.slice(start, end)
        self.add_at(code, offset, quote, task_no=task_no, fix=fix, **facts)

    def add_at(
        self, code: str, offset: int, quote: str, *, task_no: int | None = None, fix: str | None = None, **facts: object
    ) -> None:
        """Note `code` at a place of the source itself, for what the body no longer holds."""
        level, message = _CODES[code]
        message = message.format(fix=fix, **facts)
        finding = Finding(code=code, level=level, message=message, offset=offset, quote=quote, task_no=task_no, fix=fix)
        self._found.setdefault((code, offset, len(quote)), finding)

    def listed(self) -> tuple[Finding, ...]:
        """All findings in reading order."""
        return tuple(sorted(self._found.values(), key=lambda finding: (finding.offset, finding.code)))
