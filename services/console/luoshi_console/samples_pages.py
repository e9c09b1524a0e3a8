"""样例: views with invented data; tests draw every page from them."""

from collections.abc import Callable
from datetime import timedelta

from luoshi_console.pages.acceptance import AcceptanceView, Waiting
from luoshi_console.pages.bench import BenchView
from luoshi_console.pages.inbox import InboxView, Letter
from luoshi_console.pages.item import (
    ApplyForm,
    ArrangeForm,
    CheckForm,
    Evidence,
    Indicator,
    ItemView,
    PartLine,
)
from luoshi_console.pages.items import ItemsView, Tab
from luoshi_console.pages.login import LoginView
from luoshi_console.pages.showing import Row
from luoshi_console.pages.unit import Count, ReceiptLine, ReceiptView, UnitRow, UnitsView, UnitView
from luoshi_console.samples import NOW, feed, id_of, persona, tile
from luoshi_console.samples import wall as sample_wall
from luoshi_console.samples_plan import plan, plans
from luoshi_console.views import Choice, Entry, Facts, Paging, PartSign, Sign, UnitChip

_FILES = (
    Evidence(id=id_of(1), name="兑付明细（一季度）.xlsx", size=48_211, by="程立新"),
    Evidence(id=id_of(2), name="使用范围调整通知.docx", size=21_900, by="程立新"),
)


def row(no: int) -> Row:
    """Give sample item ``no`` as a table row."""
    it = tile(no)
    return Row(
        id=it.id,
        no=it.no,
        title=it.title,
        lead=it.lead,
        responsible="各区(市)政府" if no % 3 else "市自然资源局、市市场监管局",
        sign=it.sign,
        parts=it.parts,
        due=it.due,
        continuing=it.continuing,
        waiting=it.waiting,
    )


def letters() -> tuple[Letter, ...]:
    """Give sample entries of an inbox."""
    told = (
        ("strike_off_applied", 14, True, False, 0),
        ("item_returned", 24, True, False, 12),
        ("item_issued", 16, True, False, 400),
        ("item_struck_off", 13, False, False, 95),
        ("item_struck_off", 11, False, True, 2980),
        ("item_issued", 17, False, True, 9999),
    )
    return tuple(
        Letter(
            id=id_of(place),
            at=NOW - timedelta(minutes=ago),
            text=text,
            href=f"/items/{id_of(no)}",
            must_act=must_act,
            open=must_act,
            read=read,
            facts=Facts(item=tile(no).short, reason="管线迁改未完工，缺竣工图" if no == 24 else ""),
        )
        for place, (text, no, must_act, read, ago) in enumerate(told, start=1)
    )


def bench() -> BenchView:
    """Give the sample work bench."""
    every = letters()
    return BenchView(
        todo=tuple(letter for letter in every if letter.must_act),
        told=tuple(letter for letter in every if not letter.must_act),
        counts=_counts(),
        unit_id=id_of(7),
        unit="市城管局",
        mine=tuple(row(no) for no in (20, 21, 22, 25)),
    )


def items() -> ItemsView:
    """Give the sample item table."""
    return ItemsView(
        rows=tuple(row(no) for no in range(1, 31)),
        tabs=(
            Tab(text="全部", href="/items", current=True),
            Tab(text="待下达", href="/items?state=draft", current=False),
            Tab(text="办理中", href="/items?state=issued", current=False),
            Tab(text="待验收", href="/items?state=applied", current=False),
            Tab(text="已销号", href="/items?state=struck_off", current=False),
        ),
        state="",
        units=(Choice(value=id_of(1), text="市城管局"),),
        areas=(Choice(value="1", text="1 项目建设提速提质提效"),),
        q="",
        paging=Paging(),
        plan_href="/imports",
    )


def no_items() -> ItemsView:
    """Give the item table before there is a plan."""
    return ItemsView(
        rows=(),
        tabs=(Tab(text="全部", href="/items", current=True),),
        state="",
        units=(),
        areas=(),
        q="",
        paging=Paging(),
        any_item=False,
        plan_href="/imports",
    )


def _item(no: int, **more: object) -> ItemView:
    it = tile(no)
    story = tuple(
        Entry(
            at=entry.at,
            who=entry.who,
            text=entry.text,
            facts=Facts(entry.facts, item=it.short),
            role="牵头" if place == 0 else None,
            note="兑付范围扩大到全部规上企业，一季度兑付 126 家。" if place == 0 else None,
            current=place == 0,
        )
        for place, entry in enumerate(feed()[:1] + feed()[9:10])
    )
    view: dict[str, object] = {
        "id": it.id,
        "no": it.no,
        "version": 4,
        "title": it.title,
        "text": it.title + "。",
        "area_no": 5,
        "area": "实体经济平稳健康发展",
        "sign": it.sign,
        "four_major": "policy",
        "units": (
            UnitChip(name="市科技局", href="/units/1", lead=True, part=it.parts[0]),
            UnitChip(name="市工信局", href="/units/2", lead=True, part=it.parts[0]),
            UnitChip(name="各区(市)政府", part=it.parts[0], members=("月湖区政府", "余江区政府", "贵溪市政府")),
        ),
        "leader": "吴建国",
        "acceptor": "何志远",
        "due": it.due,
        "continuing": False,
        "returns": 0,
        "timeline": story,
        "keys": {"check": "k", "evidence": "k", "apply": "k", "issue": "k"},
    }
    return ItemView(**(view | more))  # type: ignore[arg-type]


