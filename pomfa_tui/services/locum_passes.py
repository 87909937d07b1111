"""What a right response does for a locum who has an account: a pass until midnight, and a code only where nobody ever had one (rules 12, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.memberships import SiteRole, london_day
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.passes import Bar, pass_bar, with_pass
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.domain.permissions import Action, allowed, relation_to
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.phone_acts import BY_TELEPHONE, HELPDESK
from pomfa_tui.services.views import Issued, PersonSummary, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, Transaction
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
    from pomfa_tui.services.acts import Acts


@dataclass(frozen=True, slots=True)
class PassGiven:
    """Somebody may sign in with what they have.

    Attributes:
        person: Who.
        site: ODS code of the site that the pass is for.
    """

    person: PersonSummary
    site: str


class LocumPasses:
    """Lets somebody in again until midnight, within the transaction in which the response was judged."""

    def __init__(self, *, clock: Clock, acts: Acts, activation: ActivationCodes) -> None:
        """Take the clock, the parts that acts share and the issuing of activation codes."""
        self._clock = clock
        self._acts = acts
        self._activation = activation

    def give(
        self,
        tx: Transaction,
        before: Person,
        site: str,
        code: PreparedCode,
        detail: dict[str, str],
    ) -> Issued | PassGiven | Bar:
        """Give a pass for today, with an activation code where the account was never used; or say why not, and change nobody.

        Password, authenticator, recovery codes, role and every other tie stay as they are.

        Args:
            tx: Open transaction.
            before: Whoever has the account.
            site: ODS code of an open site.
            code: For whoever never had one, or lost it before it was used.
            detail: For the audit log.
        """
        credentials = tx.credentials.get(before.id) or Credentials(id=before.id)
        day = london_day(self._clock.now())
        unused = before.state is PersonState.INVITED and credentials.never_used()
        bar = _no_right(before) or pass_bar(before, site, day, unused=unused)
        if bar is not None:
            return bar
        after = with_pass(before, site, day)
        if after is not before:
            after = self._let_in(tx, after, site, {**detail, "to": day.isoformat()})
        if not unused:
            return PassGiven(person_summary(after, credentials, locked=False), site)
        return self._issue(tx, after, credentials, code, site=site, detail=detail)

    def _let_in(self, tx: Transaction, person: Person, site: str, detail: dict[str, str]) -> Person:
        told = self._acts.told(person, BY_TELEPHONE, NoticeKind.LET_IN, site=site)
        tx.people.put(told)
        self._acts.record(
            tx,
            Event.AUTHZ_CHANGED,
            actor=BY_TELEPHONE,
            person=told,
            reason="pass_given",
            site=site,
            severity=Severity.WARNING,
            detail={**detail, "role": SiteRole.STAFF.value},
        )
        return told

    def _issue(
        self,
        tx: Transaction,
        person: Person,
        before: Credentials,
        code: PreparedCode,
        *,
        site: str,
        detail: dict[str, str],
    ) -> Issued:
        after = msgspec.structs.replace(
            before,
            epoch=before.epoch + 1,
            activation=self._activation.grant(code, issued_by=HELPDESK),
            password_counter=Counter(),
        )
        tx.credentials.put(after)
        self._acts.record(
            tx,
            Event.PASSWORD_CHANGED,
            actor=BY_TELEPHONE,
            person=person,
            reason="code_again",
            site=site,
            severity=Severity.WARNING,
            detail=detail,
        )
        return Issued(person_summary(person, after, locked=False), code.text)


def _no_right(person: Person) -> Bar | None:
    """Ask the table whether support may link this person at all."""
    relation = relation_to(BY_TELEPHONE.id, BY_TELEPHONE.site, person)
    return None if allowed(BY_TELEPHONE.role, Action.LINK, relation) else Bar.MORE_THAN_STAFF
