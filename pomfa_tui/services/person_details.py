"""Everything that one actor may know of one person, and do to them: what `Person` shows (rules 9 to 11, ENR-15).

The table of rights decides, and how the account stands; a screen lists what it is given. Each act checks all of it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pomfa_tui.domain.credentials import Credentials, MfaState
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action, Relation, Role, allowed, relation_to
from pomfa_tui.domain.throttle import Gate
from pomfa_tui.otpauth import entry_name
from pomfa_tui.services.finding import find_person
from pomfa_tui.services.privacy import is_erased

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.credentials import Pairing, PairingEnd
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock
    from pomfa_tui.domain.throttle import Counter, ThrottlePolicy
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.sessions import SessionService, SessionSummary
    from pomfa_tui.services.views import PersonSummary

SEVERAL = 2
"""Links from which on one of them can be ended without the person leaving."""


class Deed(Enum):
    """One thing that can be done to a person, in the order in which they are listed."""

    EDIT = "edit"
    RESET_PASSWORD = "reset password"  # noqa: S105 - the name of an act
    RESET_MFA = "reset MFA"
    UNLOCK = "unlock"
    ENABLE = "enable"
    AWAY = "mark away"
    END_SESSIONS = "end sessions"
    LINK = "link"
    UNLINK = "unlink"
    DISABLE = "disable"
    LEAVE = "leave"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class PairingLine:
    """One ended pairing, without anything secret (ENR-15); times are UTC seconds.

    Attributes:
        entry: Name that the entry had in the authenticator.
        paired_at: When it was paired.
        ended_at: When it ended.
        ended: Why.
    """

    entry: str
    paired_at: int
    ended_at: int
    ended: PairingEnd


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """One person as one actor may see them; times are UTC seconds.

    Attributes:
        person: As in lists.
        deeds: What the actor may do now, in order.
        editable: Fields that an edit by this actor may name, as `PersonEdit` calls them.
        wants_ticket: Whether acts by this actor need a ticket number (rule 21).
        is_self: Whether this is the actor.
        helpdesk_only: Whether the helpdesk alone can do more, because the person is linked elsewhere too (rule 11).
        created_at: When the account was made.
        password_set_at: When the password was chosen; none when there is none now.
        activation_until: Until when an activation code that was handed out can be used, or none.
        entry: Name of the entry in the authenticator, or none.
        paired_at: When it was paired, or none.
        pairings: Those before it, newest first.
        recovery_left: Unused recovery codes.
        waits_until: Until when tries are refused, or none.
        switched_off: Factors that wait for their reset after too many failures: `password`, `codes`.
        sessions: Running ones that the actor may know of, oldest first.
    """

    person: PersonSummary
    deeds: tuple[Deed, ...]
    editable: frozenset[str]
    wants_ticket: bool
    is_self: bool
    helpdesk_only: bool
    created_at: int
    password_set_at: int | None
    activation_until: int | None
    entry: str | None
    paired_at: int | None
    pairings: tuple[PairingLine, ...]
    recovery_left: int
    waits_until: int | None
    switched_off: tuple[str, ...]
    sessions: tuple[SessionSummary, ...]


class PersonDetailsService:
    """Shows one person, and says what may be done."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        views: PersonViews,
        policy: ThrottlePolicy,
        sessions: SessionService,
        issuer: str,
    ) -> None:
        """Take the clock, the rights check, the views of people, the throttle, the sessions and the entries' issuer."""
        self._clock = clock
        self._access = access
        self._views = views
        self._policy = policy
        self._sessions = sessions
        self._issuer = issuer

    def show(self, caller: Caller, who: str) -> PersonDetails:
        """Return everything about one person.

        Args:
            caller: Who asks.
            who: E-mail or id.

        Raises:
            NotFound: No such person, or not visible to the caller.
            SessionEnded: The caller's session is over.
        """
        sessions = self._sessions_of(caller, who)
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
            credentials = view.credentials.get(person.id) or Credentials(id=person.id)
            summary = self._views.show(view, actor, person)
            rights = _Rights(actor, person, summary)
            paired, password = credentials.authenticator, credentials.password
            waits, off = self._throttled(credentials)
            return PersonDetails(
                person=summary,
                deeds=tuple(
                    deed
                    for deed in Deed
                    if rights.may(deed) and _makes_sense(deed, summary, off, sessions)
                ),
                editable=rights.editable(),
                wants_ticket=actor.role is Role.SUPPORT,
                is_self=rights.relation is Relation.SELF,
                helpdesk_only=actor.role is Role.ADMIN
                and rights.relation is Relation.SEVERAL_SITES,
                created_at=person.created_at,
                password_set_at=password.set_at if password is not None else None,
                activation_until=self._activation_until(credentials),
                entry=entry_name(self._issuer, paired.label) if paired is not None else None,
                paired_at=paired.bound_at if paired is not None else None,
                pairings=tuple(map(self._line, reversed(credentials.pairings))),
                recovery_left=len(credentials.recovery),
                waits_until=waits,
                switched_off=off,
                sessions=sessions,
            )

    def _sessions_of(self, caller: Caller, who: str) -> tuple[SessionSummary, ...]:
        with self._access.look(caller) as (view, actor):
            person = find_person(view, who)
            relation = relation_to(actor.id, actor.site, person)
            visible = allowed(actor.role, Action.SEE_SESSIONS, relation)
        return self._sessions.list(caller, who) if visible else ()

    def _activation_until(self, credentials: Credentials) -> int | None:
        activation = credentials.activation
        if activation is None or activation.expires_at <= self._clock.now():
            return None
        return activation.expires_at

    def _throttled(self, credentials: Credentials) -> tuple[int | None, tuple[str, ...]]:
        """Return until when tries are refused, and the factors that are switched off."""
        now = self._clock.now()
        counters: dict[str, Counter] = {
            "password": credentials.password_counter,
            "codes": credentials.code_counter,
        }
        gates = {name: self._policy.gate(each, now) for name, each in counters.items()}
        waits = [counters[name].locked_until for name in gates if gates[name] is Gate.LOCKED]
        off = tuple(name for name in gates if gates[name] is Gate.DISABLED)
        return max(waits, default=None), off

    def _line(self, pairing: Pairing) -> PairingLine:
        return PairingLine(
            entry=entry_name(self._issuer, pairing.label),
            paired_at=pairing.bound_at,
            ended_at=pairing.ended_at,
            ended=pairing.ended,
        )


