"""Lists and single people: each role sees its own part, and nothing that is secret (rules 9, 11; ROL-09)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import msgspec
import pytest

from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.access import Caller
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.people import PeopleFilter
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.services.town import signed_in
from tests.world import World

EVERYBODY = {
    "boss@abbey.example",
    "ann@abbey.example",
    "bob@bridge.example",
    "lee@locum.example",
    "kim@locum.example",
    "help@desk.example",
    "city@board.example",
}


def listed(world: World, caller: Caller, wanted: PeopleFilter | None = None) -> set[str]:
    """Return whose lines are in the list."""
    return {line.email for line in world.desk.people.list(caller, wanted or PeopleFilter())}


class TestList:
    """`People`."""

    @pytest.mark.parametrize(
        ("who", "seen"),
        [
            ("ann@abbey.example", {"ann@abbey.example"}),
            (
                "boss@abbey.example",
                {"boss@abbey.example", "ann@abbey.example", "lee@locum.example"},
            ),
            ("help@desk.example", EVERYBODY),
            ("city@board.example", {"city@board.example"}),
        ],
    )
    def test_each_role_sees_its_own_part(self, town: World, who: str, seen: set[str]) -> None:
        """Rule 9, ROL-02: staff themselves, administrators their site, support everybody."""
        assert listed(town, signed_in(town, who)) == seen

    def test_the_command_line_sees_everybody(self, town: World) -> None:
        """ROL-15: as support does."""
        assert listed(town, HOST) == EVERYBODY

    def test_it_is_sorted_by_name(self, town: World) -> None:
        """Section 2: as people look for people."""
        names = [line.name for line in town.desk.people.list(HOST, PeopleFilter())]

        assert names == sorted(names)

    @pytest.mark.parametrize(
        ("wanted", "seen"),
        [
            (
                PeopleFilter(site=BRIDGE),
                {"bob@bridge.example", "lee@locum.example", "kim@locum.example"},
            ),
            (
                PeopleFilter(site=" fb222 "),
                {"bob@bridge.example", "lee@locum.example", "kim@locum.example"},
            ),
            (PeopleFilter(site="FX999"), set()),
            (PeopleFilter(role="admin"), {"boss@abbey.example"}),
            (PeopleFilter(role="support"), {"help@desk.example"}),
            (PeopleFilter(role="staff", site=CASTLE), {"kim@locum.example"}),
            (PeopleFilter(search="LOCUM"), {"lee@locum.example", "kim@locum.example"}),
            (PeopleFilter(search="ann"), {"ann@abbey.example"}),
            (PeopleFilter(search="locum", site=CASTLE), {"kim@locum.example"}),
            (PeopleFilter(state=PersonState.ACTIVE, search="boss"), {"boss@abbey.example"}),
            (PeopleFilter(state=PersonState.DISABLED), set()),
            (PeopleFilter(mfa=MfaState.ACTIVE, search="boss"), {"boss@abbey.example"}),
            (PeopleFilter(mfa=MfaState.NONE), set()),
        ],
    )
    def test_every_part_of_a_filter_has_to_fit(
        self, town: World, wanted: PeopleFilter, seen: set[str]
    ) -> None:
        """Section 2: site, role, state, MFA, text."""
        assert listed(town, HOST, wanted) == seen

    def test_states_and_pairings_can_be_looked_for(self, town: World) -> None:
        """Section 3: `--state`, `--mfa`."""
        town.newcomer("new@abbey.example")
        reset = town.person("reset@abbey.example")
        town.reset_mfa(reset)

        assert listed(town, HOST, PeopleFilter(state=PersonState.INVITED)) == {"new@abbey.example"}
        assert listed(town, HOST, PeopleFilter(mfa=MfaState.NONE)) == {"new@abbey.example"}
        assert listed(town, HOST, PeopleFilter(mfa=MfaState.RESET)) == {"reset@abbey.example"}

    def test_dormant_people_are_those_who_have_not_signed_in_for_so_long(self, town: World) -> None:
        """ROL-12: never signed in counts from the day of creation."""
        town.clock.advance(days=29)
        signed_in(town, "ann@abbey.example")
        assert listed(town, HOST, PeopleFilter(dormant_days=30)) == set()
        town.clock.advance(days=1)

        assert listed(town, HOST, PeopleFilter(dormant_days=30)) == EVERYBODY - {
            "ann@abbey.example"
        }

    def test_a_filter_opens_no_window_to_other_sites(self, town: World) -> None:
        """ROL-02, ROL-09: not even to whether a locum is linked there."""
        boss = signed_in(town, "boss@abbey.example")

        assert listed(town, boss, PeopleFilter(site=BRIDGE)) == set()
        assert listed(town, boss, PeopleFilter(search="bob")) == set()
        assert listed(town, boss, PeopleFilter(search="locum")) == {"lee@locum.example"}
        assert listed(town, boss, PeopleFilter(role="support")) == set()

    def test_a_role_elsewhere_is_not_seen_here(self, town: World) -> None:
        """ROL-09: an administrator of Bridge is staff at Abbey and nothing else."""
        town.person("pat@locum.example", ABBEY, BRIDGE)
        with town.store.transaction() as tx:
            pat = tx.people.by_email("pat@locum.example")
            assert pat is not None
            there = Membership(site=BRIDGE, role=SiteRole.ADMIN, job=JobTitle.MANAGER)
            tx.people.put(msgspec.structs.replace(pat, memberships=(pat.memberships[0], there)))

        boss = signed_in(town, "boss@abbey.example")
        assert "pat@locum.example" not in listed(town, boss, PeopleFilter(role="admin"))
        assert "pat@locum.example" in listed(town, HOST, PeopleFilter(role="admin"))

    def test_a_lock_shows_in_the_list(self, town: World) -> None:
        """Section 3: `locked`, of either factor, waiting or switched off."""
        ann = town.person("new@abbey.example")
        for locked in (
            {"password_counter": Counter(failures=10, locked_until=town.clock.now() + 60)},
            {"code_counter": Counter(failures=100)},
        ):
            town.set_credentials(ann, **locked)
            assert town.desk.people.show(HOST, ann.email).locked
        town.set_credentials(ann, password_counter=Counter(), code_counter=Counter())

        assert not town.desk.people.show(HOST, ann.email).locked


FORBIDDEN = ("password", "hash", "secret", "sealed", "counter", "recovery", "activation", "token")
"""Parts of names that no view may have; `Issued` alone carries one activation code."""


def names_in(value: object) -> set[str]:
    """Return the names of all fields and keys within a value, however deep."""
    if isinstance(value, dict):
        inner = [names_in(item) for item in value.values()]
        return {str(key) for key in value}.union(*inner)
    if isinstance(value, tuple | list | set | frozenset):
        return set().union(*[names_in(item) for item in value])
    if is_dataclass(value) and not isinstance(value, type):
        found = {item.name for item in fields(value)}
        return found.union(*[names_in(getattr(value, name)) for name in found])
    if isinstance(value, msgspec.Struct):
        found = set(value.__struct_fields__)
        return found.union(*[names_in(getattr(value, name)) for name in found])
    return set()


def test_no_view_holds_anything_that_proves_somebody(town: World) -> None:
    """ROL-09, A27: hashes, secrets, counters and codes have no way out."""
    boss = signed_in(town, "boss@abbey.example")
    new = NewPerson("new@abbey.example", "New", "staff", ABBEY, "dispenser")
    views = (
        town.desk.people.list(HOST, PeopleFilter()),
        town.desk.people.show(boss, "ann@abbey.example"),
        town.desk.people.add(HOST, new).person,
        town.desk.sites.list(HOST),
        town.desk.sessions.list(HOST),
        town.desk.home.show(boss),
        town.desk.sessions.sites(boss),
        tuple(record.event for record in town.desk.audit.show(HOST, AuditFilter())),
    )
    names = names_in(views)

    assert {"email", "memberships", "may", "nhsmail"} <= names
    assert [name for name in names if any(part in name.casefold() for part in FORBIDDEN)] == []


def test_only_what_was_issued_carries_a_code_and_hides_it(town: World) -> None:
    """ENR-02, ENR-08: no view ever has a secret or a QR code of somebody else."""
    new = NewPerson("new@abbey.example", "New", "staff", ABBEY, "dispenser")
    issued = town.desk.people.add(HOST, new)

    assert names_in(issued) - names_in(issued.person) == {"person", "activation_code"}
    assert issued.activation_code not in repr(issued)
