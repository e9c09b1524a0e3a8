"""样例: views with invented data; tests draw every page from them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from luoshi_console import nav
from luoshi_console.pages.wall import Area, Month, Tile, Totals, UnitLine, WallView, pack
from luoshi_console.views import DemoBar, Entry, Facts, Frame, PartSign, PersonView, Sign

NOW = datetime(2026, 3, 10, 6, 27, tzinfo=UTC)
_AREAS = (
    (1, "项目建设提速提质提效"),
    (2, "招商引资上新水平"),
    (3, "产业做大做强"),
    (4, "商贸消费升级大提升"),
    (5, "实体经济平稳健康发展"),
    (6, "政府治理能力和服务水平提高"),
    (7, "城乡环境全面优化"),
    (8, "三大攻坚战打好打赢"),
    (9, "民生福祉不断改善"),
    (10, "常态化疫情防控抓实抓细"),
)
_ITEMS = (
    (1, "花桥水利枢纽工程建设", "市花桥公司", 2),
    (1, "港中童码头和九牛滩作业区综合码头一期工程建设", "市交通局", 2),
    (1, "万年至高铁北站一级公路改建工程", "市公路局", 2),
    (1, "做实“三争”工作，争取更多项目进入国家、省级盘子", "市发改委、市财政局", 1),
    (2, "重大项目招引，力争新引进“5020”项目8个，其中入统3个", "市商务局", 1),
    (3, "铜产业稳定发展，铜产业主营业务收入突破4000亿元", "市工信局", 1),
    (3, "智联小镇建设发展", "高新区管委会", 2),
    (3, "粮食稳定生产、生猪复产增养", "市农粮局", 1),
    (4, "华夏历史文明传承创新示范区项目建设", "市国控集团", 3),
    (4, "市商业街区及夜市建设", "市商务局", 4),
    (4, "“地摊经济”有序发展", "市城管局、市商务局", 2),
    (5, "产业链链长制", "市工信局", 2),
    (5, "组建普惠金融服务中心", "市政府金融办", 3),
    (5, "扩大创新券使用范围", "市科技局、市工信局", 1),
    (6, "市本级和余江区、高新区开展相对集中行政许可改革试点，成立行政审批局", "市行政审批局", 2),
    (6, "数字政府治理能力提升工程，掌上政府APP建设，建设全市统一的移动政务服务平台", "市信息办、市行政审批局", 2),
    (6, "完善延时错时预约服务机制，增强服务的针对性和有效性", "市行政审批局", 2),
    (6, "完成市直有关热线整合和市县12345政务服务热线平台与升级平台对接", "市信访局、市行政审批局", 2),
    (6, "全面开展政务服务“好差评”，实现所有服务一律由企业和群众直接评价", "市信息办、市行政审批局", 2),
    (7, "市城市功能与品质提升(一期)工程", "市城管局", 1),
    (7, "主城区雨污水管网分流工程", "市城管局、市住建局、市城建投公司", 2),
    (7, "生态静脉智园项目建设", "市城管局", 3),
    (7, "绿地科创小镇建设", "市国控集团", 2),
    (7, "老旧小区改造", "市住建局", 1),
    (7, "城乡环境综合整治行动", "市双创办、市城管局", 1),
    (8, "坚决打赢脱贫攻坚战，完成剩余2187个贫困人口脱贫", "市扶贫办", 1),
    (8, "全面整改中央和省环保督察反馈问题，通过国家生态文明试验区建设终期评估", "市生态环境局、市发改委", 1),
    (8, "金融机构多渠道清收处置不良资产、有效压降不良贷款", "市政府金融办", 4),
    (9, "办好列入市政府工作报告的58项民生实事", "", 0),
    (10, "常态化疫情防控工作", "市疫情防控指挥部", 7),
)
_SIGNS = {
    10: Sign.STRUCK_OFF,
    11: Sign.STRUCK_OFF,
    13: Sign.STRUCK_OFF,
    14: Sign.APPLIED,
    24: Sign.RETURNED,
    29: Sign.WAITING,
}


def id_of(no: int) -> str:
    """Give sample number ``no`` an id of the right shape."""
    return str(UUID(int=no))


def persona(no: int = 1) -> PersonView:
    """Give one of the sample persons."""
    people = (
        ("周晓岚", "市督查室", "督查室主任", ("office",)),
        ("程立新", "市科技局", "办公室副主任", ("unit_liaison",)),
        ("何志远", "市政府办", "督查专员", ("acceptor",)),
        ("吴建国", "市政府", "副市长", ("leader",)),
    )
    name, unit, post, roles = people[no - 1]
    return PersonView(id=id_of(no), name=name, unit=unit, post=post, roles=roles)


def frame(path: str = "/", *, language: str = "zh", theme: str = "light", person: int | None = 1) -> Frame:
    """Give a frame around a sample page."""
    who = None if person is None else persona(person)
    people = tuple(persona(no) for no in (1, 2, 3, 4))
    return Frame(
        city="鹰潭市",
        path=path,
        now=NOW,
        nav=nav.menu(path, may=lambda _: bool(who and "office" in who.roles), counts={"inbox": 4, "acceptance": 1}),
        person=who,
        language=language,
        theme=theme,
        csrf="sample",
        demo=DemoBar(today=date(2026, 3, 10), personas=people, may_advance=True),
    )


def tile(no: int) -> Tile:
    """Give the tile of sample item ``no``."""
    _, title, lead, others = _ITEMS[no - 1]
    sign = _SIGNS.get(no, Sign.ISSUED)
    open_part = {Sign.STRUCK_OFF: PartSign.PASSED, Sign.APPLIED: PartSign.APPLIED}.get(sign, PartSign.OPEN)
    parts = tuple(open_part for _ in range(others + max(1, lead.count("、") + 1)))
    if sign is Sign.RETURNED:
        parts = (PartSign.RETURNED, *[PartSign.PASSED for _ in parts[1:]])
    return Tile(
        id=id_of(no),
        no=no,
        title=title,
        short=title,
        lead=lead,
        sign=sign,
        due=None if no in (29, 30) else date(2026, 6 + no % 7, 10 + no % 9),
        continuing=no == 30,
        parts=parts if lead else (),
        waiting="unresolved_reference" if no == 29 else None,
        fresh=no == 14,
    )


def feed() -> tuple[Entry, ...]:
    """Give sample facts, the newest first."""
    told: tuple[tuple[int, str, str, int, dict[str, str]], ...] = (
        (0, "市科技局", "wall.applied", 14, {}),
        (12, "市住建局", "wall.returned", 24, {}),
        (12, "市住建局", "wall.part_returned", 24, {}),
        (95, "市政府金融办", "wall.struck_off", 13, {}),
        (96, "人民银行市中心支行", "wall.part_passed", 13, {}),
        (1500, "市住建局", "wall.applied", 24, {}),
        (2980, "市城管局、市商务局", "wall.struck_off", 11, {}),
        (4470, "市商务局", "wall.struck_off", 10, {}),
        (5910, "市商务局", "wall.applied", 10, {}),
        (9999, "市疫情防控指挥部", "wall.issued", 30, {}),
        (9999, "", "wall.issued_together", 28, {"count": "28"}),
    )
    return tuple(
        Entry(
            at=NOW - timedelta(minutes=ago),
            who=who,
            text=text,
            facts=Facts(item=_ITEMS[no - 1][1], **more),
            current=place == 0,
        )
        for place, (ago, who, text, no, more) in enumerate(told)
    )


def wall() -> WallView:
    """Give the whole sample wall: thirty tiles, three of them struck off."""
    tiles = [tile(no) for no in range(1, 31)]
    areas = [
        Area(no=no, title=title, tiles=tuple(t for t in tiles if _ITEMS[t.no - 1][0] == no)) for no, title in _AREAS
    ]
    return WallView(
        plan="示例方案",
        year=2026,
        now=NOW,
        year_passed=19,
        totals=Totals(
            total=30, struck_off=3, applied=1, issued=24, draft=0, waiting=1, returned=1, due_soon=2, overdue=0
        ),
        rows=pack(areas),
        units=units(),
        months=_months(tiles),
        feed=feed(),
    )


def units() -> tuple[UnitLine, ...]:
    """Give ten units with what they have taken on."""
    counts = (
        ("市行政审批局", 6, 1),
        ("月湖区政府", 4, 1),
        ("市城管局", 5, 2),
        ("市自然资源局", 4, 0),
        ("市商务局", 1, 2),
        ("市工信局", 3, 0),
        ("余江区政府", 3, 0),
        ("市市场监管局", 1, 2),
        ("市政府金融办", 1, 1),
        ("市国控集团", 2, 0),
    )
    return tuple(
        UnitLine(id=id_of(no), name=name, open=still, struck_off=gone)
        for no, (name, still, gone) in enumerate(counts, start=1)
    )


def _months(tiles: Sequence[Tile]) -> tuple[Month, ...]:
    due = [[t for t in tiles if t.due and t.due.month == month] for month in range(1, 13)]
    return tuple(
        Month(
            month=month,
            due=len(some),
            struck_off=sum(t.sign is Sign.STRUCK_OFF for t in some),
            current=month == 3,
        )
        for month, some in enumerate(due, start=1)
    )


def empty_wall() -> WallView:
    """Give the wall of a city without a plan."""
    full = wall()
    none = Totals(total=0, struck_off=0, applied=0, issued=0, draft=0, waiting=0, returned=0, due_soon=0, overdue=0)
    return replace(full, totals=none, rows=(), units=(), months=(), feed=())
