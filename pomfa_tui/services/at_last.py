"""A person and their credentials as they were at last, from a backup and from what the ledger knows to have changed since (BAK-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.retired import retire, with_new_epoch

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.domain.standing import Standing


def rights_at_last(tx: Transaction, person: Person, rights: Standing | None) -> Person:
    """Return the person with the account state, role and sites that they had at last.

    Args:
        tx: Open transaction on the restored store.
        person: As the backup has them.
        rights: What the ledger knows of them; none where it does not.
    """
    if rights is None or rights.state is None:
        return person
    # A site that was made after the backup is not there any more.
    memberships = tuple(each for each in rights.memberships if tx.sites.get(each.site) is not None)
    if (person.state, person.role, person.memberships) == (rights.state, rights.role, memberships):
        return person
    return msgspec.structs.replace(
        person,
        state=rights.state,
        role=rights.role,
        memberships=memberships,
        version=person.version + 1,
    )


def proofs_at_last(
    before: Credentials, proofs: Standing | None, *, by: str, now: int, everybody: bool
) -> Credentials:
    """Return the credentials without whatever was replaced or used up after the backup.

    Args:
        before: As the backup has them.
        proofs: What the ledger knows of them; none where it does not.
        by: Who restores.
        now: UTC seconds.
        everybody: End every password and authenticator, whatever is known.
    """
    after = with_new_epoch(before)
    password, authenticator = before.password, before.authenticator
    if everybody or (
        proofs is not None and password is not None and proofs.password_at != password.set_at
    ):
        password = None
    if authenticator is not None and (
        everybody or (proofs is not None and proofs.authenticator != authenticator.id)
    ):
        after = retire(after, PairingEnd.RESET, by=by, now=now)
        authenticator = None
    if authenticator is not None:
        # The newest step that any code could have been accepted for until now.
        newest = totp.step_at(now, authenticator.period) + max(totp.window(authenticator.period))
        authenticator = msgspec.structs.replace(
            authenticator, last_step=max(authenticator.last_step, newest)
        )
    return msgspec.structs.replace(
        after,
        password=password,
        authenticator=authenticator,
        activation=None,
        recovery=(),
        recovery_seen=authenticator is None,
        password_counter=_counter(
            before.password_counter, proofs.password_counter if proofs else None
        ),
        code_counter=_counter(before.code_counter, proofs.code_counter if proofs else None),
    )


def _counter(before: Counter, known: Counter | None) -> Counter:
    """Return a failure counter that lifts no lock: the ledger's where it knows of one."""
    if known is None:
        return before
    if known.locked_until:
        return known
    return Counter() if before.locked_until else before
