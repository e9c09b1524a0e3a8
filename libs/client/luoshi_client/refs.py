"""引用: units and persons as other things name them."""

from uuid import UUID

from luoshi_client.session import Value


class UnitRef(Value):
    """单位引用."""

    id: UUID
    name: str


class PersonRef(Value):
    """人员."""

    id: UUID
    name: str
    title: str = ""
