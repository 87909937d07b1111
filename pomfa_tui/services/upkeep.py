"""What only the owner of the host may put right (ROL-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import NotInitialised, NotPermitted
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.access import HostCaller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pomfa_tui.domain.checks import Check
    from pomfa_tui.domain.ports import Clock, Store, View
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class AcceptedClock:
    """What accepting the host's clock changed.

    Attributes:
        seconds: By how much the newest recorded moment lay in the future; 0 when there was nothing to accept.
        waiting: How many people used a code while the clock was ahead: their authenticators stay refused until that moment comes, or
            until they are reset, since a code works once, ever.
    """

    seconds: int
    waiting: int


PROGRAM = "program"
"""Actor of what the program itself has to report."""


class UpkeepService:
    """Repairs that no screen offers, and the record of faults."""

    def __init__(self, store: Store, access: Access, clock: Clock, recorder: Recorder) -> None:
        """Take the store, the way into it for a caller, the clock and the audit log's pen."""
        self._store = store
        self._access = access
        self._clock = clock
        self._recorder = recorder

    def accept_clock(self, caller: Caller) -> AcceptedClock:
        """Take the host's clock for right, although it is behind the newest recorded moment (rule 27).

        Without this a clock that once ran ahead would lock every code until that moment comes.

        Raises:
            NotPermitted: Only the command line may, run by the account that owns the store.
            NotInitialised: There is nothing to put right yet.
        """
        if not isinstance(caller, HostCaller):
            raise NotPermitted
        with self._access.change(caller) as (tx, actor):
            meta, now = tx.meta, self._clock.now()
            if meta is None:
                raise NotInitialised
            seconds = meta.latest - now
            if seconds <= 0:
                return AcceptedClock(seconds=0, waiting=0)
            tx.put_meta(msgspec.structs.replace(meta, latest=now))
            self._recorder.act(
                tx,
                Event.AUTHZ_ADMIN,
                actor,
                severity=Severity.CRITICAL,
                reason="clock_accepted",
                detail={
                    "latest": datetime.fromtimestamp(meta.latest, tz=UTC).isoformat(),
                    "seconds": str(seconds),
                },
            )
            return AcceptedClock(seconds=seconds, waiting=_waiting(tx, now))

    def record_backup(self, caller: Caller, *, seq: int, key_id: str) -> None:
        """Record that a backup was made.

        Args:
            caller: Who made it.
            seq: Number of the newest change in it.
            key_id: Names the key that is needed to use it.

        Raises:
            NotPermitted: Only the command line may, run by the account that owns the store.
        """
        if not isinstance(caller, HostCaller):
            raise NotPermitted
        with self._access.change(caller) as (tx, actor):
            self._recorder.act(
                tx,
                Event.STORE_BACKED_UP,
                actor,
                detail={"change": str(seq), "key": key_id},
            )

    def examine(self, caller: Caller, look: Callable[[], Iterable[Check]]) -> tuple[Check, ...]:
        """Look at everything the program stands on, for whoever may check the audit log.

        Args:
            caller: Who asks.
            look: Does the looking; it holds no transaction.

        Raises:
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (_, actor):
            self._access.require(actor, Action.VERIFY_AUDIT)
        return tuple(look())

    def record_fault(self, incident: str, place: str) -> None:
        """Record a fault of the program's own, under the number that the person was shown (GEN-01).

        Args:
            incident: The number.
            place: Type and places of the fault; never a value.
        """
        with self._store.transaction() as tx:
            self._recorder.failure(
                tx,
                Event.CRASHED,
                actor=PROGRAM,
                reason="fault",
                severity=Severity.CRITICAL,
                detail={"incident": incident, "place": place},
            )


def _waiting(view: View, now: int) -> int:
    """Count the authenticators whose last used step lies beyond what today's codes can reach."""
    found = [credentials.authenticator for credentials in view.credentials.all()]
    return sum(1 for each in found if each is not None and each.last_step > now // each.period + 1)
