"""The policy table: every row is walked, allowed and refused; the cases are made from the table itself."""

from uuid import uuid4

import pytest

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import (
    POLICY,
    Extent,
    Grant,
    Guarded,
    NotPermitted,
    Relation,
    allowed,
    require,
    scope_of,
    who_may,
)
from luoshi_common.auth.roles import STAFF, Role
from luoshi_common.errors import NotFound, Unauthenticated
from luoshi_common.i18n import Language, translate

PERSON, UNIT = uuid4(), uuid4()


def somebody(*roles: Role) -> Actor:
    return Actor.person(person_id=PERSON, unit_id=UNIT, roles=frozenset(roles))


def thing(relation: Relation | None = None, *, secret: bool = False) -> Guarded:
    """A thing to which `somebody` stands in this relation; None is a stranger's."""
    return Guarded(
        kind="things",
        id="1",
        lead_units=frozenset({UNIT if relation is Relation.LEAD_UNIT else uuid4()}),
        units=frozenset({UNIT if relation in {Relation.OWN_UNIT, Relation.LEAD_UNIT} else uuid4()}),
        persons=frozenset({PERSON if relation is Relation.NAMED_PERSON else uuid4()}),
        secret=secret,
    )


def rows() -> list[tuple[Action, Grant]]:
    return [(action, grant) for action, grants in POLICY.items() for grant in grants]


def named(row: tuple[Action, Grant]) -> str:
    return f"{row[0]}-{row[1].relation}" + ("-anonymous" if row[1].anonymous else "")


class TestTable:
    def test_has_a_row_for_every_action(self) -> None:
        assert set(POLICY) == set(Action)

    def test_has_no_empty_row(self) -> None:
        assert all(
            grants and all(grant.modes and (grant.roles or grant.anonymous) for grant in grants)
            for grants in POLICY.values()
        )

    def test_actions_stand_in_alphabetical_order(self) -> None:
        assert [action.name for action in Action] == sorted(action.name for action in Action)
        assert list(POLICY) == list(Action)

    def test_nothing_but_the_name_of_the_city_is_open_to_strangers_in_production(self) -> None:
        """Personas, moving time and the open wall are impossible with production settings."""
        open_in_production = {action for action, grant in rows() if grant.anonymous and Mode.PRODUCTION in grant.modes}

        assert open_in_production == {Action.READ_CITY}


class TestEveryRow:
    @pytest.mark.parametrize("row", rows(), ids=named)
    def test_allows_each_of_its_roles_in_each_of_its_modes(self, row: tuple[Action, Grant]) -> None:
        action, grant = row

        for mode in grant.modes:
            for role in grant.roles:
                assert allowed(somebody(role), action, thing(grant.relation), mode), (role, mode)

    @pytest.mark.parametrize("action", Action)
    @pytest.mark.parametrize("mode", Mode)
    def test_refuses_every_role_that_has_no_grant(self, action: Action, mode: Mode) -> None:
        granted = {role for grant in POLICY[action] if mode in grant.modes for role in grant.roles}
        open_to_all = any(grant.anonymous and mode in grant.modes for grant in POLICY[action])

        for role in set(Role) - granted:
            for relation in Relation:
                assert allowed(somebody(role), action, thing(relation), mode) is open_to_all, (role, relation)

    @pytest.mark.parametrize("row", [row for row in rows() if row[1].relation is not Relation.ANY], ids=named)
    def test_refuses_its_own_roles_on_a_thing_of_others(self, row: tuple[Action, Grant]) -> None:
        action, _ = row

        assert not allowed(somebody(*Role), action, thing(), Mode.DEVELOPMENT)

    @pytest.mark.parametrize("action", Action)
    @pytest.mark.parametrize("mode", Mode)
    def test_knows_strangers_only_where_it_says_so(self, action: Action, mode: Mode) -> None:
        open_to_all = any(grant.anonymous and mode in grant.modes for grant in POLICY[action])

        assert allowed(Actor.anonymous(), action, thing(Relation.NAMED_PERSON), mode) is open_to_all

    @pytest.mark.parametrize("action", Action)
    def test_gives_the_system_no_grant(self, action: Action) -> None:
        assert not any(allowed(Actor.system("timer"), action, thing(), mode) for mode in Mode)

    @pytest.mark.parametrize("action", [a for a in Action if not any(g.anonymous for g in POLICY[a])])
    def test_refuses_a_person_who_has_lost_every_role(self, action: Action) -> None:
        assert not any(allowed(somebody(), action, thing(relation), mode) for mode in Mode for relation in Relation)


