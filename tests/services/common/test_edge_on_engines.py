"""The edge on real engines: what only a database knows to refuse is still the sender's, and no 500."""

import pytest

from tests.notes import problem
from tests.stack import Stack

NOTES = "/api/tasks/v1/notes"


class TestAValueThatNoColumnTakes:
    @pytest.mark.parametrize("no", [2**31, -(2**31) - 1, 2**63, 10**40])
    async def test_is_malformed(self, toys: Stack, no: int) -> None:
        office = toys.as_person("office")

        answer = await office.post(NOTES, json={"no": no}, headers={"Idempotency-Key": f"note-of-{no}"})

        problem(answer, 422, "malformed")

    async def test_is_malformed_in_a_key_of_the_right_form(self, toys: Stack) -> None:
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-number-one"})

        answer = await office.put(
            f"{NOTES}/{made.json()['id']}",
            content=b'{"state": "a\\u0000b"}',
            headers={"If-Match": made.headers["ETag"], "Content-Type": "application/json"},
        )

        problem(answer, 422, "malformed")
