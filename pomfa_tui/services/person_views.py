"""What whoever asks may see of a person, as they are now (rule 11, ROL-09)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.throttle import Gate
from pomfa_tui.services.views import PersonSummary, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, View
    from pomfa_tui.domain.throttle import ThrottlePolicy
    from pomfa_tui.services.access import Actor


class PersonViews:
    """Shows people to actors; the one place that decides what of them."""

    def __init__(self, clock: Clock, policy: ThrottlePolicy) -> None:
        """Take the clock and the throttle, which say whether an account is locked now."""
        self._clock = clock
        self._policy = policy

    def show(self, view: View, actor: Actor, person: Person) -> PersonSummary:
        """Return what the actor may see of a person.

        Args:
            view: Where the credentials are read.
            actor: Who asks. Administrators see ties to their own site only; commissioners, who may see nobody, what a reset needs.
            person: As stored, or as just written.
        """
        credentials = view.credentials.get(person.id) or Credentials(id=person.id)
        own = person.id == actor.id
        shown = person_summary(
            person,
            credentials,
            locked=self._locked(credentials),
            only_site=None if own else actor.site,
        )
        if actor.role is Role.COMMISSIONER and not own:
            return replace(shown, memberships=(), elsewhere=False, gphc=None, last_sign_in=None)
        return shown

    def _locked(self, credentials: Credentials) -> bool:
        now = self._clock.now()
        counters = (credentials.password_counter, credentials.code_counter)
        return any(self._policy.gate(counter, now) is not Gate.OPEN for counter in counters)
