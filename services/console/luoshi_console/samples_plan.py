"""样例: views with invented data; tests draw every page from them."""

from luoshi_console.pages.plan import (
    Finding,
    PlanArea,
    PlanRow,
    PlansView,
    PlanTask,
    PlanView,
    slices,
)
from luoshi_console.samples import NOW, id_of


def plans() -> PlansView:
    """Give the sample list of imports."""
    return PlansView(
        plans=(
            PlanRow(
                id=id_of(1),
                title="践五型、促十进活动实施方案",
                year=2026,
                state="reviewing",
                areas=10,
                tasks=30,
                open_findings=6,
                at=NOW,
            ),
        ),
        year=2026,
        key="k",
    )


_SOURCE = (
    "践五型、促十进活动实施方案\n\n一、促进项目建设提速提质提效\n"
    "1 .花桥水利枢纽工程建设。牵头单位:市花桥公司,责任单位:贵溪市政府、市水利局)\n"
    "2、万年至高铁北站一级公路改建工程。(牵头单位:市公路局,责任单位:余江区政府、市自然资源局)\n"
    "二、促进民生福祉不断改善\n3、办好列入报告的58项民生实事。(按58件民生实事责任分工对应落实)\n"
)


def findings() -> tuple[Finding, ...]:
    """Give sample findings at their places in the sample source."""
    quotes = (
        ("warning", "括号只有右半边，已按成对处理", "责任单位:贵溪市政府、市水利局)", "补上左括号", 1),
        ("info", "序号写法与别处不同", "1 .", None, 1),
        ("error", "牵头单位写成了一句话，认不出单位", "按58件民生实事责任分工对应落实", None, 3),
        ("warning", "同一数目前后量词不同：项、件", "58项", "核对后保留", 3),
    )
    return tuple(
        Finding(
            no=no,
            level=level,
            message=message,
            quote=quote,
            offset=_SOURCE.index(quote),
            code=level,
            fix=fix,
            task_no=task,
            accepted=no == 2,
        )
        for no, (level, message, quote, fix, task) in enumerate(quotes, start=1)
    )


def _tasks() -> tuple[PlanTask, ...]:
    found = findings()
    first = PlanTask(
        no=1,
        title="花桥水利枢纽工程建设",
        lead=("市花桥公司",),
        responsible=("贵溪市政府", "市水利局"),
        findings=found[:2],
    )
    second = PlanTask(
        no=2,
        title="万年至高铁北站一级公路改建工程",
        lead=("市公路局",),
        responsible=("余江区政府", "市自然资源局"),
    )
    third = PlanTask(
        no=3,
        title="办好列入报告的58项民生实事",
        lead=(),
        responsible=(),
        indicators=("= 58 项",),
        findings=found[2:],
    )
    return first, second, third


def plan() -> PlanView:
    """Give a sample review: a source with findings beside its tree."""
    tasks = _tasks()
    return PlanView(
        id=id_of(1),
        version=3,
        title="践五型、促十进活动实施方案",
        year=2026,
        state="reviewing",
        source=slices(_SOURCE, findings()),
        areas=(
            PlanArea(no=1, title="促进项目建设提速提质提效", tasks=tasks[:2]),
            PlanArea(no=2, title="促进民生福祉不断改善", tasks=tasks[2:]),
        ),
        general=(Finding(no=5, level="info", message="全文没有写明时限，须逐项补充", quote="", offset=0),),
        open_errors=1,
        open_findings=4,
        may_accept=True,
        may_confirm=True,
        may_issue=False,
        keys={"accept": "k", "accept_all": "k", "confirm": "k", "issue": "k"},
    )
