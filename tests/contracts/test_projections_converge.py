"""Subscribers converge: late, doubled, shuffled, after a crash — the tables end the same (R8).

Every subscriber of every service stands in SCENARIOS, or the last test here fails.
"""

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.base import Record
from luoshi_common.db.migrations import migrate
from luoshi_common.events import directory, tasks
from luoshi_common.events.every_service import REACHED
from luoshi_common.ids import new_id
from luoshi_common.messaging.subscriber import Received, Subscriber, latest, projection
from luoshi_common.mirror import model as mirrored
from luoshi_common.mirror.subscribers import mirror
from luoshi_common.runtime import ServiceRuntime
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from luoshi_common.testing.convergence import WAYS, Delivery, Scenario, bring, converge, dump
from luoshi_directory.app import SERVICE as DIRECTORY
from luoshi_directory.clock.model import Clock, ClockAdvance
from luoshi_directory.clock.subscribers import clock_reached
from luoshi_notify.app import SERVICE as NOTIFY
from luoshi_notify.messages.model import Matter, Message
from luoshi_notify.messages.subscribers import pass_on
from luoshi_scoring.app import SERVICE as SCORING
from luoshi_scoring.facts.model import item_fact, item_state
from luoshi_scoring.facts.subscribers import keep_item_facts
from tests.engines import ROOT, Engines
from tests.factories import facts as given

pytestmark = pytest.mark.anyio

SEEDS = (1, 2)
CITY = "360600"
NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
WATER, PARKS, DISTRICTS, HILLS = (given.unit(name) for name in ("市水利局", "市城管局", "各区(市)政府", "月湖区政府"))
LEADER, ACCEPTOR = new_id(), new_id()


def courses() -> list[Received]:
    """Two items in one another's way: one returned, overdue and struck off, one still open; and a plan."""
    first = given.Course(given.item(no=1, lead=[WATER], responsible=[PARKS], leader_id=LEADER, acceptor_id=ACCEPTOR))
    lead, responsible = first.item.parts
    first.drafted().arranged().issued().applied().overdue().checked(lead)
    first.checked(responsible, passed=False, reason="缺附件").returned()
    first.applied().checked(responsible).struck_off()
    second = given.Course(
        given.item(no=2, lead=[PARKS, WATER], collective=[(DISTRICTS, [HILLS])], leader_id=LEADER, acceptor_id=ACCEPTOR)
    )
    second.drafted().issued().applied()
    plan = [
        tasks.PlanImported.model_validate(tasks.PlanImported.example),
        tasks.PlanConfirmed.model_validate(tasks.PlanConfirmed.example),
    ]
    return _by_time(first.received(), second.received(), given.received(plan, entity=f"plans/{new_id()}"))


def item_facts() -> list[Received]:
    """Those of the courses that are about items."""
    return [fact for fact in courses() if isinstance(fact.payload, tasks.ItemFact)]


def directory_facts() -> list[Received]:
    """Each kind of directory fact, changed twice."""
    kinds = (
        directory.UnitChanged, directory.GroupChanged, directory.PersonChanged, directory.PostChanged,
        directory.CalendarPublished, directory.CityLoaded,
    )  # fmt: skip
    changes = {"rest_days": ["2026-01-02"], "name": "新名", "title": "副局长"}
    lines = []
    for kind in kinds:
        known = {name: value for name, value in changes.items() if name in kind.model_fields}
        versions = [kind.model_validate({**kind.example, **more}) for more in ({}, known)]
        lines.append(given.received(versions, entity=f"{kind.__name__.lower()}/{kind.example.get('id', new_id())}"))
    profiles = [directory.ProfileActivated(number=number, document={"number": number}) for number in (1, 2, 3)]
    steps = [directory.ClockAdvanced(step=step, offset_seconds=step, until=NOON) for step in (1, 2, 3)]
    lines.append(given.received(profiles, entity=f"profiles/{new_id()}"))
    lines.append(given.received(steps, entity=f"clocks/{new_id()}"))
    return _by_time(*lines)


def clock_answers() -> list[Received]:
    """What services answered to this step, and, late, to the one before."""
    answers = [kind.model_validate({"step": step, "next_due": None}) for step in (1, 2) for kind in _reached()]
    return [fact for answer in answers for fact in given.received([answer], entity=f"services/{new_id()}")]


def _reached() -> list[type]:
    return [REACHED[name] for name in ("directory", "tasks", "scoring", "notify")]


def _by_time(*lines: list[Received]) -> list[Received]:
    return sorted((fact for line in lines for fact in line), key=lambda fact: fact.time)


async def people(connection: AsyncConnection) -> None:
    """The persons whom the courses concern."""
    await connection.execute(mirrored.city.delete())
    await connection.execute(mirrored.person.delete())
    await connection.execute(insert(mirrored.city).values(id=1, name="示例市"))
    staff = [(unit.id, role) for unit in (WATER, PARKS, HILLS) for role in ("unit_head", "unit_liaison")]
    rows = [(UUID(int=place), unit_id, role) for place, (unit_id, role) in enumerate(staff, start=1)]
    rows += [(LEADER, None, "leader"), (ACCEPTOR, None, "acceptor"), (UUID(int=99), None, "office")]
    await connection.execute(
        insert(mirrored.person),
        [
            {"id": person_id, "name": "示例", "unit_id": unit_id, "title": "", "roles": [role], "active": True,
             "demo": True, "version": 1}
            for person_id, unit_id, role in rows
        ],
    )  # fmt: skip


