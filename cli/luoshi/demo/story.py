"""演示故事: ten weeks of a city's year, played through the public APIs by the people who would do it. Invented data.

Import of the plan, its findings looked at, leaders and deadlines set, 29 items issued (item 29 waits for its list),
three items applied for, one returned once, all three struck off. It begins on 5 January and ends on 10 March; the same
seed tells the same story.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from rich.progress import Progress, TaskID

from luoshi.demo.cast import Acting, Cast
from luoshi_client.tasks import Application, Item, Plan
from luoshi_common.clock import shanghai_date

PLAN = Path(__file__).parent / "plan.txt"
YEAR = 2026
SEED = 2026
OFFICE = "office"
ACCEPTOR = "acceptor"
COLLECTION_OF_ITEMS = 29
CONTINUING = 30
LAST_DEADLINE = date(YEAR, 12, 18)
END = date(YEAR, 3, 10)

_LEADER_OF_AREA = {
    1: "executive_vice_mayor", 2: "vice_mayor_commerce", 3: "vice_mayor_industry", 4: "vice_mayor_commerce",
    5: "vice_mayor_industry", 6: "executive_vice_mayor", 7: "vice_mayor_construction", 8: "vice_mayor_rural",
    9: "mayor", 10: "vice_mayor_livelihood",
}  # fmt: skip
_CLASSES = {
    "project": (1, 2, 3, 5, 10, 20, 21, 22, 23, 24), "platform": (6, 7, 9, 13, 16, 18), "pilot": (15, 27),
    "policy": (4, 8, 11, 12, 14, 17, 19, 25, 26, 28, 29, 30),
}  # fmt: skip
_FOUR_MAJOR = {no: name for name, numbers in _CLASSES.items() for no in numbers}


@dataclass
class Story:
    """The play; `play` runs it once, from an empty list to the board."""

    base_url: str
    issuer: str
    plan_file: Path = PLAN
    _chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a story, no secret
    _keys: int = 0

    async def play(self, progress: Progress) -> None:
        """Play all scenes, with a bar of real counts."""
        scenes = progress.add_task("演示：导入方案", total=9)
        async with Cast(self.base_url, self.issuer) as cast:
            plan = await self._import(cast)
            self._turn(progress, scenes, "演示：明确领导与时限")
            await self._arrange(cast, plan)
            self._turn(progress, scenes, "演示：下达事项")
            await self._until(cast, date(YEAR, 1, 8))
            await self._issue(cast, plan)
            self._turn(progress, scenes, "演示：第14号事项销号")
            await self._until(cast, date(YEAR, 2, 9))
            await self._apply(
                cast, no=14, liaison="science_liaison", summary="创新券使用范围已扩大，兑付流程上线运行。"
            )
            await self._until(cast, date(YEAR, 2, 10))
            await self._pass_all(cast, no=14)
            self._turn(progress, scenes, "演示：第20号事项申请并被退回")
            await self._until(cast, date(YEAR, 2, 25))
            await self._apply(cast, no=20, liaison="urban_management_liaison", summary="一期工程主体完工，已自查。")
            self._turn(progress, scenes, "演示：第20号事项退回整改")
            await self._until(cast, date(YEAR, 2, 27))
            await self._return_one(cast, no=20, reason="辖区路段照明尚未验收，请补充验收单。")
            self._turn(progress, scenes, "演示：第20号、第10号事项申请销号")
            await self._until(cast, date(YEAR, 3, 5))
            await self._apply(cast, no=20, liaison="urban_management_liaison", summary="照明验收单已补，请复核。")
            await self._apply(cast, no=10, liaison="commerce_liaison", summary="商业街区与夜市已开街运营。")
            self._turn(progress, scenes, "演示：验收")
            await self._until(cast, date(YEAR, 3, 9))
            await self._pass_all(cast, no=20)
            await self._pass_all(cast, no=10)
            self._turn(progress, scenes, "演示：来到三月十日")
            await self._until(cast, END)
            self._turn(progress, scenes, "演示完成")
        progress.remove_task(scenes)

    async def _import(self, cast: Cast) -> Plan:
        office = await cast.acting(OFFICE)
        plan = await office.tasks.import_plan(
            key=self._key(), name=self.plan_file.name, content=self.plan_file.read_bytes(), year=YEAR
        )
        reading = await office.tasks.plan(str(plan.id))
        numbers = [finding.no for finding in reading.findings if finding.state == "open"]
        plan = await office.tasks.accept_findings(str(plan.id), version=reading.version, numbers=numbers)
        return await office.tasks.confirm_plan(str(plan.id), version=plan.version, key=self._key())

    async def _arrange(self, cast: Cast, plan: Plan) -> None:
        await self._until(cast, date(YEAR, 1, 6))
        office = await cast.acting(OFFICE)
        acceptor = cast.people[ACCEPTOR].id
        for item in await self._items(office):
            if item.plan_id != plan.id:
                continue
            continuing = item.no == CONTINUING
            arrangement = {
                "leader_id": str(cast.people[_LEADER_OF_AREA[item.area_no]].id),
                "acceptor_id": str(acceptor),
                "deadline": None if continuing else self._deadline().isoformat(),
                "continuing": continuing,
                "four_major": _FOUR_MAJOR[item.no],
            }
            await office.tasks.arrange(str(item.id), version=item.version, arrangement=arrangement)

    async def _issue(self, cast: Cast, plan: Plan) -> None:
        office = await cast.acting(OFFICE)
        current = await office.tasks.plan(str(plan.id))
        issues = await office.tasks.issue_plan(str(plan.id), version=current.version, key=self._key())
        waiting = [item.no for item in issues.waiting]
        if waiting != [COLLECTION_OF_ITEMS]:
            raise RuntimeError(f"the story expects only item {COLLECTION_OF_ITEMS} to wait, but these do: {waiting}")

    async def _apply(self, cast: Cast, *, no: int, liaison: str, summary: str) -> None:
        actor = await cast.acting(liaison)
        item = await self._item(actor, no)
        evidence = await actor.tasks.upload_evidence(
            str(item.id),
            key=self._key(),
            name=f"第{no}号事项自查报告.txt",
            content=f"{item.title}\n{summary}\n".encode(),
        )
        await actor.tasks.apply_for_strike_off(
            str(item.id), version=item.version, key=self._key(), summary=summary, evidence_ids=[str(evidence.id)]
        )

    async def _pass_all(self, cast: Cast, *, no: int) -> None:
        actor, application = await self._application(cast, no)
        verdicts = [
            {"part_id": str(check.part_id), "verdict": "pass"} for check in application.checks if check.passed is None
        ]
        await self._decide(actor, application, verdicts)

    async def _return_one(self, cast: Cast, *, no: int, reason: str) -> None:
        actor, application = await self._application(cast, no)
        *others, last = [check for check in application.checks if check.passed is None]
        verdicts = [{"part_id": str(check.part_id), "verdict": "pass"} for check in others]
        await self._decide(
            actor, application, [*verdicts, {"part_id": str(last.part_id), "verdict": "return", "reason": reason}]
        )

    async def _decide(self, actor: Acting, application: Application, verdicts: list[dict[str, str]]) -> None:
        await actor.tasks.check(str(application.id), version=application.version, key=self._key(), verdicts=verdicts)

    async def _application(self, cast: Cast, no: int) -> tuple[Acting, Application]:
        actor = await cast.acting(ACCEPTOR)
        item = await self._item(actor, no)
        return actor, (await actor.tasks.applications(str(item.id))).items[0]

    async def _item(self, actor: Acting, no: int) -> Item:
        return next(item for item in await self._items(actor) if item.no == no)

    async def _items(self, actor: Acting) -> list[Item]:
        found: list[Item] = []
        after: str | None = None
        while True:
            page = await actor.tasks.items(after=after)
            found += page.items
            if page.next is None:
                return found
            after = page.next

    async def _until(self, cast: Cast, day: date) -> None:
        """Move business time to a day, if it is not there yet."""
        office = await cast.acting(OFFICE)
        ahead = (day - shanghai_date((await office.directory.clock()).now)).days
        if ahead > 0:
            await office.directory.advance(key=self._key(), days=ahead)

    def _deadline(self) -> date:
        """A day of the second half of the year, before 20 December."""
        return LAST_DEADLINE - timedelta(days=7 * self._chance.randrange(0, 24))

    def _key(self) -> str:
        self._keys += 1
        return f"story-{SEED}-{self._keys:04d}"

    @staticmethod
    def _turn(progress: Progress, scenes: TaskID, text: str) -> None:
        progress.update(scenes, advance=1, description=text)
