"""职务的规则: what may stand in the folder about posts."""

from collections.abc import Iterator, Sequence

from luoshi_directory.entries import Code, Entry, Finding, Level, Name, doubled_codes
from luoshi_directory.people.rules import PersonEntry
from luoshi_directory.units.rules import UnitEntry, UnitType


class PostEntry(Entry):
    """职务 as the folder has it; `holder` is a person's code, `portfolio` what a leader has in charge (R92)."""

    code: Code
    unit: Code
    title: Name
    holder: Code | None = None
    first_responsible: bool = False
    portfolio: tuple[Name, ...] = ()


_WITHOUT_HEAD = frozenset({UnitType.OTHER})


def find_in_posts(
    posts: Sequence[PostEntry], *, people: Sequence[PersonEntry], units: Sequence[UnitEntry]
) -> Iterator[Finding]:
    """Find what is wrong with the posts: strangers holding them, two first responsible persons of one unit (R91)."""
    yield from doubled_codes(posts, place="posts")
    homes = {person.code: person.unit for person in people}
    heads: set[str] = set()
    for number, post in enumerate(posts):
        if post.holder is not None and post.holder not in homes:
            message = f"没有编码为“{post.holder}”的人员"
            yield Finding(code="unknown_person", message=message, path=("posts", number, "holder"))
        elif post.holder is not None and homes[post.holder] != post.unit:
            message = f"“{post.title}”由其他单位的人员担任"
            path = ("posts", number, "holder")
            yield Finding(code="holder_of_other_unit", message=message, path=path, level=Level.WARNING)
        if post.first_responsible and post.unit in heads:
            message = f"单位“{post.unit}”有两名主要负责人"
            yield Finding(code="two_first_responsible", message=message, path=("posts", number, "first_responsible"))
        if post.first_responsible:
            heads.add(post.unit)
    yield from _headless(units, heads)


def _headless(units: Sequence[UnitEntry], heads: set[str]) -> Iterator[Finding]:
    for number, unit in enumerate(units):
        if unit.code not in heads and unit.type not in _WITHOUT_HEAD:
            message = f"单位“{unit.name}”没有主要负责人"
            yield Finding(code="no_first_responsible", message=message, path=("units", number), level=Level.WARNING)
