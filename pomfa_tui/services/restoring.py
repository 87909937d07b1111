"""What a restore brings back, and what it leaves dead (BAK-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import NotInitialised, Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.domain.standing import Standing, StandingKind
from pomfa_tui.services.at_last import proofs_at_last, rights_at_last
from pomfa_tui.services.privacy import take_out

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Store, Transaction
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.recorder import Recorder

Standings = Mapping[tuple[StandingKind, str], Standing]
"""The newest standings, by kind and id."""


class Knowledge(StrEnum):
    """What is known about the time after the backup; the words stand in the audit log."""

    LEDGER = "ledger"
    RESET_EVERYBODY = "reset_everybody"
    WITHOUT_LEDGER = "without_ledger"
    WITHOUT_KEY = "without_key"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        people: How many accounts there are.
        passwords: E-mails of those whose password is dead; each needs an activation code.
        authenticators: E-mails of those whose authenticator is dead; each needs an activation code.
        rights: E-mails of those whose account, role or sites had changed since; they are as they were at last.
        codes: E-mails of those whose outstanding activation code ended.
        lost: Accounts that were made after the backup.
    """

    people: int
    passwords: tuple[str, ...]
    authenticators: tuple[str, ...]
    rights: tuple[str, ...]
    codes: tuple[str, ...]
    lost: int


@dataclass(slots=True)
class _Tally:
    passwords: list[str] = field(default_factory=list)
    authenticators: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


