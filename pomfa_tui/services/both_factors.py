"""Resetting both factors of one person: only for somebody seen in person, and never unnoticed (rule 20, ENR-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.credentials import Credentials, PairingEnd
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.access import Actor
    from pomfa_tui.services.acts import Acts

SOON = DAY
"""Seconds within which the reset of one factor after the other is called a reset of both."""


class BothFactors:
    """Watches over resets of one factor after the other."""

    def __init__(self, clock: Clock, acts: Acts) -> None:
        """Take the clock and the common part of acts."""
        self._clock = clock
        self._acts = acts

    @staticmethod
    def require_in_person(
        action: Action, credentials: Credentials, person: Person, why: Justification
    ) -> None:
        """Make sure that whoever would lose the second factor while the first is gone, or the other way round, was seen.

        Raises:
            BadInput: The identity was checked in another way.
        """
        if why.identity is IdentityCheck.IN_PERSON or not _other_is_gone(
            action, credentials, person
        ):
            return
        raise BadInput(
            "identity",
            "Password and authenticator would both be reset, so the person has to be checked in person. "
            "Ask them to come in, or wait until they have used their first code.",
        )

    def within_a_day(self, action: Action, credentials: Credentials, person: Person) -> bool:
        """Tell whether the other factor is gone now, or was reset within the last day.

        Args:
            action: Which factor is being reset.
            credentials: As they were before it.
            person: Whose.
        """
        since = self._clock.now() - SOON
        if _other_is_gone(action, credentials, person):
            return True
        if action is Action.RESET_MFA:
            return credentials.password_reset is not None and credentials.password_reset.at > since
        return action is Action.RESET_PASSWORD and any(
            pairing.ended is PairingEnd.RESET and pairing.ended_at > since
            for pairing in credentials.pairings
        )

    def tell_administrators(self, tx: Transaction, actor: Actor, person: Person) -> None:
        """Leave a notice with every other administrator of the person's sites."""
        day = london_day(self._clock.now())
        for site in person.linked_sites():
            for colleague in tx.people.at_site(site):
                if colleague.id in {actor.id, person.id} or not colleague.administers(site, day):
                    continue
                tx.people.put(
                    self._acts.told(colleague, actor, NoticeKind.COLLEAGUE_RECOVERED, site=site)
                )


def _other_is_gone(action: Action, credentials: Credentials, person: Person) -> bool:
    """Tell whether the factor that is not being reset is waiting for its own reset to be used; invited people have none to lose."""
    if person.state is PersonState.INVITED:
        return False
    if action is Action.RESET_PASSWORD:
        return credentials.authenticator is None
    return action is Action.RESET_MFA and credentials.password is None
