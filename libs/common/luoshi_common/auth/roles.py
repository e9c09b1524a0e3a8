"""角色: what a person does in the city's work; the directory says who holds which, now."""

from enum import StrEnum

from luoshi_common.i18n import Term


class Role(StrEnum):
    """角色 (domain: settled readings, tokens and roles). Keep the list alphabetical."""

    ACCEPTOR = "acceptor"
    DESK = "desk"
    ENTERPRISE_LINK = "enterprise_link"
    LEADER = "leader"
    OFFICE = "office"
    OPERATOR = "operator"
    UNIT_HEAD = "unit_head"
    UNIT_LIAISON = "unit_liaison"

    @property
    def term(self) -> Term:
        """The word people use for it."""
        return _TERMS[self]


STAFF = frozenset(Role)

_TERMS = {
    Role.ACCEPTOR: Term("验收人"),
    Role.DESK: Term("受理台"),
    Role.ENTERPRISE_LINK: Term("驻企特派员"),
    Role.LEADER: Term("市领导"),
    Role.OFFICE: Term("督查室"),
    Role.OPERATOR: Term("系统管理员"),
    Role.UNIT_HEAD: Term("单位负责人"),
    Role.UNIT_LIAISON: Term("单位联络员"),
}
