"""Sites: added, shown and listed to those who may know them (rules 3, 7, 8)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound, NotPermitted
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sites import SiteState
from pomfa_tui.services.sites import SiteSummary
from tests.house import ABBEY, BRIDGE, CASTLE, HOST, kinds
from tests.world import World


def abbey(world: World) -> SiteSummary:
    """Return how Abbey stands."""
    return world.desk.sites.show(HOST, ABBEY)


class TestAdding:
    """Support's and the command line's work."""

    def test_a_site_is_open_and_empty(self, world: World) -> None:
        """Rule 7: code in upper case."""
        with world.recorded() as events:
            site = world.desk.sites.add(HOST, code=" fd444 ", name=" Dale  Pharmacy ")

        assert (site.code, site.name, site.state) == ("FD444", "Dale Pharmacy", SiteState.OPEN)
        assert (site.people, site.administrators, site.nhsmail, site.nhsmail_limit) == (0, 0, 0, 10)
        assert [(event.event, event.site, event.actor) for event in events] == [
            (Event.SITE_CREATED, "FD444", "host:root")
        ]

    @pytest.mark.parametrize(
        ("code", "name", "field"),
        [
            ("FFFFF", "Locum", "site"),
            ("A81001", "Surgery", "site"),
            ("P123", "Head office", "site"),
            ("", "Nothing", "site"),
            ("FD444", "", "site_name"),
            ("FD444", "x" * 101, "site_name"),
            (ABBEY, "Twice", "site"),
            ("fa111", "Twice", "site"),
        ],
    )
    def test_what_cannot_be_a_site_is_refused_by_its_field(
        self, world: World, code: str, name: str, field: str
    ) -> None:
        """Rule 7, GEN-07: and nothing is written."""
        with pytest.raises(BadInput) as refused:
            world.desk.sites.add(HOST, code=code, name=name)

        assert refused.value.field == field
        assert len(world.desk.sites.list(HOST)) == 3

    @pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
    def test_nobody_else_adds_sites(self, world: World, role: str) -> None:
        """Rule 9: and the try is recorded."""
        token = world.sign_in(world.person("jo@abbey.example", role=role))
        with world.recorded() as events, pytest.raises(NotPermitted):
            world.desk.sites.add(token, code="FD444", name="Dale Pharmacy")

        assert kinds(events) == [Event.AUTHZ_FAILED]


class TestSeeing:
    """One site and the list."""

    @pytest.mark.parametrize(
        ("role", "seen"),
        [
            ("staff", []),
            ("admin", [ABBEY]),
            ("support", [ABBEY, BRIDGE, CASTLE]),
            ("commissioner", []),
        ],
    )
    def test_each_role_sees_its_own_part(self, world: World, role: str, seen: list[str]) -> None:
        """Rule 9, ROL-02: administrators their own, support all."""
        token = world.sign_in(world.person("jo@abbey.example", role=role))

        assert [site.code for site in world.desk.sites.list(token)] == seen

    @pytest.mark.parametrize("code", [BRIDGE, "FX999"])
    def test_another_site_is_not_found_whether_it_exists_or_not(
        self, world: World, code: str
    ) -> None:
        """ROL-02: in the same words."""
        token = world.sign_in(world.person("boss@abbey.example", role="admin"))

        with pytest.raises(NotFound) as refused:
            world.desk.sites.show(token, code)

        assert refused.value.message == NotFound(f"site {code}").message

    def test_a_site_that_does_not_exist_is_not_found(self, world: World) -> None:
        """Section 3: exit status 4."""
        with pytest.raises(NotFound) as refused:
            world.desk.sites.show(HOST, "FX999")

        assert refused.value.exit_code == 4

    def test_staff_do_not_see_how_their_own_site_stands(self, world: World) -> None:
        """Rule 9: own account only."""
        token = world.sign_in(world.person("jo@abbey.example"))

        with pytest.raises(NotPermitted):
            world.desk.sites.show(token, ABBEY)


class TestNumbers:
    """What is counted."""

    def test_administrators_are_those_who_can_act_today(self, world: World) -> None:
        """Rule 8: active, valid and not away."""
        world.person("one@abbey.example", role="admin")
        world.person("staff@abbey.example")
        world.person("off@abbey.example", role="admin", state=PersonState.DISABLED)
        world.person("new@abbey.example", role="admin", state=PersonState.INVITED)
        world.person("past@abbey.example", role="admin", ends=date(2026, 1, 4))
        world.person("next@abbey.example", role="admin", starts=date(2026, 1, 6))
        world.person("there@bridge.example", BRIDGE, role="admin")
        away = world.person("away@abbey.example", role="admin")
        (membership,) = world.account(away).memberships
        gone = msgspec.structs.replace(membership, away_until=date(2026, 1, 5))
        world.set_person(away, memberships=(gone,))
        assert abbey(world).administrators == 1
        world.clock.advance(days=1)

        assert abbey(world).administrators == 3

    def test_people_are_those_who_are_linked_and_have_not_left(self, world: World) -> None:
        """Rule 14: ended ties do not count; switched off people do."""
        world.person("one@abbey.example")
        world.person("off@abbey.example", state=PersonState.DISABLED)
        world.person("lee@locum.example", ABBEY, BRIDGE)
        gone = world.person("gone@abbey.example", state=PersonState.LEFT)
        (membership,) = world.account(gone).memberships
        world.set_person(gone, memberships=(msgspec.structs.replace(membership, ended_at=1),))

        assert abbey(world).people == 3
