"""Creating people: personal addresses, ten NHSmail places, rights, and a code shown once (rules 1 to 6, 9, 13, 17)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.errors import (
    BadInput,
    EmailExists,
    NotFound,
    SharedMailbox,
    Unavailable,
)
from pomfa_tui.domain.people import PersonState, SystemRole
from pomfa_tui.domain.typed_codes import read_typed_code
from pomfa_tui.services.steps import NeedNewPassword
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.services.adding import add, administrator, people
from tests.world import World


class TestCreated:
    """What comes out."""

    def test_somebody_new_is_invited_and_nothing_more(self, world: World) -> None:
        """ENR-07, ENR-08: no password, no authenticator, a code that leads to both."""
        issued = add(world)

        assert issued.person.state is PersonState.INVITED
        assert issued.person.mfa is MfaState.NONE
        assert issued.person.last_sign_in is None
        assert read_typed_code(issued.activation_code) == issued.activation_code
        step = world.desk.sign_in.offer_password("ann.lee@abbey.example", issued.activation_code)
        assert isinstance(step, NeedNewPassword)

    def test_the_code_is_in_no_log_no_list_and_no_repr(self, world: World) -> None:
        """ENR-08, AUD-04: seen once, by whoever hands it over."""
        issued = add(world)
        kept = (
            repr(world.events())
            + repr(issued)
            + repr(world.desk.people.show(HOST, "ann.lee@abbey.example"))
        )
        with world.store.view() as view:
            kept += repr(list(view.credentials.all()))

        assert issued.activation_code not in kept

    def test_values_are_kept_as_they_were_read(self, world: World) -> None:
        """Rules 1, 6, 7, 13: e-mail as typed, code in upper case, job and dates."""
        issued = add(
            world,
            email=" Ann.Lee@Abbey.example ",
            name="  Ann   Lee ",
            site="fa111",
            job="Pharmacy-Technician",
            gphc="5012345",
            starts="2026-02-01",
            ends="2026-02-28",
            period=60,
        )

        person = issued.person
        assert (person.email, person.name) == ("Ann.Lee@Abbey.example", "Ann Lee")
        assert (person.gphc, person.period) == ("5012345", 60)
        (membership,) = person.memberships
        assert (membership.site, membership.job.value) == (ABBEY, "pharmacy technician")
        assert (membership.starts, membership.ends) == (date(2026, 2, 1), date(2026, 2, 28))

    def test_it_is_recorded_once_with_role_and_site(self, world: World) -> None:
        """AUD-01, PRI-01: identifiers, never the name or the e-mail."""
        token = administrator(world)
        with world.recorded() as events:
            issued = add(world, token, role=" ADMIN ")

        assert kinds(events) == [Event.USER_CREATED]
        (event,) = events
        assert (event.subject, event.site, event.actor_role) == (issued.person.id, ABBEY, "admin")
        assert (event.detail, event.severity) == ({"role": "admin"}, Severity.INFO)
        assert "Ann" not in repr(events)
        assert "abbey.example" not in repr(events)

    def test_the_command_line_is_recorded_by_its_login(self, world: World) -> None:
        """ROL-15: `host:` and the name."""
        with world.recorded() as events:
            add(world)

        assert (events[0].actor, events[0].actor_role) == ("host:root", "host")

    def test_support_is_made_without_a_site_and_with_a_warning_in_the_log(
        self, world: World
    ) -> None:
        """Rule 9: roles over all sites."""
        with world.recorded() as events:
            issued = add(world, role="support", site=None, job=None, email="help@desk.example")

        assert (issued.person.role, issued.person.memberships) == (SystemRole.SUPPORT, ())
        assert (events[0].severity, events[0].site) == (Severity.WARNING, None)

    def test_a_full_disk_creates_nobody(self, world: World) -> None:
        """AUD-08: no record, no person."""
        world.store.disk_full = True
        with pytest.raises(Unavailable):
            add(world)
        world.store.disk_full = False

        assert people(world) == 0
        assert kinds(world.events()) == []


class TestRefusedValues:
    """What cannot be used, named by its field."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"email": ""}, "email"),
            ({"email": "not an e-mail"}, "email"),
            ({"name": "  "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"name": "Ann\x1b[2J"}, "name"),
            ({"role": "owner"}, "role"),
            ({"role": ""}, "role"),
            ({"site": None}, "site"),
            ({"site": ""}, "site"),
            ({"site": "FFFFF"}, "site"),
            ({"site": "XX111"}, "site"),
            ({"job": None}, "job"),
            ({"job": "wizard"}, "job"),
            ({"gphc": "123"}, "gphc"),
            ({"gphc": "2012345", "job": "pharmacy technician"}, "gphc"),
            ({"starts": "tomorrow"}, "from"),
            ({"ends": "31.3.2026"}, "to"),
            ({"starts": "2026-03-02", "ends": "2026-03-01"}, "to"),
            ({"period": 45}, "period"),
            ({"role": "support"}, "site"),
            ({"role": "support", "site": None}, "site"),
            ({"role": "commissioner", "job": None}, "site"),
            ({"email": "info@abbey.example", "override_reason": "x" * 201}, "override_reason"),
        ],
    )
    def test_each_is_named(self, world: World, changes: dict[str, Any], field: str) -> None:
        """GEN-07, TOTP-04, PRI-06: one sentence beside the field, and nobody is created."""
        with pytest.raises(BadInput) as refused:
            add(world, **changes)

        assert refused.value.field == field
        assert people(world) == 0

    @pytest.mark.parametrize("site", ["FX999", BRIDGE])
    def test_a_site_that_does_not_exist_or_is_closed_is_not_found(
        self, world: World, site: str
    ) -> None:
        """Rule 7: nobody is created at a closed site."""
        world.close_site(BRIDGE)

        with pytest.raises(NotFound, match=f"site {site}"):
            add(world, site=site)
        assert people(world) == 0


