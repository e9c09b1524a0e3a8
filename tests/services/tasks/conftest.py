"""The demo city with its plan: directory and tasks on real engines, and the way of an item through them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from luoshi_common.events.every_service import REACHED
from luoshi_directory.app import SERVICE as DIRECTORY
from luoshi_tasks.app import SERVICE as TASKS
from tests.engines import ROOT, Engines
from tests.services.directory.conftest import load, reference_city
from tests.stack import Stack, running

PLAN = ROOT / "cli/luoshi/demo/plan.txt"
API = "/api/tasks/v1"
YEAR = 2026
TITLE = "活动演示方案"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_keys = count(1)
_plans = count(10)


def key() -> dict[str, str]:
    """A fresh idempotency key."""
    return {"Idempotency-Key": f"tasks-test-{next(_keys):06d}"}


def match(thing: Mapping[str, Any]) -> dict[str, str]:
    """If-Match of the version that was read."""
    return {"If-Match": f'"{thing["version"]}"'}


@dataclass
class Tasks:
    """The tasks API in people's hands; every verb answers what came back, checked for its status."""

    stack: Stack
    title: str
    plan: Any = None
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def by(self, code: str) -> httpx.AsyncClient:
        """The client of a person of the city."""
        if code not in self._clients:
            self._clients[code] = self.stack.as_person(code)
        return self._clients[code]

    async def get(self, path: str, *, by: str = "office", status: int = 200, **params: Any) -> Any:
        """Read."""
        answer = await self.by(by).get(API + path, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def send(
        self, method: str, path: str, *, by: str = "office", status: int = 200, on: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None, **body: Any,
    ) -> Any:  # fmt: skip
        """Change or make something, on the version of `on` where that is given."""
        sent = {**(key() if method == "POST" else {}), **(match(on) if on else {}), **(headers or {})}
        answer = await self.by(by).request(method, API + path, headers=sent, **body)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return answer.json()

    async def import_plan(
        self, content: bytes | None = None, *, name: str = "plan.txt", year: int = YEAR, status: int = 201,
        by: str = "office", headers: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """Hand in a document, the demo plan under this test's own title unless another is given."""
        files = {"file": (name, self.document() if content is None else content, "application/octet-stream")}
        data = {"year": str(year)}
        return await self.send("POST", "/plans", by=by, status=status, headers=headers, files=files, data=data)

    def document(self, *changes: tuple[str, str]) -> bytes:
        """The demo plan under this test's own title, with these words replaced."""
        text = PLAN.read_text(encoding="utf-8")
        for old, new in ((TITLE, self.title), *changes):
            assert old in text, old
            text = text.replace(old, new)
        return text.encode()

    async def confirmed_plan(self, content: bytes | None = None) -> Any:
        """A plan that was confirmed; what stands open holds only its item."""
        plan = await self.import_plan(content)
        self.plan = await self.send("POST", f"/plans/{plan['id']}/confirmation", on=plan)
        return self.plan

    async def items(self, **params: Any) -> list[Any]:
        """The list of this test's plan."""
        page = await self.get("/items", limit=200, plan=self.plan["id"], **params)
        found: list[Any] = page["items"]
        return found

    async def item(self, no: int) -> Any:
        """An item by its number, as it is now."""
        return next(item for item in await self.items() if item["no"] == no)

    def arrangement(self, **changes: Any) -> dict[str, Any]:
        """Leader, deadline and acceptor as the office would set them."""
        people = self.stack.people
        return {
            "leader_id": str(people["executive_vice_mayor"]), "acceptor_id": str(people["acceptor"]),
            "deadline": f"{YEAR + 1}-12-18", **changes,
        }  # fmt: skip

    async def arranged(self, no: int, **changes: Any) -> Any:
        """An item that was arranged."""
        item = await self.item(no)
        body = self.arrangement(**changes)
        return await self.send("PUT", f"/items/{item['id']}/arrangement", on=item, json=body)

    async def issued(self, no: int, **changes: Any) -> Any:
        """An item that was arranged and issued."""
        item = await self.arranged(no, **changes)
        return await self.send("POST", f"/items/{item['id']}/issue", on=item)

    async def evidence(
        self, item: Mapping[str, Any], *, by: str, content: bytes = PDF, name: str = "验收报告.pdf", status: int = 201
    ) -> Any:
        """A file uploaded for an item."""
        files = {"file": (name, content, "application/octet-stream")}
        return await self.send("POST", f"/items/{item['id']}/evidence", by=by, status=status, files=files)

    async def applied(self, item: Mapping[str, Any], *, by: str) -> Any:
        """An application with one file."""
        evidence = await self.evidence(item, by=by)
        body = {"summary": "已全部完成。", "evidence_ids": [evidence["id"]]}
        path = f"/items/{item['id']}/strike-off-applications"
        return await self.send("POST", path, by=by, status=201, on=item, json=body)

    async def checked(
        self, application: Mapping[str, Any], *verdicts: Mapping[str, str], by: str = "acceptor", status: int = 201
    ) -> Any:
        """The acceptor's verdicts; without any, every undecided part passes."""
        every = [{"part_id": c["part_id"], "verdict": "pass"} for c in application["checks"] if c["passed"] is None]
        path = f"/strike-off-applications/{application['id']}/checks"
        body = {"verdicts": list(verdicts) or every}
        return await self.send("POST", path, by=by, status=status, on=application, json=body)


@pytest.fixture(scope="module")
async def town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given the demo city, loaded and mirrored; one for the tests of a module."""
    async with running(engines, services=(DIRECTORY, TASKS), files=tmp_path_factory.mktemp("files")) as stack:
        await load(stack, reference_city(stack.city))
        for name in stack.host.runtimes:
            await stack.published(REACHED[name])
        await stack.host.wait_until_ready()
        await stack.settled()
        yield stack


@pytest.fixture
async def tasks(town: Stack) -> AsyncIterator[Tasks]:
    """Given a plan of this test's own in the city; afterwards every invariant and audit chain must hold."""
    yield Tasks(town, title=f"活动{next(_plans)}方案")
    await town.settled()
    await town.check()
