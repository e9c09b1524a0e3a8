"""House rules: the project keeps them, and each of them catches the fault it is there for."""

import pytest

from tools.houserules._run import check, check_tree, rules
from tools.houserules._source import Source

RULES = "services/tasks/luoshi_tasks/acceptance/rules.py"
COMMANDS = "services/tasks/luoshi_tasks/acceptance/commands.py"
QUERIES = "services/tasks/luoshi_tasks/acceptance/queries.py"
MODEL = "services/tasks/luoshi_tasks/acceptance/model.py"
INIT = "services/tasks/luoshi_tasks/acceptance/__init__.py"
COMMON = "libs/common/luoshi_common/messaging/relay.py"
TEST = "tests/services/tasks/test_items.py"
LONG = "".join(f"    step_{n}()\n" for n in range(41))

PLANTED = [
    ("clock", COMMANDS, "at = datetime.now(UTC)"),
    ("clock", TEST, "started = time.time()"),
    ("clock", RULES, "on = datetime.date.today()"),
    ("colours", RULES, "class Lamp2(StrEnum):\n    RED = 'r'"),
    ("colours", RULES, "state = 'yellow'"),
    ("colours", RULES, "if item.is_red: pass"),
    ("colours", RULES, "list_name = '红'"),
    ("colours", RULES, "x = Card.RED"),
    ("colours", "services/console/luoshi_console/templates/wall.html", '<b class="tile red">'),
    ("commit", COMMANDS, "async def f(uow): await uow.session.commit()"),
    ("commit", "libs/common/luoshi_common/timers/poller.py", "session.rollback()"),
    ("docstrings", RULES, '"""Rules."""\ndef strike_off(): ...'),
    ("docstrings", RULES, "x: int"),
    ("features", INIT, '"""Acceptance (R62)."""'),
    ("features", INIT, '"""销号: without a number."""'),
    ("features", INIT, '"""销号 (R62)."""\nfrom luoshi_tasks.acceptance.rules import strike_off'),
    ("filenames", "libs/common/luoshi_common/utils.py", ""),
    ("filenames", "services/tasks/luoshi_tasks/items/service.py", ""),
    ("filenames", "tests/helpers/anything.py", ""),
    ("floats", MODEL, "share: float"),
    ("floats", RULES, "ratio = 0.8 * done"),
    ("keywords", RULES, "def move(state, to): ..."),
    ("keywords", QUERIES, "async def get_for_update(session, item_id, expected_version): ..."),
    ("limits", RULES, "late = days > 5"),
    ("limits", RULES, "due = now + timedelta(days=20)"),
    ("limits", RULES, "ACCEPTOR_DAYS = 5"),
    ("limits", RULES, "def due(*, days: int = 7): ..."),
    ("limits", RULES, "ratio >= Decimal('0.8')"),
    ("lock_addresses", "requirements.lock", "--index-url https://index.example/simple"),
    ("places", "docs/map.md", "see .." + "/shared/design"),
    ("places", "cli/luoshi/up.py", "DATA = '/" + "work/data'"),
    ("prints", COMMON, "print('sent')"),
    ("queries", COMMANDS, "async def f(uow): await uow.session.execute(statement)"),
    ("queries", "services/tasks/luoshi_tasks/items/api.py", "rows = select(Item)"),
    ("queries", "services/tasks/luoshi_tasks/plans/parsing/grammar.py", "text('SELECT 1')"),
    ("relationships", MODEL, "parts = relationship('Part')"),
    ("relationships", MODEL, "parts = orm.relationship('Part', lazy='selectin')"),
    ("silence", MODEL, "class Item(Base):\n    silent = True"),
    ("silence", MODEL, "class Item(Base):\n    silent: ClassVar[bool] = True"),
    ("sizes", RULES, "x = 1\n" * 401),
    ("sizes", RULES, f"def long():\n{LONG}"),
    ("sleep", TEST, "async def test(): await asyncio.sleep(0.1)"),
    ("sleep", COMMANDS, "time.sleep(1)"),
    ("uv_run", "Makefile", "test:\n\tuv" + " run pytest"),
    ("wildcards", TEST, "from luoshi_common.errors import *"),
]