class RestoreService:
    """Settles a store that was read from a backup, before anybody signs in."""

    def __init__(self, store: Store, clock: Clock, recorder: Recorder, *, tolerance: int) -> None:
        """Take the restored store, the clock, the audit log's pen, and the seconds a clock may step back."""
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._tolerance = tolerance

    def settle(
        self,
        caller: HostCaller,
        standings: Standings,
        knowledge: Knowledge,
        *,
        latest: int,
        key_id: str,
        detail: dict[str, str],
    ) -> Restored:
        """Make dead what must not come back.

        Every session, half-done sign-in, activation code and recovery code ends, and no code of a moment before now works. What
        the ledger knows to have changed after the backup is as it was at last: accounts switched off, leavers, roles, sites, locks.
        Passwords and authenticators that were replaced meanwhile are dead.

        Args:
            caller: Who restores.
            standings: The newest standings of the ledger; none where it is not used.
            knowledge: What is known about the time after the backup.
            latest: Newest moment that is known from anywhere, UTC seconds.
            key_id: Names the key that the restored store is sealed with.
            detail: Further facts for the audit log.

        Raises:
            Refusal: The host's clock is behind what is known, so that used codes would work again.
            NotInitialised: The backup is of an empty store.
        """
        with self._store.transaction() as tx:
            meta, now = tx.meta, self._clock.now()
            if meta is None:
                raise NotInitialised
            latest = max(latest, meta.latest)
            if now < latest - self._tolerance:
                raise Refusal(
                    f"The host's clock is {counted(latest - now, 'second')} behind the newest moment that is known, so used codes would work "
                    "again. Set the clock right, then restore."
                )
            tx.put_meta(msgspec.structs.replace(meta, key_id=key_id))
            everybody = knowledge in {Knowledge.RESET_EVERYBODY, Knowledge.WITHOUT_KEY}
            tally = _Tally()
            self._sites(tx, standings)
            for person in list(tx.people.all()):
                self._person(tx, caller, person, standings, tally, everybody=everybody)
                if knowledge is Knowledge.WITHOUT_KEY:
                    _forget_secrets(tx, person.id)
            if knowledge is Knowledge.WITHOUT_KEY:
                for key in list(tx.site_keys.all()):
                    tx.site_keys.remove(key.id)
            self._end_sessions(tx)
            restored = Restored(
                tx.people.count(),
                tuple(tally.passwords),
                tuple(tally.authenticators),
                tuple(tally.rights),
                tuple(tally.codes),
                _lost(tx, standings),
            )
            self._recorder.record(
                tx,
                Event.STORE_RESTORED,
                actor=caller.actor_id,
                severity=Severity.CRITICAL,
                reason=knowledge.value,
                detail={
                    **detail,
                    "clock": datetime.fromtimestamp(now, tz=UTC).isoformat(),
                    "people": str(restored.people),
                    "passwords": str(len(restored.passwords)),
                    "authenticators": str(len(restored.authenticators)),
                    "rights": str(len(restored.rights)),
                    "lost": str(restored.lost),
                },
            )
        return restored

    def _person(
        self,
        tx: Transaction,
        caller: HostCaller,
        person: Person,
        standings: Standings,
        tally: _Tally,
        *,
        everybody: bool,
    ) -> None:
        rights = standings.get((StandingKind.RIGHTS, person.id))
        proofs = standings.get((StandingKind.PROOFS, person.id))
        if rights is not None and rights.gone:
            tx.people.remove(person.id)
            tx.credentials.remove(person.id)
            self._record(tx, caller, person, Event.USER_ARCHIVED, "restore_removed")
            return
        after = rights_at_last(tx, person, rights)
        if proofs is not None and proofs.gone and after.state is PersonState.LEFT:
            # Erased after the backup (BAK-06).
            take_out(tx, after)
            self._record(tx, caller, person, Event.USER_ARCHIVED, "restore_erased")
            return
        if after != person:
            tx.people.put(after)
            tally.rights.append(person.email)
            self._record(tx, caller, person, Event.AUTHZ_CHANGED, "restore_rights")
        before = tx.credentials.get(person.id) or Credentials(id=person.id)
        settled = proofs_at_last(
            before, proofs, by=caller.actor_id, now=self._clock.now(), everybody=everybody
        )
        tx.credentials.put(settled)
        if before.activation is not None:
            tally.codes.append(person.email)
        if before.password is not None and settled.password is None:
            tally.passwords.append(person.email)
            self._record(tx, caller, person, Event.TOKEN_REVOKED, "restore_password")
        if before.authenticator is not None and settled.authenticator is None:
            tally.authenticators.append(person.email)
            self._record(tx, caller, person, Event.TOKEN_REVOKED, "restore_authenticator")

    @staticmethod
    def _sites(tx: Transaction, standings: Standings) -> None:
        for site in list(tx.sites.all()):
            standing = standings.get((StandingKind.SITE, site.code))
            if (
                standing is not None
                and standing.site_state is not None
                and standing.site_state is not site.state
            ):
                tx.sites.put(msgspec.structs.replace(site, state=standing.site_state))

    def _end_sessions(self, tx: Transaction) -> None:
        for session in list(tx.sessions.all()):
            if session.ended is None:
                tx.sessions.put(
                    msgspec.structs.replace(
                        session, ended=SessionEnd.ENDED_BY_OTHER, ended_at=self._clock.now()
                    )
                )

    def _record(
        self, tx: Transaction, caller: HostCaller, person: Person, event: Event, reason: str
    ) -> None:
        self._recorder.record(
            tx,
            event,
            actor=caller.actor_id,
            subject=person.id,
            site=person.sponsor(),
            severity=Severity.WARNING,
            reason=reason,
        )


def _forget_secrets(tx: Transaction, person: str) -> None:
    """Forget sealed secrets, which nobody can open without the key."""
    credentials = tx.credentials.get(person)
    if credentials is not None:
        pairings = tuple(
            msgspec.structs.replace(each, sealed=None) for each in credentials.pairings
        )
        tx.credentials.put(msgspec.structs.replace(credentials, pairings=pairings))


def _lost(tx: Transaction, standings: Standings) -> int:
    """Count the accounts that the ledger knows and the backup does not."""
    return sum(
        1
        for standing in standings.values()
        if standing.kind is StandingKind.RIGHTS
        and not standing.gone
        and tx.people.get(standing.id) is None
    )
