"""One person as one actor may see them, and only those deeds that would work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.errors import NotFound, NotPermitted, Refusal, SessionEnded
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.linking import Link
from pomfa_tui.services.person_details import Deed, PersonDetails
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, CASTLE
from tests.members import Member
from tests.office import Picture, refused, why
from tests.world import World, make_world

Build = Callable[[World], Member]
Do = Callable[[World, SessionToken, Member], object]


def _with(world: World, *sites: str, role: str = "staff", **options: object) -> Member:
    return world.person("jo@home.example", *sites, role=role, name="Jo", **options)  # type: ignore[arg-type]


def _locked(world: World) -> Member:
    member = _with(world)
    counter = Counter(failures=10, locked_until=world.clock.now() + 900)
    world.set_credentials(member, password_counter=counter)
    return member


def _switched_off(world: World) -> Member:
    member = _with(world)
    world.set_credentials(member, code_counter=Counter(failures=100))
    return member


def _left(world: World) -> Member:
    member = _with(world)
    (tie,) = world.account(member).memberships
    ended = msgspec.structs.replace(tie, ended_at=world.clock.now())
    world.set_person(member, state=PersonState.LEFT, memberships=(ended,))
    return member


def _mfa_reset(world: World) -> Member:
    member = _with(world)
    world.reset_mfa(member)
    return member


def _signed_in(world: World) -> Member:
    member = _with(world)
    world.sign_in(member)
    return member


PEOPLE: dict[str, Build] = {
    "active": _with,
    "signed in": _signed_in,
    "administrator": lambda world: _with(world, role="admin"),
    "invited": lambda world: world.newcomer("jo@home.example"),
    "disabled": lambda world: _with(world, state=PersonState.DISABLED),
    "left": _left,
    "locked": _locked,
    "switched off": _switched_off,
    "MFA reset": _mfa_reset,
    "of two sites": lambda world: _with(world, ABBEY, BRIDGE),
    "of another site": lambda world: _with(world, BRIDGE),
    "support": lambda world: _with(world, role="support"),
    "commissioner": lambda world: _with(world, role="commissioner"),
}


def _end_sessions(world: World, token: SessionToken, member: Member) -> object:
    running = world.desk.sessions.list(token, member.id)
    if not running:
        raise NotFound("a session")
    for each in running:
        world.desk.sessions.end(token, each.id)
    return None


def _edit(world: World, token: SessionToken, member: Member) -> object:
    """Edit whatever the details say that can be edited."""
    details = world.desk.people.details(token, member.id)
    editable = details.editable
    values = {"name": "Josephine", "gphc": "", "job": "dispenser", "starts": "2026-01-01"}
    chosen: dict[str, Any] = {name: text for name, text in values.items() if name in editable}
    if not chosen:
        raise NotPermitted
    site = details.person.memberships[0].site if "job" in editable else None
    return world.desk.office.changes.edit(token, member.id, PersonEdit(**chosen, site=site))


def _mark_away(world: World, token: SessionToken, member: Member) -> object:
    sites = world.account(member).linked_sites() or (ABBEY,)
    edit = PersonEdit(away_until="2026-02-01", site=sites[0])
    return world.desk.office.changes.edit(token, member.id, edit)


DOING: dict[Deed, Do] = {
    Deed.EDIT: _edit,
    Deed.RESET_PASSWORD: lambda w, t, m: w.desk.office.resets.reset_password(t, m.id, why()),
    Deed.RESET_MFA: lambda w, t, m: w.desk.office.resets.reset_mfa(t, m.id, why()),
    Deed.UNLOCK: lambda w, t, m: w.desk.office.resets.unlock(t, m.id, why()),
    Deed.ENABLE: lambda w, t, m: w.desk.office.states.enable(t, m.id, "is back"),
    Deed.AWAY: _mark_away,
    Deed.END_SESSIONS: _end_sessions,
    Deed.LINK: lambda w, t, m: w.desk.office.links.link(
        t, m.id, Link(CASTLE, "staff", "pharmacist"), why()
    ),
    Deed.UNLINK: lambda w, t, m: w.desk.office.links.unlink(t, m.id, BRIDGE, why()),
    Deed.DISABLE: lambda w, t, m: w.desk.office.states.disable(t, m.id, "long leave"),
    Deed.LEAVE: lambda w, t, m: w.desk.office.states.leave(t, m.id, "moved away"),
}

POINTLESS = {
    Deed.UNLOCK: set(PEOPLE) - {"locked"},
    Deed.EDIT: {"left"},
    Deed.AWAY: {"disabled"},
    Deed.UNLINK: {"of another site"},  # ending the only link is leaving
}
"""What the services would do and no screen offers: it would change nothing that anybody asks for."""


def _scene(role: str, who: str) -> tuple[World, SessionToken, Member]:
    world = make_world()
    # Two more administrators, so that nobody is the last one.
    world.person("spare@home.example", ABBEY, BRIDGE, role="admin")
    member = PEOPLE[who](world)
    token = world.sign_in(world.person("actor@home.example", role=role, name="Actor"))
    return world, token, member


def _offered(role: str, who: str) -> PersonDetails | None:
    world, token, member = _scene(role, who)
    try:
        return world.desk.people.details(token, member.id)
    except (NotFound, NotPermitted):
        return None


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("role", ["staff", "admin", "support", "commissioner"])
def test_the_deeds_that_are_offered_are_those_that_work(role: str, who: str) -> None:
    """ROL-01: what a screen lists is what the services do, for every kind of actor and person."""
    details = _offered(role, who)
    for deed, do in DOING.items():
        world, token, member = _scene(role, who)
        answer = refused(partial(do, world, token, member))
        if details is not None and deed in details.deeds:
            assert answer is None, (deed, answer)
        elif details is not None and who not in POINTLESS.get(deed, set()):
            assert answer is not None, deed


def test_administrators_do_everything_to_a_colleague_of_their_own_site_alone() -> None:
    details = _offered("admin", "signed in")
    assert details is not None
    assert details.deeds == (
        Deed.EDIT,
        Deed.RESET_PASSWORD,
        Deed.RESET_MFA,
        Deed.AWAY,
        Deed.END_SESSIONS,
        Deed.DISABLE,
        Deed.LEAVE,
    )
    assert not details.helpdesk_only
    assert not details.wants_ticket
    assert "role" in details.editable


def test_somebody_who_is_linked_elsewhere_is_the_helpdesks_but_can_leave_ones_own_site() -> None:
    """Rule 11, ROL-05: the membership of one's own site stays the administrator's."""
    details = _offered("admin", "of two sites")
    assert details is not None
    assert details.deeds == (Deed.EDIT, Deed.AWAY, Deed.LEAVE)
    assert details.editable == {"job", "starts", "ends", "away_until", "role"}
    assert details.helpdesk_only
    assert details.person.elsewhere


def test_support_names_a_ticket_and_links() -> None:
    """Rules 12, 21."""
    details = _offered("support", "of two sites")
    assert details is not None
    assert details.wants_ticket
    assert {Deed.LINK, Deed.UNLINK, Deed.RESET_PASSWORD} <= set(details.deeds)
    assert not details.helpdesk_only


@pytest.mark.parametrize("who", ["of another site", "support", "commissioner", "left"])
def test_what_administrators_may_not_know_of_is_not_found_and_recorded(who: str) -> None:
    """ROL-02: like something that does not exist."""
    world, token, member = _scene("admin", who)
    before = Picture.of(world)
    with world.recorded() as events:
        answer = refused(lambda: world.desk.people.details(token, member.id))
    assert isinstance(answer, NotFound)
    assert [event.event.value for event in events] == ["authz_fail"]
    assert Picture.of(world) == before


def test_nothing_can_be_done_to_oneself(world: World) -> None:
    """Rule 10."""
    for role in ("admin", "support"):
        me = world.person(f"{role}@abbey.example", role=role)
        details = world.desk.people.details(world.sign_in(me), me.id)
        assert details.is_self
        assert details.deeds == ()
        assert details.editable == set()
        assert details.sessions == ()


def test_the_pairing_history_tells_when_and_why_and_nothing_secret(world: World) -> None:
    """ENR-15, ROL-09."""
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    member = world.person("jo@abbey.example")
    sealed = world.credentials(member).authenticator
    assert sealed is not None
    paired_at = world.clock.now()
    world.clock.advance(60)
    world.reset_mfa(member)
    details = world.desk.people.details(token, member.id)
    (line,) = details.pairings
    assert (line.paired_at, line.ended_at) == (paired_at, world.clock.now())
    assert line.ended is PairingEnd.RESET
    assert line.entry.startswith("PharmOutcomes")
    assert (details.entry, details.paired_at, details.recovery_left) == (None, None, 0)
    assert details.activation_until == world.clock.now() + 86400
    for secret in (sealed.sealed, member.slip, member.phone.secret.hex()):
        assert secret not in repr(details)


def test_an_activation_code_that_is_too_old_is_not_mentioned(world: World) -> None:
    member = world.newcomer("new@abbey.example")
    world.clock.advance(hours=24)
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    assert world.desk.people.details(token, member.id).activation_until is None


def test_it_says_what_waits_and_what_is_switched_off(world: World) -> None:
    """Rule 24."""
    locked, off = _locked(world), world.person("off@abbey.example")
    world.set_credentials(off, code_counter=Counter(failures=100))
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    now = world.clock.now()
    details = world.desk.people.details(token, locked.id)
    assert (details.waits_until, details.switched_off) == (now + 900, ())
    assert Deed.UNLOCK in details.deeds
    details = world.desk.people.details(token, off.id)
    assert (details.waits_until, details.switched_off) == (None, ("codes",))
    assert Deed.UNLOCK not in details.deeds


def test_sessions_at_other_sites_are_not_an_administrators_business(world: World) -> None:
    """Rule 11."""
    member = world.person("both@abbey.example", ABBEY, BRIDGE)
    world.sign_in(member, site=BRIDGE)
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    assert world.desk.people.details(token, member.id).sessions == ()
    world.sign_in(member, site=ABBEY)
    (session,) = world.desk.people.details(token, member.id).sessions
    assert session.site == ABBEY


def test_a_session_that_is_over_sees_nobody(world: World) -> None:
    member = world.person("jo@abbey.example")
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    world.desk.sessions.sign_out(token)
    answer: Refusal | None = refused(lambda: world.desk.people.details(token, member.id))
    assert isinstance(answer, SessionEnded)