CLEAN = [
    ("clock", "libs/common/luoshi_common/clock.py", "at = datetime.now(UTC)"),
    ("clock", COMMANDS, "at = uow.now"),
    ("colours", RULES, "class Lamp(StrEnum):\n    RED = 'red'\n    GREEN = 'green'"),
    ("colours", RULES, "bad = lamp is Lamp.RED and level < OrderLevel.YELLOW"),
    ("colours", RULES, "redeemed = 'red tape is a phrase'"),
    ("colours", "cli/luoshi/up.py", "console.print(line, style='red')"),
    ("colours", "services/console/luoshi_console/templates/wall.html", '<b class="tile lamp-red">'),
    ("commit", "libs/common/luoshi_common/db/unit_of_work.py", "session.commit()"),
    ("docstrings", RULES, '"""Rules."""\ndef strike_off():\n    """销号 (R62)."""\ndef _inner(): ...'),
    ("features", INIT, '"""销号: an item is closed only by acceptance (R62)."""'),
    ("features", INIT, '"""分页: from practice; — no sentence of the plan."""'),
    ("filenames", "libs/common/luoshi_common/service.py", ""),
    ("floats", RULES, "share: Decimal"),
    ("floats", "services/tasks/luoshi_tasks/settings.py", "timeout: float = 0.5"),
    ("keywords", RULES, "def move(*, state, to): ..."),
    ("keywords", QUERIES, "async def get_item(session, item_id, *, lock=False): ..."),
    ("limits", RULES, "late = days > settings.acceptor_days or rest[2:] or done * 2 > planned - 1"),
    ("limits", "services/tasks/luoshi_tasks/plans/parsing/numerals.py", "TEN = 10"),
    ("lock_addresses", "requirements.lock", "fastapi==1.0 --hash=sha256:00"),
    ("places", TEST, "PLAN = ROOT / '.." + "/shared/design/plan.txt'"),
    ("places", "docs/map.md", "a framework/root-cause, a network/workflow"),
    ("prints", "cli/luoshi/cli.py", "print('{}')"),
    ("queries", QUERIES, "rows = session.execute(select(Item))"),
    ("queries", COMMANDS, "x = payload.get('a'); fields.update(a=1); record.delete()"),
    ("relationships", MODEL, "parts = relationship('Part', lazy='raise')"),
    ("silence", MODEL, "class Item(Base):\n    silent = False"),
    ("sizes", RULES, f'def long():\n    """{"word\n" * 50}"""\n    return 1'),
    ("sizes", RULES, "def router():\n" + "    def handler():\n        return 1\n" * 21),
    ("sleep", TEST, "async def test(): await asyncio.sleep(0)"),
    ("sleep", COMMON, "async def poll(): await asyncio.sleep(pause)"),
    ("uv_run", "Makefile", "test:\n\tuv" + " run --no-sync pytest"),
    ("wildcards", TEST, "from luoshi_common.errors import Refused"),
]


class TestHouseRules:
    def test_are_kept_by_the_whole_project(self) -> None:
        faults = check_tree()

        assert not faults, "\n" + "\n".join(map(str, faults))

    @pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
    def test_catch_a_planted_fault(self, rule: str, path: str, text: str) -> None:
        assert list(check([Source(path, text)], only=rule))

    @pytest.mark.parametrize(("rule", "path", "text"), CLEAN)
    def test_leave_clean_lines_alone(self, rule: str, path: str, text: str) -> None:
        assert not list(check([Source(path, text)], only=rule))

    def test_each_have_a_planted_fault(self) -> None:
        named = {rule.__name__.rpartition(".")[2] for rule in rules()}

        assert named == {rule for rule, _, _ in PLANTED}