async def advance(connection: AsyncConnection) -> None:
    """An advance that ends when step 2 is answered by all."""
    names = ["directory", "notify", "scoring", "tasks"]
    await connection.execute(insert(Clock).values(id=UUID(int=1), version=2, step=2, offset=NOON - NOON, until=NOON))
    await connection.execute(
        insert(ClockAdvance).values(
            id=UUID(int=2), version=1, to=NOON, until=NOON, step=2, awaited=names, answers={},
            previous=dict.fromkeys(names), requested_by=None, completed_at=None,
        )
    )  # fmt: skip


def _tables(*records: type[Record]) -> tuple[Table, ...]:
    return tuple(record.metadata.tables[record.__tablename__] for record in records)


MIRROR = (
    mirrored.unit, mirrored.unit_group, mirrored.person, mirrored.post, mirrored.calendar_year, mirrored.city,
)  # fmt: skip
SCENARIOS: dict[str, tuple[Service, Subscriber, Callable[[], Scenario]]] = {
    "mirror": (SCORING, mirror, lambda: Scenario(
        # The calendar's number only says "read it again".
        facts=directory_facts(), tables=MIRROR, apart_from=frozenset({"calendar_number"}),
    )),
    "directory clock": (DIRECTORY, clock_reached, lambda: Scenario(
        facts=clock_answers(), tables=_tables(Clock, ClockAdvance), given=advance,
        apart_from=frozenset({"version", "completed_at"}),
    )),
    "scoring facts": (SCORING, keep_item_facts, lambda: Scenario(facts=item_facts(), tables=(item_fact, item_state))),
    "notify messages": (NOTIFY, pass_on, lambda: Scenario(
        facts=courses(), tables=_tables(Message, Matter), given=people,
        apart_from=frozenset({"message.id", "version"}),
    )),
}  # fmt: skip


@asynccontextmanager
async def running_without_bus(engines: Engines, service: Service, files: Path) -> AsyncIterator[ServiceRuntime]:
    """A service on a migrated database of its own, not on the bus."""
    with engines.database() as name:
        url = engines.postgres.ensure_service(service.name, database=name).replace("://", "+asyncpg://", 1)
        settings = ServiceSettings(city=CITY, database_url=url, bus_seed="", files_folder=files)
        package = importlib.import_module(service.package)
        await migrate(url, migrations=Path(str(package.__path__[0])) / "migrations", application="convergence")
        runtime = ServiceRuntime(service=service, settings=settings)
        try:
            yield runtime
        finally:
            await runtime.engine.dispose()


class TestASubscriber:
    """Whatever the bus does, it ends with the tables of the undisturbed order."""

    @pytest.mark.parametrize("name", SCENARIOS)
    async def test_ends_the_same_in_whatever_way_its_facts_arrive(
        self, engines: Engines, tmp_path: Path, name: str
    ) -> None:
        service, subscriber, scenario_of = SCENARIOS[name]
        scenario = scenario_of()
        assert {type(fact.payload) for fact in scenario.facts} >= {kind.payload for kind in subscriber.types()}

        async with running_without_bus(engines, service, tmp_path) as runtime:
            for seed in SEEDS:
                ends = await converge(runtime, subscriber=subscriber, scenario=scenario, seed=seed)

                expected = ends["in order"]
                assert all(expected.values()), "the scenario leaves a table empty"
                for way, end in ends.items():
                    assert end == expected, f"{way}, seed {seed}"

    def test_of_every_service_stands_in_the_table(self) -> None:
        listeners = {
            listener.name + (f" of {service.name}" if listener is not mirror else "")
            for service in _services()
            for listener in service.listeners
        }

        tried = {
            subscriber.name + (f" of {service.name}" if subscriber is not mirror else "")
            for service, subscriber, _ in SCENARIOS.values()
        }
        assert listeners == tried


def _services() -> Iterator[Service]:
    for path in sorted(ROOT.glob("services/*/luoshi_*/app.py")):
        service = getattr(importlib.import_module(f"{path.parent.name}.app"), "SERVICE", None)
        if isinstance(service, Service):
            yield service


careless_table = Table("careless", MetaData(), Column("id", Uuid, primary_key=True), Column("no", Integer))


@projection("careless", tasks.ItemFact)
async def careless(connection: AsyncConnection, events: list[Received]) -> None:  # type: ignore[type-arg]
    """A projection that takes whatever comes last."""
    for event in latest(events):
        row = upsert(careless_table).values(id=event.entity_id, no=event.entity_version)
        changes = {"no": row.excluded.no}
        await connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=changes))


class TestTheHarness:
    """A planted fault is found."""

    async def test_sees_a_projection_without_a_guard(self, engines: Engines, tmp_path: Path) -> None:
        async with running_without_bus(engines, SCORING, tmp_path) as runtime:
            async with runtime.engine.begin() as connection:
                await connection.run_sync(careless_table.metadata.create_all)

            ends = await converge(
                runtime, subscriber=careless, scenario=Scenario(facts=item_facts(), tables=(careless_table,)), seed=1
            )

        assert {way for way, end in ends.items() if end != ends["in order"]} >= {"one by one, backwards", "shuffled"}

    async def test_sees_that_a_crash_before_the_commit_leaves_nothing(self, engines: Engines, tmp_path: Path) -> None:
        async with running_without_bus(engines, SCORING, tmp_path) as runtime:
            facts = item_facts()
            await bring(runtime, subscriber=keep_item_facts, delivery=Delivery(facts=facts, crash=True))

            async with runtime.engine.connect() as connection:
                left = await dump(connection, (item_fact, item_state), apart_from=frozenset())

        assert left == {"item_fact": [], "item_state": []}

    def test_brings_every_fact_in_every_way(self) -> None:
        facts = courses()

        for way in WAYS.values():
            brought = {f.id for delivery in way(Random(1), facts) if not delivery.crash for f in delivery.facts}
            assert brought == {fact.id for fact in facts}
