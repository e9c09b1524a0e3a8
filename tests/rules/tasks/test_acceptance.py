"""Rules of acceptance: who may apply with what, until when, and what the verdicts make of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.calendar.workdays import CalendarYear, CalendarYearMissing, WorkCalendar
from luoshi_common.errors import Problem
from luoshi_common.policy.loader import load_profile
from luoshi_tasks.acceptance import rules
from luoshi_tasks.acceptance.rules import (
    AcceptorMissing,
    ApplicationClosed,
    ApplicationState,
    EvidenceMissing,
    PartDecided,
    PartNotInApplication,
    PartTwice,
    ReasonMissing,
    ReasonTooLong,
    SummaryMissing,
    SummaryTooLong,
    TooMuchEvidence,
    Verdict,
)
from luoshi_tasks.items.rules import AcceptorHasPart, ItemFacts, ItemState, PartFacts, PartState, UnitRole, WrongState

PROFILE = load_profile()
YEAR = CalendarYear(year=2026, rest_days=frozenset({date(2026, 2, 17)}), working_days=frozenset())
CALENDAR = WorkCalendar.from_years([YEAR], PROFILE.calendar.hours)
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def item(*parts: PartState, state: ItemState = ItemState.ISSUED, acceptor: bool = True) -> ItemFacts:
    return ItemFacts(
        no=1,
        state=state,
        acceptor_id=uuid4() if acceptor else None,
        parts=tuple(
            PartFacts(id=uuid4(), role=UnitRole.LEAD, state=part, units=frozenset({uuid4()})) for part in parts
        ),
    )


def apply(facts: ItemFacts, *, summary: str = "已完成", evidence: int = 1, now: datetime = MONDAY) -> rules.Applied:
    return rules.apply_for_strike_off(
        item=facts, summary=summary, evidence=evidence, settings=PROFILE.acceptance, calendar=CALENDAR, now=now
    )


def check(facts: ItemFacts, decisions: dict[UUID, bool | None], verdicts: Sequence[Verdict]) -> rules.Checked:
    return rules.check(
        item=facts, acceptor_unit=uuid4(), decisions=decisions, verdicts=verdicts, reason_characters=10
    )  # fmt: skip


class TestApplying:
    def test_gives_the_acceptor_working_days(self) -> None:
        """R62, 6.5: the day of applying is day 0; five working days later at the closing."""
        applied = apply(item(PartState.OPEN))

        assert applied.due.at == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
        assert applied.due.lines

    def test_leaves_out_what_has_passed(self) -> None:
        """6.6: parts passed stay passed."""
        facts = item(PartState.PASSED, PartState.RETURNED, PartState.OPEN)

        assert apply(facts).parts == tuple(part.id for part in facts.parts[1:])

    @pytest.mark.parametrize(
        ("facts", "given_with", "refusal"),
        [
            (item(PartState.OPEN, acceptor=False), {}, AcceptorMissing),
            (item(PartState.OPEN, state=ItemState.DRAFT), {}, WrongState),
            (item(PartState.OPEN, state=ItemState.APPLIED), {}, WrongState),
            (item(PartState.OPEN, state=ItemState.STRUCK_OFF), {}, WrongState),
            (item(PartState.OPEN), {"summary": " \n"}, SummaryMissing),
            (item(PartState.OPEN), {"summary": "字" * 2001}, SummaryTooLong),
            (item(PartState.OPEN), {"evidence": 0}, EvidenceMissing),
            (item(PartState.OPEN), {"evidence": 51}, TooMuchEvidence),
            (item(PartState.OPEN), {"now": datetime(2026, 12, 30, tzinfo=UTC)}, CalendarYearMissing),
        ],
    )
    def test_refuses(self, facts: ItemFacts, given_with: dict[str, object], refusal: type[Problem]) -> None:
        with pytest.raises(refusal):
            apply(facts, **given_with)  # type: ignore[arg-type]


class TestChecking:
    def test_waits_until_every_part_is_decided(self) -> None:
        facts = item(PartState.APPLIED, PartState.APPLIED)
        first, second = (part.id for part in facts.parts)

        half = check(facts, {first: None, second: None}, [Verdict(part_id=first, passed=True)])
        whole = check(facts, {first: True, second: None}, [Verdict(part_id=second, passed=True)])

        assert (half.waiting, half.state) == (1, ApplicationState.OPEN)
        assert (whole.waiting, whole.state) == (0, ApplicationState.PASSED)

    @given(st.lists(st.booleans(), min_size=1, max_size=8))
    def test_passes_exactly_where_every_part_passed(self, verdicts: list[bool]) -> None:
        """R62: one returned part returns the item."""
        facts = item(*[PartState.APPLIED] * len(verdicts))
        decided = [
            Verdict(part_id=part.id, passed=passed, reason="" if passed else "缺材料")
            for part, passed in zip(facts.parts, verdicts, strict=True)
        ]

        outcome = check(facts, dict.fromkeys(part.id for part in facts.parts), decided)

        assert outcome.state is (ApplicationState.PASSED if all(verdicts) else ApplicationState.RETURNED)
        assert len(outcome.because) == len(verdicts)

    def test_refuses_what_cannot_be(self) -> None:
        facts = item(PartState.APPLIED, PartState.APPLIED)
        first, second = (part.id for part in facts.parts)
        undecided: dict[UUID, bool | None] = {first: None, second: None}
        passed = Verdict(part_id=first, passed=True)

        for verdicts, decisions, refusal in [
            ([passed, passed], undecided, PartTwice),
            ([passed], {first: True, second: None}, PartDecided),
            ([passed], {first: True, second: False}, ApplicationClosed),
            ([Verdict(part_id=uuid4(), passed=True)], undecided, PartNotInApplication),
            ([Verdict(part_id=first, passed=False, reason=" ")], undecided, ReasonMissing),
            ([Verdict(part_id=first, passed=False, reason="长" * 11)], undecided, ReasonTooLong),
        ]:
            with pytest.raises(refusal):
                check(facts, decisions, verdicts)

    def test_is_not_for_somebody_whose_unit_has_a_part(self) -> None:
        """6.6: who has changed units since being named."""
        facts = item(PartState.APPLIED)
        with pytest.raises(AcceptorHasPart):
            rules.check(
                item=facts, acceptor_unit=next(iter(facts.units)), decisions={facts.parts[0].id: None}, verdicts=[],
                reason_characters=10,
            )  # fmt: skip