class TestSharedMailboxes:
    """Addresses that several people read."""

    @pytest.mark.parametrize(
        "email",
        [
            "pharmacy.fa111@nhs.net",
            "nhspharmacy.leeds.abbey@nhs.net",
            "gp.a81001@nhs.net",
            "info@nhs.net",
        ],
    )
    def test_those_of_nhsmail_are_refused_whatever_reason_is_given(
        self, world: World, email: str
    ) -> None:
        """Rule 2, ROL-10: never."""
        for reason in (None, "It really is hers"):
            with pytest.raises(SharedMailbox) as refused:
                add(world, email=email, override_reason=reason)

            assert not refused.value.can_override
        assert people(world) == 0

    def test_a_role_name_elsewhere_needs_a_reason_which_is_recorded(self, world: World) -> None:
        """Rule 2: stated by an administrator."""
        with pytest.raises(SharedMailbox) as refused:
            add(world, email="info@ann-lee.example", override_reason="  ")
        assert refused.value.can_override

        with world.recorded() as events:
            add(world, email="info@ann-lee.example", override_reason=" Her own  domain ")

        assert events[0].detail["override_reason"] == "Her own domain"


class TestUnique:
    """One e-mail, one account."""

    @pytest.mark.parametrize(
        "spelling", ["ann.lee@abbey.example", "ANN.LEE@ABBEY.EXAMPLE", "  Ann.Lee@abbey.example "]
    )
    def test_an_email_that_exists_is_refused_neutrally_and_recorded(
        self, world: World, spelling: str
    ) -> None:
        """ENR-17, ENU-06, A30, rule 5: neither name nor site, here or elsewhere."""
        world.person("ann.lee@abbey.example", BRIDGE, name="Ann Margaret")
        token = administrator(world)
        with world.recorded() as events, pytest.raises(EmailExists) as refused:
            add(world, token, email=spelling)

        assert refused.value.message == (
            "This person already has an account. Ask the helpdesk to link it."
        )
        assert [(event.event, event.reason) for event in events] == [
            (Event.AUTHZ_FAILED, "email_exists")
        ]
        assert events[0].subject is None

    def test_it_is_refused_in_the_same_words_at_the_own_site(self, world: World) -> None:
        """ENU-06: nothing tells here from there."""
        token = administrator(world)
        messages = set()
        for email, site in (("ann@abbey.example", ABBEY), ("bob@bridge.example", BRIDGE)):
            world.person(email, site)
            with pytest.raises(EmailExists) as refused:
                add(world, token, email=email)
            messages.add(refused.value.message)

        assert len(messages) == 1

    def test_somebody_who_left_still_has_their_account(self, world: World) -> None:
        """Rules 1, 14: history stays; the helpdesk links."""
        world.person("ann.lee@abbey.example", state=PersonState.LEFT)

        with pytest.raises(EmailExists):
            add(world)
