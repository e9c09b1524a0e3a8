"""Rules of the responsibility list: the way of its states, what a draft waits for, arranging, placing units."""

import re
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

import luoshi_tasks.acceptance
import luoshi_tasks.items
import luoshi_tasks.plans
from luoshi_common.errors import Malformed, Refused
from luoshi_common.i18n import Language, catalogue, problem_titles
from luoshi_tasks.acceptance import rules as acceptance
from luoshi_tasks.items import rules
from luoshi_tasks.items.rules import (
    TERMINAL,
    TRANSITIONS,
    AcceptorHasPart,
    Arrangement,
    Candidate,
    DeadlineAndContinuing,
    DeadlineFixed,
    DeadlinePassed,
    ItemFacts,
    ItemState,
    Named,
    NamedUnit,
    NotALeader,
    NotAnAcceptor,
    NotReady,
    PartFacts,
    PartState,
    TitleMissing,
    TooManyCharacters,
    UnitRole,
    Wait,
    WrongState,
)
from luoshi_tasks.plans import rules as plans

TODAY = date(2026, 3, 2)
LEAD, OTHER = uuid4(), uuid4()
LEADER = Candidate(id=uuid4(), unit_id=uuid4(), leads=True, accepts=False)
ACCEPTOR = Candidate(id=uuid4(), unit_id=uuid4(), leads=False, accepts=True)
states = st.sampled_from(ItemState)


def part(unit: UUID = LEAD, *, role: UnitRole = UnitRole.LEAD, state: PartState = PartState.OPEN) -> PartFacts:
    return PartFacts(id=uuid4(), role=role, state=state, units=frozenset({unit}))


def item(**facts: object) -> ItemFacts:
    """An item that lacks nothing, but for what is said."""
    whole = {
        "no": 1, "state": ItemState.DRAFT, "parts": (part(),), "leader_id": LEADER.id, "deadline": date(2026, 12, 18),
    }  # fmt: skip
    return ItemFacts(**{**whole, **facts})  # type: ignore[arg-type]


def arrangement(**wanted: object) -> Arrangement:
    whole = {
        "leader_id": LEADER.id, "acceptor_id": ACCEPTOR.id, "deadline": date(2026, 12, 18), "continuing": False,
        "four_major": None, "short_title": None,
    }  # fmt: skip
    return Arrangement(**{**whole, **wanted})  # type: ignore[arg-type]


def arrange(
    facts: ItemFacts, wanted: Arrangement, *, leader: Candidate | None = LEADER, acceptor: Candidate | None = ACCEPTOR
) -> None:
    rules.arrange(
        facts=facts, wanted=wanted, leader=leader, acceptor=acceptor, today=TODAY, title_characters=10
    )  # fmt: skip


def drawn(docstring: str | None) -> dict[str, set[str]]:
    """The states that the diagram of a feature's docstring draws."""
    lines = re.findall(r"^    (\w+) → (.+)$", docstring or "", re.MULTILINE)
    return {state: set() if to == "nothing" else set(to.split(", ")) for state, to in lines}


class TestStates:
    @pytest.mark.parametrize(
        ("feature", "transitions"),
        [
            (luoshi_tasks.items, TRANSITIONS),
            (luoshi_tasks.acceptance, acceptance.TRANSITIONS),
            (luoshi_tasks.plans, plans.TRANSITIONS),
        ],
        ids=["items", "acceptance", "plans"],
    )
    def test_are_those_of_the_diagram(self, feature: object, transitions: dict[object, frozenset[object]]) -> None:
        """R60–R62."""
        said = {str(state): {str(to) for to in following} for state, following in transitions.items()}

        assert drawn(feature.__doc__) == said

    @given(way=st.lists(states, min_size=1, max_size=12))
    def test_never_lead_out_of_a_terminal_one(self, way: list[ItemState]) -> None:
        state, ended = ItemState.DRAFT, False
        for to in way:
            try:
                state = rules.move(state=state, to=to)
            except WrongState:
                continue
            assert not ended
            ended = state in TERMINAL

    def test_can_all_be_reached(self) -> None:
        reached, grown = set[ItemState](), {ItemState.DRAFT}
        while grown - reached:
            reached |= grown
            grown = {to for state in reached for to in TRANSITIONS[state]} | reached

        assert reached == set(ItemState)


