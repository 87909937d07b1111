"""Every act of the office leaves one main record, complete and without a secret; without the record it does not happen (rule 32)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass

import pytest

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.permissions import Action, Role
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.services.linking import Link
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, CASTLE
from tests.members import OTHER_PASSWORD, Phone
from tests.office import Picture, main_events, refused, why
from tests.world import make_world

TABLE = f"email,name,site,role,job\na@home.example,Anna Secretname,{ABBEY},staff,dispenser\n"


class Town:
    """A world with support at a terminal and somebody to act on, who is signed in twice.

    Attributes:
        world: The world.
        sue: Support.
        jo: Somebody of Abbey and Bridge.
        token: Support's session.
        own: Jo's session.
        other: Jo's session at another terminal.
    """

    def __init__(self) -> None:
        self.world = make_world()
        self.sue = self.world.person("sue@helpdesk.example", role="support")
        self.jo = self.world.person("jo@home.example", ABBEY, BRIDGE, name="Josephine Smith")
        self.own = self.world.sign_in(self.jo, site=ABBEY)
        self.other = self.world.sign_in(self.jo, site=BRIDGE)
        self.world.clock.advance(30)
        self.token = self.world.sign_in(self.sue)
        self.desk = self.world.desk

    def move(self) -> object:
        """Move to a new phone, the confirmation left to do."""
        phone = Phone(self.world.clock)
        offer = self.desk.office.moves.begin(self.own, self.jo.password, self.jo.phone.code())
        phone.scan(offer.entry)
        return phone


Act = Callable[[Town], object]


def _confirmed_move(town: Town) -> Callable[[], object]:
    phone = town.move()
    assert isinstance(phone, Phone)
    return lambda: town.desk.office.moves.confirm(town.own, phone.code())


ACTS: dict[str, tuple[Act, Event, Severity]] = {
    "reset password": (
        lambda t: t.desk.office.resets.reset_password(t.token, t.jo.id, why()),
        Event.PASSWORD_CHANGED,
        Severity.WARNING,
    ),
    "reset MFA": (
        lambda t: t.desk.office.resets.reset_mfa(t.token, t.jo.id, why()),
        Event.TOKEN_REVOKED,
        Severity.WARNING,
    ),
    "reset by recovery code": (
        lambda t: t.desk.office.resets.reset_password(
            t.token, t.jo.id, why(IdentityCheck.RECOVERY_CODE, code=t.jo.recovery[3])
        ),
        Event.PASSWORD_CHANGED,
        Severity.WARNING,
    ),
    "unlock": (
        lambda t: t.desk.office.resets.unlock(t.token, t.jo.id, why()),
        Event.USER_UPDATED,
        Severity.INFO,
    ),
    "not verified": (
        lambda t: t.desk.office.resets.not_verified(t.token, t.jo.id, Action.RESET_MFA, "no"),
        Event.AUTHZ_ADMIN,
        Severity.WARNING,
    ),
    "edit": (
        lambda t: t.desk.office.changes.edit(t.token, t.jo.id, PersonEdit(name="Jo")),
        Event.USER_UPDATED,
        Severity.INFO,
    ),
    "new e-mail": (
        lambda t: t.desk.office.changes.edit(
            t.token, t.jo.id, PersonEdit(email="josephine@home.example")
        ),
        Event.USER_UPDATED,
        Severity.WARNING,
    ),
    "new role": (
        lambda t: t.desk.office.changes.edit(
            t.token, t.jo.id, PersonEdit(role="admin", site=ABBEY)
        ),
        Event.PERMISSIONS_CHANGED,
        Severity.WARNING,
    ),
    "disable": (
        lambda t: t.desk.office.states.disable(t.token, t.jo.id, "leave"),
        Event.USER_UPDATED,
        Severity.WARNING,
    ),
    "link": (
        lambda t: t.desk.office.links.link(
            t.token, t.jo.id, Link(CASTLE, "staff", "pharmacist"), why()
        ),
        Event.AUTHZ_CHANGED,
        Severity.WARNING,
    ),
    "unlink": (
        lambda t: t.desk.office.links.unlink(t.token, t.jo.id, BRIDGE, why()),
        Event.AUTHZ_CHANGED,
        Severity.WARNING,
    ),
    "rename site": (
        lambda t: t.desk.office.site_changes.edit(t.token, ABBEY, name="Abbey Road"),
        Event.SITE_UPDATED,
        Severity.INFO,
    ),
    "raise limit": (
        lambda t: t.desk.office.site_changes.edit(t.token, ABBEY, nhsmail_limit=12, reason="x"),
        Event.SITE_UPDATED,
        Severity.INFO,
    ),
    "close site": (
        lambda t: t.desk.office.site_changes.close(t.token, ABBEY, "sold"),
        Event.SITE_UPDATED,
        Severity.WARNING,
    ),
    "import": (
        lambda t: t.desk.office.imports.run(t.token, TABLE, lambda _done, _all: None),
        Event.USER_CREATED,
        Severity.INFO,
    ),
    "own password": (
        lambda t: t.desk.office.credentials.change_password(t.own, t.jo.password, OTHER_PASSWORD),
        Event.PASSWORD_CHANGED,
        Severity.INFO,
    ),
    "own recovery codes": (
        lambda t: t.desk.office.credentials.new_recovery_codes(t.own),
        Event.TOKEN_CREATED,
        Severity.INFO,
    ),
    "step-up": (
        lambda t: t.desk.office.step_up.prove(t.own, t.jo.phone.code()),
        Event.SESSION_RENEWED,
        Severity.INFO,
    ),
    "own other session": (
        lambda t: t.desk.office.account.end_session(t.own, t.other.session_id, t.jo.password),
        Event.SESSION_EXPIRED,
        Severity.INFO,
    ),
}

OWN = frozenset({"own password", "own recovery codes", "step-up", "own other session", "move"})
SITES = frozenset({"rename site", "raise limit", "close site"})


def _prepared(name: str) -> tuple[Town, Callable[[], object], Event, Severity]:
    town = Town()
    if name == "move":
        return town, _confirmed_move(town), Event.TOKEN_CREATED, Severity.INFO
    act, event, severity = ACTS[name]
    return town, lambda: act(town), event, severity


@pytest.mark.parametrize("name", [*ACTS, "move"])
def test_an_act_is_one_main_record_with_who_where_and_for_whom(name: str) -> None:
    """AUD-01, AUD-02, AUD-11."""
    town, act, event, severity = _prepared(name)

    with town.world.recorded() as events:
        act()

    found = events if event is Event.SESSION_EXPIRED else main_events(events)
    (main,) = found
    assert (main.event, main.severity) == (event, severity)
    assert main.outcome is (Outcome.FAILURE if name == "not verified" else Outcome.SUCCESS)
    actor = town.jo if name in OWN else town.sue
    assert main.actor == actor.id
    assert main.actor_role == (Role.STAFF if name in OWN else Role.SUPPORT).value
    assert (main.subject is None) is (name in SITES)
    assert main.site in {ABBEY, BRIDGE, CASTLE}
    assert (main.session or "") != ""
    assert main.terminal == "pts/7"
    assert all(len(value) <= 200 for value in main.detail.values())


@pytest.mark.parametrize("name", [*ACTS, "move"])
def test_an_act_whose_record_cannot_be_written_does_not_happen(name: str) -> None:
    """AUD-08, C15, STO-09: everything stays as it was, and the refusal says so."""
    town, act, _, _ = _prepared(name)
    before, log = Picture.of(town.world), town.world.events()
    town.world.store.disk_full = True

    answer = refused(act)

    town.world.store.disk_full = False
    assert isinstance(answer, Unavailable)
    assert Picture.of(town.world) == before
    assert town.world.events() == log


@pytest.mark.parametrize("name", [*ACTS, "move"])
def test_no_record_holds_a_secret_or_a_name(name: str) -> None:
    """AUD-04, PRI-01, TOTP-15: nor does any representation of the answer."""
    town, act, _, _ = _prepared(name)
    jo = town.jo

    answer = act()

    log = str(town.world.events())
    secrets = [jo.password, OTHER_PASSWORD, *jo.recovery.values(), jo.phone.code()]
    shown = _codes(answer)
    for secret in [*secrets, *shown, town.token.secret, town.own.secret]:
        assert secret not in log
    for secret in shown:
        assert secret not in repr(answer)
    for name_ in ("Josephine", "josephine", "jo@home", "Secretname"):
        assert name_ not in log


def _codes(answer: object) -> list[str]:
    """Return the codes that an answer hands over."""
    if isinstance(answer, tuple):
        return [code for each in answer for code in _codes(each)]
    if isinstance(answer, str):
        return [answer] if len(answer) == 19 else []
    if not is_dataclass(answer) or isinstance(answer, type):
        return []
    return [code for each in fields(answer) for code in _codes(getattr(answer, each.name))]


def test_the_search_for_codes_finds_them() -> None:
    """The test above could not fail otherwise."""
    town = Town()

    issued = town.desk.office.resets.reset_password(town.token, town.jo.id, why())
    fresh = town.desk.office.credentials.new_recovery_codes(town.world.sign_in(town.sue))

    assert _codes(issued) == [issued.activation_code]
    assert len(_codes(fresh)) == 10


def test_each_ended_session_is_recorded_at_its_own_site_by_who_ended_it() -> None:
    """AUD-01, SES-09."""
    town = Town()

    with town.world.recorded() as events:
        town.desk.office.resets.reset_password(town.token, town.jo.id, why())

    ended = [event for event in events if event.event is Event.SESSION_EXPIRED]
    assert [(event.site, event.session) for event in ended] == [
        (ABBEY, town.own.session_id),
        (BRIDGE, town.other.session_id),
    ]
    assert {(event.actor, event.reason) for event in ended} == {(town.sue.id, "account_changed")}


def test_a_site_that_is_closed_ends_its_sessions_and_no_others() -> None:
    """Rule 7, SES-08: memberships stay for the record, and closing twice is said to be so."""
    town = Town()
    close = town.desk.office.site_changes.close

    shown = close(town.token, BRIDGE, "sold")

    assert shown.state == "closed"
    assert refused(lambda: town.desk.sessions.check(town.own)) is None
    assert refused(lambda: town.desk.sessions.check(town.other)) is not None
    ended = {session.site: session.ended for session in town.world.sessions(town.jo)}
    assert ended == {ABBEY: None, BRIDGE: SessionEnd.ACCOUNT_CHANGED}
    assert len(town.world.account(town.jo).linked_sites()) == 2
    again = refused(lambda: close(town.token, BRIDGE, "sold"))
    assert again is not None
    assert again.code == "bad_input"
    unknown = refused(lambda: close(town.token, "FZ999", "sold"))
    assert unknown is not None
    assert unknown.code == "not_found"


def test_an_edit_of_a_site_says_what_cannot_be_used_and_writes_nothing_for_nothing() -> None:
    town = Town()
    edit = town.desk.office.site_changes.edit
    before, log = Picture.of(town.world), town.world.events()

    for changes in ({}, {"name": ""}, {"name": "x" * 101}, {"name": "a\x1bb"}):
        answer = refused(lambda each=changes: edit(town.token, ABBEY, **each))  # type: ignore[misc]
        assert answer is not None
        assert answer.code == "bad_input"
    edit(town.token, ABBEY, name="Abbey Pharmacy")

    assert (Picture.of(town.world), town.world.events()) == (before, log)
