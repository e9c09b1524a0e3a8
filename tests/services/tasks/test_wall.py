"""The wall board: one answer, for everybody in a development city, always equal to the list."""

import pytest

from tests.services.tasks.conftest import API, YEAR, Tasks

pytestmark = pytest.mark.anyio


class TestTheWall:
    async def test_shows_the_list_at_one_look(self, tasks: Tasks) -> None:
        """R2, R82."""
        plan = await tasks.confirmed_plan()
        for no in (1, 2, 3):
            await tasks.arranged(no)
        await tasks.send("POST", f"/plans/{plan['id']}/issues", on=plan)
        first, second = await tasks.item(1), await tasks.item(3)
        application = await tasks.applied(second, by="highways_liaison")
        await tasks.checked(application)
        await tasks.applied(first, by="huaqiao_liaison")

        answer = await tasks.stack.client().get(f"{API}/wall", params={"year": YEAR})

        assert answer.status_code == 200, answer.text
        wall = answer.json()
        assert wall["plans"] == [plan["title"]]
        assert {name: wall["totals"][name] for name in ("total", "struck_off", "applied", "issued", "waiting")} == {
            "total": 30, "struck_off": 1, "applied": 1, "issued": 1, "waiting": 27,
        }  # fmt: skip
        assert [area["no"] for area in wall["areas"]] == list(range(1, 11))
        tiles = {tile["no"]: tile for area in wall["areas"] for tile in area["tiles"]}
        assert (tiles[3]["state"], tiles[1]["state"], tiles[2]["state"]) == ("struck_off", "applied", "issued")
        assert tiles[1]["short_title"] == "花桥水利枢纽工程建设"
        assert tiles[29]["waits_for"][0] == "unresolved_reference"
        highways = next(line for line in wall["units"] if line["name"] == "市公路局")
        assert (highways["open"], highways["struck_off"]) == (0, 1)
        assert [fact["kind"] for fact in wall["facts"]][:2] == ["applied", "struck_off"]
        issued = next(fact for fact in wall["facts"] if fact["kind"] == "issued")
        assert issued["count"] == 3
        assert "王家安" not in answer.text

    async def test_is_empty_before_any_list(self, tasks: Tasks) -> None:
        wall = await tasks.get("/wall", year=2030)

        assert (wall["totals"]["total"], wall["areas"], wall["facts"]) == (0, [], [])

    async def test_refuses_a_year_it_cannot_read(self, tasks: Tasks) -> None:
        await tasks.get("/wall", status=422, year=26)