_NEEDS = {
    Deed.RESET_PASSWORD: Action.RESET_PASSWORD,
    Deed.RESET_MFA: Action.RESET_MFA,
    Deed.UNLOCK: Action.UNLOCK,
    Deed.ENABLE: Action.DISABLE,
    Deed.DISABLE: Action.DISABLE,
    Deed.AWAY: Action.EDIT_MEMBERSHIP,
    Deed.END_SESSIONS: Action.END_SESSION,
    Deed.LINK: Action.LINK,
    Deed.UNLINK: Action.LINK,
    Deed.ERASE: Action.ERASE,
}
"""The right that each deed needs; those that are not here need one of several."""


class _Rights:
    """What the table lets one actor do to one person."""

    def __init__(self, actor: Actor, person: Person, summary: PersonSummary) -> None:
        self.relation = relation_to(actor.id, actor.site, person)
        self._role = actor.role
        self._belongs_to_sites = person.role is None
        self._linked = bool(summary.memberships)

    def may(self, deed: Deed) -> bool:
        """Tell whether the table allows a deed, whatever state the account is in."""
        if deed is Deed.EDIT:
            return bool(self.editable() - {"away_until"})
        if deed is Deed.LEAVE:
            # Support and commissioners have no membership that could end; they are let go like people who are switched off.
            return self._has(Action.END_MEMBERSHIP if self._belongs_to_sites else Action.DISABLE)
        return self._has(_NEEDS[deed])

    def editable(self) -> frozenset[str]:
        """Return the fields that an edit may name."""
        return frozenset(self._editable())

    def _editable(self) -> Iterator[str]:
        if self._has(Action.EDIT_PERSON):
            yield from ("name", "email", "gphc", "period")
        if self._linked and self._has(Action.EDIT_MEMBERSHIP):
            yield from ("job", "starts", "ends", "away_until")
        if self._linked and self._has(Action.CHANGE_ROLE):
            yield "role"

    def _has(self, action: Action) -> bool:
        return allowed(self._role, action, self.relation)


def _makes_sense(
    deed: Deed,
    person: PersonSummary,
    switched_off: tuple[str, ...],
    sessions: tuple[SessionSummary, ...],
) -> bool:
    """Tell whether a deed would change anything now; the acts themselves refuse what this leaves out."""
    usable = person.state in {PersonState.INVITED, PersonState.ACTIVE}
    sense = {
        Deed.EDIT: person.state is not PersonState.LEFT,
        Deed.RESET_PASSWORD: usable,
        Deed.RESET_MFA: person.state is PersonState.ACTIVE and person.mfa is not MfaState.NONE,
        Deed.UNLOCK: usable and person.locked and not switched_off,
        Deed.ENABLE: person.state is PersonState.DISABLED,
        Deed.AWAY: usable and bool(person.memberships),
        Deed.END_SESSIONS: bool(sessions),
        Deed.LINK: not is_erased(person.email),
        Deed.UNLINK: len(person.memberships) >= SEVERAL,
        Deed.DISABLE: usable,
        Deed.LEAVE: person.state is not PersonState.LEFT,
        Deed.ERASE: person.state is PersonState.LEFT and not is_erased(person.email),
    }
    return sense[deed]
