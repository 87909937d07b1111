"""What a right response from the helpdesk does: one MFA reset or one unlock, by the same parts as at an administrator's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.permissions import Action, Role
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.access import Actor
from pomfa_tui.services.retired import retire

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.both_factors import BothFactors

HELPDESK = "helpdesk:telephone"
"""Actor in the terminal's log: who it was at the helpdesk stands in the helpdesk's own log, under the same challenge."""

BY_TELEPHONE = Actor(HELPDESK, Role.SUPPORT, None, None, None)
"""The same as whoever acts."""


class PhoneActs:
    """Writes the act into the transaction in which its response was judged."""

    def __init__(self, clock: Clock, acts: Acts, both: BothFactors) -> None:
        """Take the clock, the parts that acts share and the watch over both factors."""
        self._clock = clock
        self._acts = acts
        self._both = both

    def reset_mfa(
        self, tx: Transaction, person: Person, before: Credentials, detail: dict[str, str]
    ) -> Credentials:
        """Make pairing, recovery codes and any outstanding activation code dead; nothing is handed out.

        Args:
            tx: Open transaction.
            person: Whose.
            before: Their credentials, the challenge used up.
            detail: For the audit log.
        """
        after = msgspec.structs.replace(
            retire(before, PairingEnd.RESET, by=HELPDESK, now=self._clock.now()),
            epoch=before.epoch + 1,
            activation=None,
            recovery=(),
            recovery_seen=True,
            code_counter=Counter(),
        )
        tx.credentials.put(after)
        self._tell(tx, person, NoticeKind.MFA_RESET)
        self._acts.end_sessions(tx, tx.sessions.of_person(person.id), actor=BY_TELEPHONE)
        both = self._both.within_a_day(Action.RESET_MFA, before, person)
        if both:
            self._both.tell_administrators(tx, BY_TELEPHONE, person)
            detail = {**detail, "both_factors": "yes"}
        self._acts.record(
            tx,
            Event.TOKEN_REVOKED,
            actor=BY_TELEPHONE,
            person=person,
            reason=NoticeKind.MFA_RESET.value,
            severity=Severity.CRITICAL if both else Severity.WARNING,
            detail=detail,
        )
        return after

    def unlock(
        self, tx: Transaction, person: Person, before: Credentials, detail: dict[str, str]
    ) -> Credentials:
        """Let codes be tried again at once; see `reset_mfa`. The password's own wait is none of it, since the password was proven."""
        counter = msgspec.structs.replace(before.code_counter, locked_until=0)
        after = msgspec.structs.replace(before, code_counter=counter)
        tx.credentials.put(after)
        self._tell(tx, person, NoticeKind.UNLOCKED)
        self._acts.record(
            tx,
            Event.USER_UPDATED,
            actor=BY_TELEPHONE,
            person=person,
            reason="unlocked",
            severity=Severity.WARNING,
            detail=detail,
        )
        return after

    def _tell(self, tx: Transaction, person: Person, kind: NoticeKind) -> None:
        tx.people.put(self._acts.told(person, BY_TELEPHONE, kind))
