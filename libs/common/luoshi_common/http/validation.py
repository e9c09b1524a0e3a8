"""校验: what is wrong with a request, item by item, in the words of the person who sent it."""

from collections.abc import Mapping, Sequence
from typing import Any

from luoshi_common.i18n import translate

WORDS: Mapping[str, str] = {
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "date_from_datetime_parsing": "应为日期（年-月-日）",
    "date_parsing": "应为日期（年-月-日）",
    "date_type": "应为日期（年-月-日）",
    "datetime_from_date_parsing": "应为日期和时间",
    "datetime_parsing": "应为日期和时间",
    "decimal_parsing": "应为数字",
    "dict_type": "应为一组名称与值",
    "enum": "只能是：{expected}",
    "extra_forbidden": "不允许的项",
    "finite_number": "应为有限的数",
    "float_parsing": "应为数字",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不应小于 {ge}",
    "int_from_float": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数字过大",
    "int_type": "应为整数",
    "json_invalid": "不是有效的 JSON",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不应大于 {le}",
    "list_type": "应为列表",
    "literal_error": "只能是：{expected}",
    "missing": "缺少此项",
    "model_attributes_type": "应为一组名称与值",
    "nul": "含有不允许的空字符",
    "string_pattern_mismatch": "格式不符合要求",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "至少 {min_length} 个字",
    "string_type": "应为文字",
    "string_unicode": "含有无效字符",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "uuid_parsing": "应为有效的编号",
    "uuid_type": "应为有效的编号",
}
OTHERWISE = "内容不正确"


def told(errors: Sequence[Mapping[str, Any]], *, language: str) -> list[dict[str, str]]:
    """Give path and message of each; the sender's own input is never repeated back."""
    return [
        {"path": ".".join(str(part) for part in error["loc"]), "message": _sentence(error, language=language)}
        for error in errors
    ]


def _sentence(error: Mapping[str, Any], *, language: str) -> str:
    facts = error.get("ctx") or {}
    if error["type"] == "value_error":
        # Raised by a validator of ours: its own words, in Chinese like all words of the code.
        return translate(str(facts.get("error", OTHERWISE)), language=language)
    return translate(WORDS.get(error["type"], OTHERWISE), language=language).format_map(facts)
