"""Who must act, who is told, and when an act is done (R61, R62)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.events import tasks
from luoshi_common.events.registry import Payload
from luoshi_notify.messages.rules import (
    TELLING,
    Audience,
    Duty,
    Member,
    MessageKind,
    Settlement,
    Tell,
    address,
    audiences_of,
    done_at,
    telling_of,
)

HEAD, LIAISON, OTHER_HEAD, LEADER = (UUID(int=n) for n in range(1, 5))
WATER, PARKS = UUID(int=11), UUID(int=12)
NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)

settlements = st.lists(
    st.builds(
        Settlement,
        duty=st.sampled_from(Duty),
        version=st.integers(1, 20),
        at=st.integers(0, 99).map(lambda hours: NOON + timedelta(hours=hours)),
    ),
    unique_by=lambda settlement: (settlement.duty, settlement.version),
)


def example(kind: type[Payload], **changes: object) -> Payload:
    return kind.model_validate({**kind.example, **changes})


class TestTheTable:
    """One readable table says who gets what."""

    @pytest.mark.parametrize(
        ("fact", "acting", "told"),
        [
            (tasks.PlanImported, {Audience.OFFICE}, set()),
            (tasks.PlanConfirmed, set(), set()),
            (
                tasks.ItemIssued,
                {Audience.LEAD_LIAISONS},
                {Audience.LEAD_HEADS, Audience.RESPONSIBLE_LIAISONS, Audience.RESPONSIBLE_HEADS, Audience.LEADER},
            ),
            (tasks.StrikeOffApplied, {Audience.ACCEPTOR}, {Audience.LEADER}),
            (tasks.ItemReturned, {Audience.LEAD_LIAISONS}, {Audience.LEAD_HEADS, Audience.LEADER, Audience.OFFICE}),
            (
                tasks.ItemStruckOff,
                set(),
                {
                    Audience.LEAD_LIAISONS,
                    Audience.LEAD_HEADS,
                    Audience.RESPONSIBLE_LIAISONS,
                    Audience.LEADER,
                    Audience.OFFICE,
                },
            ),
            (tasks.StrikeOffOverdue, {Audience.ACCEPTOR, Audience.OFFICE}, set()),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else "",
    )
    def test_says_who_must_act_and_who_is_told(
        self, fact: type[Payload], acting: set[Audience], told: set[Audience]
    ) -> None:
        """R61, R62."""
        telling = telling_of(example(fact))

        assert {tell.audience for tell in telling.tells if tell.duty} == acting
        assert {tell.audience for tell in telling.tells if not tell.duty} == told

    def test_tells_of_a_part_only_when_it_was_returned(self) -> None:
        passed, returned = (telling_of(example(tasks.StrikeOffChecked, passed=passed)) for passed in (True, False))

        assert not passed.tells
        assert [tell.audience for tell in returned.tells] == [Audience.LEAD_LIAISONS]

    def test_lets_every_duty_end(self) -> None:
        """What is asked of a person can be done."""
        asked = {tell.duty for telling in TELLING.values() for tell in telling.tells if tell.duty}
        settled = {duty for telling in TELLING.values() for duty in telling.settles}

        assert asked == settled == set(Duty)


class TestAddress:
    """Every person gets at most one sentence for a fact."""

    TELLS = (
        Tell(audience=Audience.LEAD_LIAISONS, text_key="act", duty=Duty.CARRY_OUT),
        Tell(audience=Audience.LEAD_HEADS, text_key="know"),
        Tell(audience=Audience.LEADER, text_key="know"),
    )

    def test_gives_a_person_of_two_audiences_the_first_sentence(self) -> None:
        both = Member(person_id=LIAISON, unit_id=WATER)

        (one,) = address(tells=self.TELLS, members={Audience.LEAD_LIAISONS: [both], Audience.LEAD_HEADS: [both]})

        assert (one.text_key, one.kind) == ("act", MessageKind.MUST_ACT)

    def test_lets_the_head_act_for_a_unit_without_liaison(self) -> None:
        """R91: the first responsible person answers where nobody else is named."""
        members = {
            Audience.LEAD_LIAISONS: [Member(person_id=LIAISON, unit_id=WATER)],
            Audience.LEAD_HEADS: [Member(person_id=HEAD, unit_id=WATER), Member(person_id=OTHER_HEAD, unit_id=PARKS)],
        }

        kinds = {one.person_id: one.kind for one in address(tells=self.TELLS, members=members)}

        assert kinds == {
            LIAISON: MessageKind.MUST_ACT,
            HEAD: MessageKind.TOLD,
            OTHER_HEAD: MessageKind.MUST_ACT,
        }

    def test_reaches_nobody_where_nobody_is(self) -> None:
        assert address(tells=self.TELLS, members={}) == ()

    def test_asks_for_the_heads_who_may_have_to_stand_in(self) -> None:
        assert audiences_of(self.TELLS[:1]) == {Audience.LEAD_LIAISONS, Audience.LEAD_HEADS}


class TestADuty:
    """An act that was asked for is done by a later fact that settles it."""

    def test_is_open_until_a_later_fact_settles_it(self) -> None:
        earlier = Settlement(duty=Duty.CHECK, version=3, at=NOON)
        other = Settlement(duty=Duty.MEND, version=9, at=NOON)

        assert done_at(duty=Duty.CHECK, asked_in=3, settlements=[earlier, other]) is None

    @given(settlements, st.integers(1, 20), st.randoms())
    def test_is_done_by_the_first_such_fact_in_whatever_order_they_came(
        self, some: list[Settlement], asked_in: int, chance: object
    ) -> None:
        found = done_at(duty=Duty.CHECK, asked_in=asked_in, settlements=some)
        shuffled = sorted(some, key=lambda _: chance.random())  # type: ignore[attr-defined]

        later = sorted((s for s in some if s.duty is Duty.CHECK and s.version > asked_in), key=lambda s: s.version)
        assert found == done_at(duty=Duty.CHECK, asked_in=asked_in, settlements=shuffled)
        assert found == (later[0].at if later else None)
