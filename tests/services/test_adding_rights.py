"""Who may create whom where, and ten NHSmail accounts for each site (rules 3, 4, 9)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    NhsmailFull,
    NotFound,
    NotPermitted,
    SessionEnded,
)
from pomfa_tui.domain.people import PersonState, SystemRole
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.services.adding import add, administrator, people
from tests.world import World, make_world


class TestNhsmail:
    """Ten personal NHSmail accounts for each site."""

    def fill(self, world: World, number: int, site: str = ABBEY) -> None:
        """Give a site so many NHSmail accounts."""
        for index in range(number):
            world.person(f"person{index}.{site.lower()}@nhs.net", site)

    def test_the_tenth_is_accepted_and_the_eleventh_names_the_two_ways_on(
        self, world: World
    ) -> None:
        """ENR-18, rule 3: a personal address, or a raised limit."""
        self.fill(world, 9)
        add(world, email="tenth@nhs.net")

        with pytest.raises(NhsmailFull, match="Use a personal address") as refused:
            add(world, email="eleventh@nhs.net")
        assert refused.value.limit == 10
        assert "raise the limit" in refused.value.message

    @pytest.mark.parametrize("email", ["ann@abbey.example", "ann@leeds.nhs.uk", "ann@x.nhs.net"])
    def test_other_addresses_are_unlimited(self, world: World, email: str) -> None:
        """Rules 3, 4: nhs.uk is not NHSmail."""
        self.fill(world, 10)

        assert add(world, email=email).person.email == email

    @pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT])
    def test_people_who_are_switched_off_do_not_count(
        self, world: World, state: PersonState
    ) -> None:
        """Rule 4: their place is free."""
        self.fill(world, 9)
        world.person("gone@nhs.net", state=state)

        assert add(world, email="tenth@nhs.net").person.email == "tenth@nhs.net"

    def test_places_are_counted_by_site(self, world: World) -> None:
        """Rule 3: Bridge's ten are not Abbey's."""
        self.fill(world, 10, BRIDGE)

        assert add(world, email="first@nhs.net").person.email == "first@nhs.net"

    def test_a_raised_limit_counts_for_its_site(self, world: World) -> None:
        """Rule 3: an exceptional case."""
        self.fill(world, 10)
        world.site(ABBEY, "Abbey Pharmacy", nhsmail_limit=11)
        add(world, email="eleventh@nhs.net")

        with pytest.raises(NhsmailFull):
            add(world, email="twelfth@nhs.net")

    def test_the_general_limit_is_a_setting(self) -> None:
        """ENR-18: documented and configurable."""
        world = make_world(nhsmail_per_site=1)
        add(world, email="first@nhs.net")

        with pytest.raises(NhsmailFull):
            add(world, email="second@nhs.net")

    def test_the_counter_is_visible(self, world: World) -> None:
        """Rule 3: seven of ten."""
        self.fill(world, 7)
        world.person("gone@nhs.net", state=PersonState.LEFT)
        summary = world.desk.sites.show(HOST, ABBEY)

        assert (summary.nhsmail, summary.nhsmail_limit) == (7, 10)


class TestRights:
    """Who may create whom where."""

    def test_an_administrator_creates_people_of_their_own_site(self, world: World) -> None:
        """Rule 9: staff and administrators."""
        token = administrator(world)
        add(world, token)

        bob = add(world, token, email="bob@abbey.example", role="admin").person

        assert [(tie.site, tie.role.value) for tie in bob.memberships] == [(ABBEY, "admin")]

    def test_another_site_is_not_found_whether_it_exists_or_not(self, world: World) -> None:
        """ROL-02, A26: the same sentence, and the try is recorded."""
        token = administrator(world)
        messages = []
        for site in (BRIDGE, "FX999"):
            with world.recorded() as events, pytest.raises(NotFound) as refused:
                add(world, token, site=site)
            messages.append(refused.value.message.replace(site, "SITE"))
            assert kinds(events) == [Event.AUTHZ_FAILED]

        assert messages[0] == messages[1]
        assert people(world) == 1

    @pytest.mark.parametrize("role", ["support", "commissioner"])
    def test_an_administrator_makes_no_support(self, world: World, role: str) -> None:
        """ROL-07: no elevation beyond one's own site."""
        token = administrator(world)
        with pytest.raises(NotPermitted):
            add(world, token, role=role, site=None, job=None)

        assert people(world) == 1

    @pytest.mark.parametrize("role", ["staff", "commissioner"])
    def test_staff_and_commissioners_create_nobody(self, world: World, role: str) -> None:
        """Rule 9: and the try is recorded."""
        token = world.sign_in(world.person("jo@abbey.example", role=role))
        with world.recorded() as events, pytest.raises(NotPermitted):
            add(world, token)

        assert [(event.event, event.detail["action"]) for event in events] == [
            (Event.AUTHZ_FAILED, "add person")
        ]

    def test_support_creates_people_anywhere(self, world: World) -> None:
        """Rule 9: and support accounts."""
        token = world.sign_in(world.person("help@desk.example", role="support"))
        add(world, token, site=BRIDGE)

        other = add(world, token, role="support", site=None, job=None, email="x@desk.example")

        assert other.person.role is SystemRole.SUPPORT

    def test_an_ended_session_creates_nobody(self, world: World) -> None:
        """SES-08, ROL-04: asked anew at every call."""
        token = administrator(world)
        world.desk.sessions.sign_out(token)

        with pytest.raises(SessionEnded):
            add(world, token)
