"""Words and pictures for the tests of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.access import Caller
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.services.steps import NeedActivation, NeedCode, ShowRecoveryCodes, SignedIn
from tests.house import HOST
from tests.members import OTHER_PASSWORD, Member
from tests.world import World

REASON = "lost her phone"
TICKET = "HD-4711"


def why(
    identity: IdentityCheck = IdentityCheck.IN_PERSON,
    *,
    reason: str = REASON,
    ticket: str | None = TICKET,
    code: str | None = None,
) -> Justification:
    """Return a good justification."""
    return Justification(identity, reason, ticket, code)


@dataclass(frozen=True)
class Picture:
    """Everything in the store at one moment, the audit log left out."""

    documents: tuple[Document, ...]

    @classmethod
    def of(cls, world: World) -> Picture:
        """Take a picture."""
        with world.store.view() as view:
            return cls(
                (
                    *view.people.all(),
                    *view.credentials.all(),
                    *view.sites.all(),
                    *view.sessions.all(),
                    *view.strangers.all(),
                )
            )


def main_events(events: list[AuditEvent]) -> list[AuditEvent]:
    """Return the events without those of sessions that ended on the way."""
    return [event for event in events if event.event is not Event.SESSION_EXPIRED]


def refused(act: Callable[[], object]) -> Refusal | None:
    """Return the refusal that an act meets, or none."""
    try:
        act()
    except Refusal as refusal:
        return refusal
    return None


def session_of(world: World, member: Member, *, site: str | None = None) -> SessionToken:
    """Sign somebody in, whose proof by code is therefore fresh."""
    return world.sign_in(member, site=site)


def runs(world: World, caller: Caller) -> bool:
    """Tell whether a session still stands."""
    assert isinstance(caller, SessionToken)
    return refused(lambda: world.desk.sessions.check(caller)) is None


def sign_in_after_password_reset(
    world: World, member: Member, slip: str, password: str = OTHER_PASSWORD
) -> SessionToken:
    """Sign in with the slip and a fresh code, and choose a new password on the way."""
    world.wait_for_fresh_code(member)
    step = world.desk.sign_in.offer_password(member.email, slip)
    assert isinstance(step, NeedCode)
    world.desk.sign_in.offer_code(step.attempt, member.phone.code())
    done = world.desk.new_passwords.choose(step.attempt, password)
    assert isinstance(done, SignedIn)
    member.password = password
    return done.token


def pair_after_mfa_reset(world: World, member: Member, slip: str) -> SessionToken:
    """Sign in with password and slip, pair a new phone and write the new recovery codes down."""
    step = world.offer_password(member)
    assert isinstance(step, NeedActivation)
    world.desk.sign_in.offer_activation_code(step.attempt, slip)
    member.phone.scan(world.desk.pairing.offer(step.attempt).entry)
    shown = world.desk.pairing.confirm(step.attempt, member.phone.code())
    assert isinstance(shown, ShowRecoveryCodes)
    member.recovery = dict(shown.codes)
    done = world.desk.recovery.confirm(shown.attempt)
    assert isinstance(done, SignedIn)
    return done.token


def edit(world: World, who: Member, **changes: object) -> object:
    """Edit from the command line."""
    return world.desk.office.changes.edit(HOST, who.id, PersonEdit(**changes))  # type: ignore[arg-type]
