"""What `Person` says about somebody, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.credentials import MfaState, PairingEnd
from pomfa_tui.screens.account_facts import entry_facts
from pomfa_tui.screens.words import (
    ROLE_WORDS,
    STATE_WORDS,
    day,
    day_and_time,
    day_and_time_this_year,
    on_day,
)
from pomfa_tui.widgets.fact_sheet import Fact

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.services.person_details import PersonDetails

SITES_SHOWN = 2
PAIRINGS_SHOWN = 2
SESSIONS_SHOWN = 3
ENTRY_COLUMNS = 31
"""Columns of an entry's name that fit beside what can be done to the person."""

_ENDED = {
    PairingEnd.REPLACED: "moved to a new phone",
    PairingEnd.RESET: "reset",
    PairingEnd.LEFT: "left",
}


def facts_of(details: PersonDetails, entry_columns: int = ENTRY_COLUMNS) -> Iterator[Fact]:
    """Yield the facts in the order in which somebody at the counter needs them.

    Args:
        details: The person.
        entry_columns: Room for the name of their entry; a longer one is broken in two.
    """
    yield from _standing(details)
    yield from _places(details)
    yield from _factors(details, entry_columns)
    yield from _sessions(details)


def _standing(details: PersonDetails) -> Iterator[Fact]:
    person = details.person
    state = STATE_WORDS[person.state]
    yield Fact("State", f"{state}, added {day(details.created_at)}")
    if details.waits_until is not None:
        yield Fact("Locked", f"until {day_and_time(details.waits_until)}")
    for factor in details.switched_off:
        yield Fact("Switched off", f"{factor}, until reset: too many wrong tries")


def _places(details: PersonDetails) -> Iterator[Fact]:
    person = details.person
    if person.role is not None:
        yield Fact("Role", f"{ROLE_WORDS[person.role]}, all sites")
    for membership in person.memberships[:SITES_SHOWN]:
        yield from _membership(membership)
    more = [membership.site for membership in person.memberships[SITES_SHOWN:]]
    if more:
        yield Fact("Also at", ", ".join(more))
    if person.elsewhere:
        yield Fact("Elsewhere", "also linked elsewhere")
    if person.gphc is not None:
        yield Fact("GPhC number", person.gphc)


def _membership(membership: Membership) -> Iterator[Fact]:
    role = ROLE_WORDS[membership.role]
    yield Fact(f"At {membership.site}", f"{role}, {membership.job}")
    spans = []
    if membership.starts is not None:
        spans.append(f"from {on_day(membership.starts)}")
    if membership.ends is not None:
        spans.append(f"to {on_day(membership.ends)}")
    if membership.away_until is not None:
        spans.append(f"away until {on_day(membership.away_until)}")
    if spans:
        yield Fact("", " ".join(spans))


def _factors(details: PersonDetails, entry_columns: int) -> Iterator[Fact]:
    person = details.person
    seen = day_and_time(person.last_sign_in) if person.last_sign_in is not None else "never"
    yield Fact("Last sign-in", seen)
    chosen = details.password_set_at
    yield Fact("Password", f"chosen {day(chosen)}" if chosen is not None else "none now")
    if details.activation_until is not None:
        yield Fact("Activation", f"code until {day_and_time(details.activation_until)}")
    yield from _authenticator(details, entry_columns)
    left = details.recovery_left
    if person.mfa is MfaState.ACTIVE:
        yield Fact("Recovery", f"{counted(left, 'code')} left")


def _authenticator(details: PersonDetails, entry_columns: int) -> Iterator[Fact]:
    if details.entry is None or details.paired_at is None:
        reset = details.person.mfa is MfaState.RESET
        yield Fact("Authenticator", "reset, to be paired anew" if reset else "not paired yet")
    else:
        slow = ", 60 seconds" if details.person.period != 30 else ""  # noqa: PLR2004 - the usual period
        yield Fact("Authenticator", f"paired {day(details.paired_at)}{slow}")
        yield from entry_facts("", details.entry, entry_columns)
    for line in details.pairings[:PAIRINGS_SHOWN]:
        yield Fact(
            "Before that", f"{day(line.paired_at)}, {_ENDED[line.ended]} {day(line.ended_at)}"
        )
    earlier = len(details.pairings) - PAIRINGS_SHOWN
    if earlier > 0:
        yield Fact("", f"and {earlier} earlier")


def _sessions(details: PersonDetails) -> Iterator[Fact]:
    name = "Signed in now"
    for session in details.sessions[:SESSIONS_SHOWN]:
        place = f"{session.terminal} at {session.site}" if session.site else session.terminal
        yield Fact(name, f"{place}, {day_and_time_this_year(session.started)}")
        name = ""
    more = len(details.sessions) - SESSIONS_SHOWN
    if more > 0:
        yield Fact("", f"and at {more} more")
