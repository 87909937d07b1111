"""How a target stands to an actor, and what somebody is told who may not (rules 9 to 12)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from pomfa_tui.domain.errors import MultiSite, NotFound, NotPermitted, Refusal, SelfReset
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import Person, PersonState, SystemRole
from pomfa_tui.domain.permissions import (
    Action,
    Relation,
    Role,
    allowed,
    refusal,
    relation_to,
    relation_to_site,
)

ABBEY, BRIDGE = "FA111", "FB222"


def somebody(
    sites: tuple[str, ...],
    role: SystemRole | None,
    *,
    ended: str = "",
    last_day: date | None = None,
) -> Person:
    """Return a person with ties to sites."""
    memberships = tuple(
        Membership(
            site=site,
            role=SiteRole.STAFF,
            job=JobTitle.LOCUM,
            ends=last_day,
            ended_at=1 if site == ended else None,
        )
        for site in sites
    )
    return Person(
        id="0" * 32,
        email="jo@x.example",
        email_key="jo@x.example",
        name="Jo",
        state=PersonState.ACTIVE,
        role=role,
        memberships=memberships,
        created_at=0,
    )


class TestRelations:
    """How a target stands to the actor."""

    @pytest.mark.parametrize(
        ("actor_site", "sites", "role", "expected"),
        [
            (ABBEY, (ABBEY,), None, Relation.OWN_SITE),
            (ABBEY, (BRIDGE,), None, Relation.OTHER_SITE),
            (ABBEY, (ABBEY, BRIDGE), None, Relation.SEVERAL_SITES),
            (ABBEY, (BRIDGE, "FC333"), None, Relation.OTHER_SITE),
            (ABBEY, (), None, Relation.OTHER_SITE),
            (ABBEY, (), SystemRole.SUPPORT, Relation.SUPPORT),
            (ABBEY, (ABBEY,), SystemRole.SUPPORT, Relation.SUPPORT),
            (ABBEY, (), SystemRole.COMMISSIONER, Relation.COMMISSIONER),
            (None, (ABBEY,), None, Relation.OTHER_SITE),
            (None, (ABBEY, BRIDGE), None, Relation.SEVERAL_SITES),
            (None, (), None, Relation.OTHER_SITE),
            (None, (), SystemRole.SUPPORT, Relation.SUPPORT),
        ],
    )
    def test_it_follows_from_the_ties_that_have_not_ended(
        self,
        actor_site: str | None,
        sites: tuple[str, ...],
        role: SystemRole | None,
        expected: Relation,
    ) -> None:
        """ROL-05, A26: computed from the stored person, never from a form."""
        assert relation_to("somebody", actor_site, somebody(sites, role)) is expected

    @pytest.mark.parametrize("actor_site", [None, ABBEY])
    def test_oneself_is_oneself_whatever_else(self, actor_site: str | None) -> None:
        """Rule 10: also as support and with several sites."""
        for person in (somebody((ABBEY, BRIDGE), None), somebody((), SystemRole.SUPPORT)):
            assert relation_to(person.id, actor_site, person) is Relation.SELF

    def test_an_ended_tie_counts_no_more(self) -> None:
        """Rule 14: who left Bridge is Abbey's alone, and who left Abbey is not Abbey's."""
        person = somebody((ABBEY, BRIDGE), None, ended=BRIDGE)

        assert relation_to("a", ABBEY, person) is Relation.OWN_SITE
        assert relation_to("b", BRIDGE, person) is Relation.OTHER_SITE

    def test_a_tie_whose_dates_have_passed_counts_still(self) -> None:
        """Rule 11: a locum between two passes is still linked to both sites."""
        person = somebody((ABBEY, BRIDGE), None, last_day=date(2020, 1, 1))

        assert relation_to("a", ABBEY, person) is Relation.SEVERAL_SITES

    @pytest.mark.parametrize(
        ("actor_site", "site", "expected"),
        [
            (ABBEY, ABBEY, Relation.OWN_SITE),
            (ABBEY, BRIDGE, Relation.OTHER_SITE),
            (None, ABBEY, Relation.OTHER_SITE),
        ],
    )
    def test_a_site_is_one_s_own_or_another(
        self, actor_site: str | None, site: str, expected: Relation
    ) -> None:
        """ROL-02: nobody over all sites has one of their own."""
        assert relation_to_site(actor_site, site) is expected


class TestRefusals:
    """What somebody is told who may not."""

    @pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
    @pytest.mark.parametrize(
        "relation", [Relation.OTHER_SITE, Relation.SUPPORT, Relation.COMMISSIONER]
    )
    def test_what_lies_elsewhere_is_answered_like_nothing(
        self, role: Role, relation: Relation
    ) -> None:
        """ROL-02: support and commissioners are as invisible as other sites."""
        for action in Action:
            if not allowed(role, action, relation):
                answer = refusal(role, action, relation, sought="jo@x.example")
                assert answer.message == NotFound("jo@x.example").message

    @pytest.mark.parametrize("role", Role)
    def test_one_s_own_reset_says_whom_to_ask(self, role: Role) -> None:
        """ENR-13, rule 10: another administrator or the helpdesk."""
        for action in (Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK):
            assert type(refusal(role, action, Relation.SELF, sought="me")) is SelfReset

    @pytest.mark.parametrize(
        "action", [Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK, Action.DISABLE]
    )
    def test_an_administrator_is_told_that_somebody_is_also_linked_elsewhere(
        self, action: Action
    ) -> None:
        """ROL-05, rule 11: and not where."""
        answer = refusal(Role.ADMIN, action, Relation.SEVERAL_SITES, sought="lee@x.example")

        assert type(answer) is MultiSite
        assert "also linked elsewhere" in answer.message

    def test_a_commissioner_is_told_so_too(self) -> None:
        """Rule 11: support resets people of several sites."""
        answer = refusal(
            Role.COMMISSIONER, Action.RESET_MFA, Relation.SEVERAL_SITES, sought="lee@x.example"
        )

        assert type(answer) is MultiSite

    def test_everything_else_is_plainly_not_permitted(self) -> None:
        """ROL-01: never a crash, never nothing."""
        answers: set[type[Refusal]] = {
            type(refusal(role, action, relation, sought="x"))
            for role, action, relation in product(Role, Action, Relation)
            if not allowed(role, action, relation)
        }

        assert answers == {NotPermitted, NotFound, MultiSite, SelfReset}
        assert type(refusal(Role.STAFF, Action.ADD_SITE, Relation.NONE, sought="")) is NotPermitted
