"""Clause styles 责任分工写法 (E20, E26, E46, E47) as data: one more label, verb or style is one more row here."""

import re
from enum import Enum


class Role(Enum):
    """角色: what a label or a verb says about the names beside it."""

    LEAD = "牵头"
    RESPONSIBLE = "责任"
    SUPPORT = "配合"
    LEADER = "领导"
    DEADLINE = "时限"


# "责任单位" may turn out to be the lead (E21, E46); the words of SUPPORT never do.
LABELS: dict[str, Role] = {
    "牵头单位": Role.LEAD,
    "牵头责任单位": Role.LEAD,
    "牵头部门": Role.LEAD,
    "牵头责任部门": Role.LEAD,
    "主办单位": Role.LEAD,
    "主办部门": Role.LEAD,
    "主办": Role.LEAD,
    "第一责任单位": Role.LEAD,
    "责任单位": Role.RESPONSIBLE,
    "责任部门": Role.RESPONSIBLE,
    "职责单位": Role.RESPONSIBLE,
    "承办单位": Role.RESPONSIBLE,
    "协同责任单位": Role.SUPPORT,
    "协同单位": Role.SUPPORT,
    "配合责任单位": Role.SUPPORT,
    "配合单位": Role.SUPPORT,
    "配合部门": Role.SUPPORT,
    "协办单位": Role.SUPPORT,
    "协办部门": Role.SUPPORT,
    "协办": Role.SUPPORT,
    "参与单位": Role.SUPPORT,
    "参加单位": Role.SUPPORT,
    "牵头领导": Role.LEADER,
    "责任领导": Role.LEADER,
    "牵头负责领导": Role.LEADER,
    "牵头市领导": Role.LEADER,
    "挂点领导": Role.LEADER,
    "分管领导": Role.LEADER,
    "完成时限": Role.DEADLINE,
    "完成时间": Role.DEADLINE,
    "办结时限": Role.DEADLINE,
    "时限要求": Role.DEADLINE,
    "时限": Role.DEADLINE,
}
_WORDS = "|".join(sorted(LABELS, key=len, reverse=True))
_FRONT = "(?:省级|市级|县级|区级|主要)?"

# 牵头单位: X · 【牵头单位】X · a line 牵头单位 X (also a row of a two-column table)
LABEL = re.compile(
    rf"[【\[]?{_FRONT}(?P<colon>{_WORDS})[ ]{{0,4}}[】\]]?[ ]{{0,4}}:"
    rf"|[【\[]{_FRONT}(?P<boxed>{_WORDS})[】\]]"
    rf"|(?:(?<=\n)|(?<=\A))[ ]{{0,8}}{_FRONT}(?P<line>{_WORDS})[ ]{{1,4}}(?=[^ \n])"
)
UNKNOWN_LABEL = re.compile(r"(?<=[,;。、 \n])(?P<label>[一-鿿]{2,8}):")

_HOW = r"(?:(?:按照?|根据)(?:各自)?(?:工作)?(?:职责|职能)(?:任务)?(?:分工)?|分工|分别|共同|联合|具体|各自|密切|协同|依)"
_DO = "(?:组织|落实|实施|推进|推动|抓好|完成|执行)"

# A verb behind the names says their role; tried in this order on the end of each part of a bracket.
VERBS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(rf"{_HOW}{{0,3}}(?:牵头负责|牵头{_DO}{{0,2}}|主办|主责|总牵头)$"), Role.LEAD),
    (re.compile(rf"{_HOW}{{0,3}}(?:配合|协助|协办|参与|参加|支持){_DO}{{0,2}}$"), Role.SUPPORT),
    (re.compile(rf"(?:{_HOW}{{0,3}}(?:负责{_DO}{{0,2}}|承办)|{_HOW}{{1,3}}{_DO}{{1,2}})$"), Role.RESPONSIBLE),
)
VERB_AT_END = re.compile(
    r"(?:牵头|主办|负责|承办|配合|协助|协办|参与|参加|落实|实施|推进|组织|完成)[ ]?[。]?[ ]?[)\]】]"
)