class TestWaiting:
    @pytest.mark.parametrize(
        ("lacks", "waits"),
        [
            ({}, ()),
            ({"leader_id": None}, (Wait.LEADER_MISSING,)),
            ({"deadline": None}, (Wait.DEADLINE_MISSING,)),
            ({"deadline": None, "continuing": True}, ()),
            ({"parts": ()}, (Wait.LEAD_MISSING,)),
            ({"parts": (part(role=UnitRole.RESPONSIBLE),)}, (Wait.LEAD_MISSING,)),
            ({"parts": (), "reference": "按58件民生实事责任分工对应落实"}, (Wait.UNRESOLVED_REFERENCE,)),
            ({"reference": "按责任分工", "open_errors": ()}, ()),
            ({"unplaced": ("市某局",)}, (Wait.UNKNOWN_UNIT,)),
            ({"parts": (), "unplaced": ("市某局",)}, (Wait.UNKNOWN_UNIT,)),
            ({"open_errors": ("number_twice",)}, (Wait.OPEN_ERROR,)),
        ],
    )
    def test_names_what_an_item_lacks(self, lacks: dict[str, object], waits: tuple[Wait, ...]) -> None:
        """R61, E22."""
        assert rules.waits_for(item(**lacks)) == waits

    @given(state=states, leader=st.none() | st.uuids(), deadline=st.none() | st.dates(), continuing=st.booleans())
    def test_ends_exactly_where_issuing_succeeds(
        self, state: ItemState, leader: UUID | None, deadline: date | None, continuing: bool
    ) -> None:
        facts = item(state=state, leader_id=leader, deadline=deadline, continuing=continuing)
        try:
            rules.issue(facts)
            issued = True
        except (NotReady, WrongState):
            issued = False

        assert issued == (state is ItemState.DRAFT and not rules.waits_for(facts))


class TestArranging:
    def test_takes_a_draft_and_says_why(self) -> None:
        """R61."""
        arrange(item(leader_id=None, deadline=None), arrangement())

    @pytest.mark.parametrize(
        ("facts", "wanted", "refusal"),
        [
            ({}, {"continuing": True}, DeadlineAndContinuing),
            ({}, {"deadline": date(2026, 3, 1)}, DeadlinePassed),
            ({"state": ItemState.ISSUED}, {"deadline": date(2026, 12, 30)}, DeadlineFixed),
            ({"state": ItemState.ISSUED}, {"deadline": None, "continuing": True}, DeadlineFixed),
            ({"state": ItemState.ISSUED}, {"leader_id": None}, NotReady),
            ({"state": ItemState.APPLIED}, {"acceptor_id": None}, NotAnAcceptor),
            ({"state": ItemState.STRUCK_OFF}, {}, WrongState),
            ({}, {"short_title": "  "}, TitleMissing),
            ({}, {"short_title": "长" * 11}, TooManyCharacters),
        ],
    )
    def test_refuses_what_cannot_be(
        self, facts: dict[str, object], wanted: dict[str, object], refusal: type[Refused] | type[Malformed]
    ) -> None:
        acceptor = None if wanted.get("acceptor_id", 0) is None else ACCEPTOR
        with pytest.raises(refusal):
            arrange(item(**facts), arrangement(**wanted), acceptor=acceptor)

    def test_keeps_a_deadline_that_has_passed_meanwhile(self) -> None:
        past = date(2026, 1, 31)

        arrange(item(state=ItemState.ISSUED, deadline=past), arrangement(deadline=past))

    def test_refuses_persons_who_are_not_what_they_are_named_for(self) -> None:
        with pytest.raises(NotALeader):
            arrange(item(leader_id=None), arrangement(), leader=ACCEPTOR)
        with pytest.raises(NotALeader):
            arrange(item(leader_id=None), arrangement(), leader=None)
        with pytest.raises(NotAnAcceptor):
            arrange(item(), arrangement(), acceptor=LEADER)

    def test_refuses_an_acceptor_whose_unit_has_a_part(self) -> None:
        """6.6: also as a member of a group."""
        group = PartFacts(
            id=uuid4(), role=UnitRole.RESPONSIBLE, state=PartState.OPEN, units=frozenset({OTHER, LEAD})
        )  # fmt: skip
        insider = Candidate(id=uuid4(), unit_id=OTHER, leads=False, accepts=True)
        with pytest.raises(AcceptorHasPart):
            arrange(item(parts=(part(), group)), arrangement(), acceptor=insider)


