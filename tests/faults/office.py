"""What people of the town do in the fault tests, over the network."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.engines import ROOT
from tests.faults.town import Town

PLAN = (ROOT / "cli/luoshi/demo/plan.txt").read_text(encoding="utf-8")
TITLE = "活动演示方案"
YEAR = 2026
_numbers = itertools.count(1)


def key() -> dict[str, str]:
    """A fresh idempotency key."""
    return {"Idempotency-Key": f"faults-{next(_numbers):06d}"}


def on(thing: Mapping[str, Any]) -> dict[str, str]:
    """If-Match of the version that was read."""
    return {"If-Match": f'"{thing["version"]}"'}


@dataclass
class Office:
    """The office and those it deals with; each call is one request, its answer not judged."""

    town: Town
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def as_person(self, person: str, service: str = "tasks") -> httpx.AsyncClient:
        """A person's client; a new token for each, so that none is stale."""
        name = f"{person}@{service}"
        if name not in self._clients:
            self._clients[name] = self.town.client(service, person=person)
        return self._clients[name]

    async def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def import_plan(self, *, title: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Hand in the demo plan under another title."""
        content = PLAN.replace(TITLE, title).encode()
        files = {"file": ("plan.txt", content, "text/plain")}
        return await self.as_person("office").post(
            "/plans", files=files, data={"year": str(YEAR)}, headers=headers or key()
        )

    async def read_plan(self, *, title: str) -> dict[str, Any]:
        """A plan whose findings were all accepted, ready to be confirmed."""
        office = self.as_person("office")
        plan = _made(await self.import_plan(title=title))
        findings = _made(await office.get(f"/plans/{plan['id']}"))["findings"]
        for code in sorted({f["code"] for f in findings if f["code"] != "unresolved_reference"}):
            accepted = await office.post(
                f"/plans/{plan['id']}/findings/acceptance", json={"code": code}, headers=key() | on(plan)
            )
            plan = _made(accepted)
        return plan

    async def confirm(self, plan: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Confirm it: 31 facts in one commit."""
        return await self.as_person("office").post(
            f"/plans/{plan['id']}/confirmation", headers=headers or (key() | on(plan))
        )

    async def confirmed_plan(self, *, title: str) -> dict[str, Any]:
        """A confirmed plan."""
        return _made(await self.confirm(await self.read_plan(title=title)))

    async def item(self, plan: Mapping[str, Any], no: int) -> dict[str, Any]:
        """One item of a plan as it is now."""
        page = _made(await self.as_person("office").get("/items", params={"plan": plan["id"], "limit": 200}))
        return next(item for item in page["items"] if item["no"] == no)

    async def issued(self, plan: Mapping[str, Any], no: int) -> dict[str, Any]:
        """An item that was arranged and issued."""
        office, people = self.as_person("office"), self.town.people
        item = await self.item(plan, no)
        body = {
            "leader_id": str(people["executive_vice_mayor"]), "acceptor_id": str(people["acceptor"]),
            "deadline": f"{YEAR + 1}-12-18",
        }  # fmt: skip
        item = _made(await office.put(f"/items/{item['id']}/arrangement", json=body, headers=on(item)))
        return _made(await office.post(f"/items/{item['id']}/issue", headers=key() | on(item)))

    async def applied(self, item: Mapping[str, Any], *, liaison: str) -> dict[str, Any]:
        """An application with one file."""
        client = self.as_person(liaison)
        files = {"file": ("自查报告.txt", "已自查。".encode(), "text/plain")}
        evidence = _made(await client.post(f"/items/{item['id']}/evidence", files=files, headers=key()))
        body = {"summary": "已全部完成。", "evidence_ids": [evidence["id"]]}
        path = f"/items/{item['id']}/strike-off-applications"
        return _made(await client.post(path, json=body, headers=key() | on(item)))


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def is_problem(answer: httpx.Response, status: int, code: str = "") -> dict[str, Any]:
    """A refusal is a problem document, whatever was refused."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    if code:
        assert document["code"] == code, document
    return document