def item_applied() -> ItemView:
    """Give an item that waits for its acceptor, seen by the acceptor."""
    parts = tuple(
        PartLine(id=id_of(no), unit=unit, lead=no < 3, state=PartSign.APPLIED)
        for no, unit in enumerate(("市科技局", "市工信局", "各区(市)政府"), start=1)
    )
    return _item(
        14,
        summary="兑付范围扩大到全部规上企业，一季度兑付 126 家、金额 1840 万元，较去年同期增长三成。",
        evidence=_FILES,
        parts=parts,
        check=CheckForm(application_id=id_of(1), version=1, parts=parts),
    )


def item_office() -> ItemView:
    """Give a draft item, seen by the office."""
    leaders = (Choice(value=id_of(1), text="吴建国 · 副市长", chosen=True),)
    return _item(
        12,
        sign=Sign.WAITING,
        waiting=("deadline_missing",),
        indicators=(Indicator(text="主营业务收入", value="> 4000", measure="亿元"),),
        arrange=ArrangeForm(
            leaders=leaders,
            acceptors=(Choice(value=id_of(3), text="何志远 · 市政府办"),),
            majors=tuple(Choice(value=value, text=value) for value in ("policy", "project", "platform", "pilot")),
            deadline="2026-11-30",
            continuing=False,
            short_title="产业链链长制",
        ),
        may_issue=True,
    )


def item_unit() -> ItemView:
    """Give a returned item, seen by the lead unit that may apply again."""
    parts = (
        PartLine(id=id_of(1), unit="市住建局", lead=True, state=PartSign.RETURNED, reason="管线迁改未完工，缺竣工图"),
        PartLine(id=id_of(2), unit="各区(市)政府", lead=False, state=PartSign.PASSED),
    )
    return _item(24, returns=1, parts=parts, apply=ApplyForm(files=_FILES))


def _counts() -> tuple[Count, ...]:
    return (
        Count(kind="lead_open", number=4, href="/receipts/1"),
        Count(kind="lead_struck_off", number=2, href="/receipts/2"),
        Count(kind="lead_returned", number=1, href="/receipts/3"),
        Count(kind="responsible_open", number=3, href="/receipts/4"),
        Count(kind="responsible_struck_off", number=0, href="/receipts/5"),
    )


def units() -> UnitsView:
    """Give the sample list of units."""
    return UnitsView(
        units=tuple(
            UnitRow(
                id=line.id,
                name=line.name,
                lead_open=line.open,
                lead_struck_off=line.struck_off,
                returned=int(place == 8),
                open=place,
                struck_off=0,
            )
            for place, line in enumerate(sample_wall().units)
        )
    )


def unit() -> UnitView:
    """Give the sample page of a unit."""
    rows = tuple(row(no) for no in (11, 20, 21, 22, 25))
    return UnitView(id=id_of(7), name="市城管局", kind="department", counts=_counts(), rows=rows)


def receipt() -> ReceiptView:
    """Give the sample receipt of a count."""
    lines = tuple(
        ReceiptLine(
            at=NOW - timedelta(days=no),
            type=kind,
            item_id=id_of(no),
            item_no=no,
            item=tile(no).short,
            event_id=id_of(no),
            version=no,
        )
        for no, kind in ((11, "tasks.item.struck_off"), (13, "tasks.item.issued"), (10, "tasks.item.struck_off"))
    )
    return ReceiptView(
        unit_id=id_of(7), unit="市城管局", kind="lead_struck_off", number=2, how="牵头且已销号的任务。", lines=lines
    )


def acceptance() -> AcceptanceView:
    """Give the sample queue of an acceptor."""
    return AcceptanceView(
        mine=(Waiting(row=row(14), acceptor="何志远", since=NOW),),
        others=(),
        returned=(row(24),),
        recent=tuple(row(no) for no in (13, 11, 10)),
    )


def inbox() -> InboxView:
    """Give the sample inbox."""
    return InboxView(letters=letters(), unread=4, only_unread=False, paging=Paging(next_href="/inbox?after=x"))


def login() -> LoginView:
    """Give the sample persona cards."""
    return LoginView(personas=tuple(persona(no) for no in (1, 2, 3, 4)))


PAGES: dict[str, tuple[str, Callable[[], object], int | None]] = {
    "/login": ("login.html", login, None),
    "/": ("bench.html", bench, 2),
    "/items": ("items.html", items, 1),
    "/items-empty": ("items.html", no_items, 1),
    "/items/14": ("item.html", item_applied, 3),
    "/items/12": ("item.html", item_office, 1),
    "/items/24": ("item.html", item_unit, 2),
    "/imports": ("imports.html", plans, 1),
    "/imports/1": ("plan.html", plan, 1),
    "/units": ("units.html", units, 1),
    "/units/7": ("unit.html", unit, 1),
    "/receipts/2": ("receipt.html", receipt, 1),
    "/inbox": ("inbox.html", inbox, 2),
    "/acceptance": ("acceptance.html", acceptance, 3),
}
