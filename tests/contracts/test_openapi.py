"""Public APIs: what callers rely on stays; the comparison sees every way of taking something away."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from tests.toy.services import TASKS
from tools.openapi import describe, incompatibilities
from tools.snapshots import OPENAPI, normal, openapi_differences, openapi_documents, read


class Item(BaseModel):
    no: int
    title: str = ""


class Shorter(BaseModel):
    no: int


class Ask(BaseModel):
    text: str
    note: str = ""


class AskMore(Ask):
    reason: str


def api(change: Callable[[FastAPI], None] | None = None, *, answer: type = Item, body: type = Ask) -> dict[str, Any]:
    """A small API, with what a test changes of it."""
    app = FastAPI(title="small", version="1")

    def read_item(no: int, year: int = 2026) -> Any: ...

    def write_item(no: int, ask: Any) -> Any: ...

    write_item.__annotations__["ask"] = body
    app.get("/items/{no}", response_model=answer)(read_item)
    app.put("/items/{no}", status_code=200)(write_item)
    if change is not None:
        change(app)
    return app.openapi()


def _without_put(app: FastAPI) -> None:
    app.router.routes[:] = [route for route in app.router.routes if "PUT" not in getattr(route, "methods", ())]


def _with_another_route(app: FastAPI) -> None:
    app.get("/units")(lambda: None)


class TestComparison:
    @pytest.mark.parametrize(
        ("new", "said"),
        [
            (api(_without_put), "PUT /items/{no}: removed"),
            (api(answer=Shorter), "GET /items/{no}: answer 200 title: removed"),
            (api(body=AskMore), "PUT /items/{no}: request reason: newly required"),
        ],
    )
    def test_sees_what_is_taken_away(self, new: dict[str, Any], said: str) -> None:
        assert incompatibilities(api(), new) == [said]

    def test_sees_a_parameter_removed_and_one_newly_required(self) -> None:
        old, new = api(), api()
        (parameter,) = (p for p in new["paths"]["/items/{no}"]["get"]["parameters"] if p["name"] == "year")
        parameter |= {"name": "month", "required": True}

        assert incompatibilities(old, new) == [
            "GET /items/{no}: parameter query month newly required",
            "GET /items/{no}: parameter query year removed",
        ]

    def test_lets_a_route_be_added(self) -> None:
        assert incompatibilities(api(), api(_with_another_route)) == []


class TestOpenApiSnapshots:
    def test_equal_what_the_services_say(self) -> None:
        differences = list(openapi_differences(read(OPENAPI), normal(openapi_documents())))

        assert not differences, "run `python -m tools.snapshots`:\n" + "\n".join(differences)

    def test_are_made_without_an_engine(self) -> None:
        assert any(path.startswith("/v1/") for path in describe(TASKS)["paths"])