class TestPlacing:
    KNOWN: ClassVar[dict[str, NamedUnit]] = {
        "信江新区": NamedUnit(id=OTHER, name="信江新区管委会"),
        "信江新区管委会": NamedUnit(id=OTHER, name="信江新区管委会"),
        "市水利局": NamedUnit(id=LEAD, name="市水利局"),
        "各区(市)政府": NamedUnit(
            id=UUID(int=9), name="各区(市)政府", collective=True,
            members=((LEAD, "市水利局"), (UUID(int=1), "月湖区政府"), (UUID(int=2), "贵溪市政府")),
        ),
    }  # fmt: skip

    def placed(self, *names: tuple[UnitRole, str]) -> rules.Placement:
        return rules.place(names=[Named(role=role, name=name) for role, name in names], known=self.KNOWN)

    def test_finds_units_by_any_name_and_bracket(self) -> None:
        """E8, E29."""
        placement = self.placed((UnitRole.LEAD, "信江新区"), (UnitRole.RESPONSIBLE, "各区（市）政府"))

        assert [placed.unit.name for placed in placement.placed] == ["信江新区管委会", "各区(市)政府"]

    def test_counts_a_unit_once_and_keeps_the_way_it_came_in(self) -> None:
        """E25."""
        placement = self.placed(
            (UnitRole.LEAD, "市水利局"), (UnitRole.RESPONSIBLE, "市水利局"), (UnitRole.RESPONSIBLE, "各区(市)政府")
        )

        assert [placed.role for placed in placement.placed] == [UnitRole.LEAD, UnitRole.RESPONSIBLE]
        assert [name for _, name in placement.placed[1].unit.members] == ["月湖区政府", "贵溪市政府"]

    def test_hands_back_names_it_does_not_know(self) -> None:
        placement = self.placed((UnitRole.LEAD, "市某某局"))

        assert not placement.placed
        assert [named.name for named in placement.unplaced] == ["市某某局"]


class TestTitles:
    @pytest.mark.parametrize(
        ("title", "short"),
        [
            ("推进花桥水利枢纽工程建设", "花桥水利枢纽工程建设"),
            ("推动铜产业稳定发展,铜产业主营业务收入突破4000亿元", "铜产业稳定发展"),
            ("实施产业链链长制", "产业链链长制"),
            ("做实“三争”工作，争取更多项目", "做实“三争”工作"),
            ("推进", "推进"),
            ("", ""),
        ],
    )
    def test_are_shortened_for_a_tile(self, title: str, short: str) -> None:
        assert rules.short_title_of(title) == short

    @given(st.text(min_size=1))
    def test_never_vanish(self, title: str) -> None:
        assert rules.short_title_of(title)


class TestNumbers:
    def test_are_the_documents_own(self) -> None:
        assert rules.numbers_of([1, 2, 4]) == (1, 2, 4)

    @given(st.lists(st.integers(min_value=1, max_value=50), min_size=1))
    def test_are_never_given_twice(self, numbers: list[int]) -> None:
        """E44."""
        assert len(set(rules.numbers_of(numbers))) == len(numbers)


class TestEnglish:
    def test_has_every_refusal(self) -> None:
        assert not problem_titles(package="luoshi_tasks").keys() - catalogue("luoshi_tasks", Language.ENGLISH).keys()

    def test_has_every_word_an_item_waits_with(self) -> None:
        assert not {str(wait.term) for wait in Wait} - catalogue("luoshi_tasks", Language.ENGLISH).keys()