class TestLeadOfAnItem:
    def test_a_responsible_unit_cannot_apply_for_the_lead(self) -> None:
        """R62: only the lead unit applies for the whole item."""
        assert not allowed(
            somebody(Role.UNIT_LIAISON), Action.APPLY_STRIKE_OFF, thing(Relation.OWN_UNIT), Mode.PRODUCTION
        )

    def test_an_acceptor_who_is_not_named_for_it_cannot_check_it(self) -> None:
        assert not allowed(somebody(Role.ACCEPTOR), Action.CHECK_STRIKE_OFF, thing(Relation.LEAD_UNIT), Mode.PRODUCTION)

    def test_a_person_without_a_unit_has_no_part_in_things_of_no_unit(self) -> None:
        loose = Actor.person(person_id=PERSON, unit_id=None, roles=frozenset(Role))

        assert not allowed(loose, Action.APPLY_STRIKE_OFF, Guarded(kind="items", id="1"), Mode.PRODUCTION)


class TestRefusal:
    def test_names_who_may(self) -> None:
        with pytest.raises(NotPermitted) as refused:
            require(somebody(Role.OFFICE), Action.APPLY_STRIKE_OFF, thing(), Mode.PRODUCTION)

        assert refused.value.facts["who"] == ("牵头单位负责人", "牵头单位联络员")

    def test_hides_what_is_secret(self) -> None:
        with pytest.raises(NotFound):
            require(somebody(Role.OFFICE), Action.READ_INBOX, thing(secret=True), Mode.PRODUCTION)

    def test_asks_a_stranger_to_sign_in_first(self) -> None:
        with pytest.raises(Unauthenticated):
            require(Actor.anonymous(), Action.READ_WALL, thing(), Mode.PRODUCTION)

    @pytest.mark.parametrize("action", Action)
    @pytest.mark.parametrize("mode", Mode)
    def test_can_be_said_in_english(self, action: Action, mode: Mode) -> None:
        for who in who_may(action, mode):
            assert translate(who, language=Language.ENGLISH).isascii(), who


class TestScope:
    @pytest.mark.parametrize(
        ("actor", "action", "extent"),
        [
            (somebody(Role.DESK), Action.READ_ITEM, Extent.ALL),
            (somebody(Role.DESK), Action.READ_INBOX, Extent.OWN),
            (somebody(Role.UNIT_HEAD), Action.UPLOAD_EVIDENCE, Extent.UNITS),
            (somebody(Role.DESK), Action.UPLOAD_EVIDENCE, Extent.NONE),
            (Actor.anonymous(), Action.READ_WALL, Extent.ALL),
            (Actor.system("timer"), Action.READ_ITEM, Extent.NONE),
        ],
    )
    def test_is_the_widest_grant_held(self, actor: Actor, action: Action, extent: Extent) -> None:
        scope = scope_of(actor, action, Mode.DEVELOPMENT)

        assert scope.extent is extent
        assert scope.units == (frozenset({UNIT}) if extent is Extent.UNITS else frozenset())
        assert scope.person_id == (PERSON if extent is Extent.OWN else None)

    def test_of_staff_is_every_role(self) -> None:
        assert frozenset(Role) == STAFF
