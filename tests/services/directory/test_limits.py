"""The edge of every service lives by the profile that is in force, from the moment it is mirrored."""

from tests.notes import problem
from tests.services.directory.conftest import key, load, reference_city
from tests.stack import Stack


class TestTheLimitsOfTheProfile:
    async def test_hold_at_the_edge_without_a_restart(self, city: Stack) -> None:
        office = city.as_person("office")
        before = await office.get("/api/directory/v1/units")
        document = reference_city(city.city)
        http = {**document.profile.get("http", {}), "page_size": 3, "max_body_bytes": 100}

        await load(city, document.model_copy(update={"profile": {**document.profile, "http": http}}))
        await city.settled()
        after = await office.get("/api/directory/v1/units")
        elsewhere = await office.post("/api/tasks/v1/notes", json={"no": 10**200}, headers=key("long"))

        assert len(before.json()["items"]) > 3
        assert len(after.json()["items"]) == 3
        problem(elsewhere, 413, "too_large")
