"""Forgetting in time what is kept for a while only (PRI-03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event
from pomfa_tui.services.floods import Floods
from pomfa_tui.services.retired import without_old_secrets
from pomfa_tui.services.upkeep import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pomfa_tui.domain.ports import Clock, Store
    from pomfa_tui.services.log_retention import LogRetention
    from pomfa_tui.services.outdated import OutdatedService
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was forgotten.

    Attributes:
        secrets: People whose pairings of long ago lost their secrets.
        entries: Documents of the store that went, closed requests and the like, or were made shorter.
        records: Records of the audit log.
    """

    secrets: int
    entries: int
    records: int


class RetentionService:
    """What the program does by itself when it starts, and may do at any time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        recorder: Recorder,
        *,
        log: LogRetention,
        outdated: OutdatedService,
    ) -> None:
        """Take the store, the clock, the audit log's pen, and what drops old records and other outdated documents."""
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._floods = Floods(clock, recorder)
        self._log = log
        self._outdated = outdated

    def forget(self, *, whole: bool = False) -> Forgotten:
        """Forget whatever is kept no longer.

        Args:
            whole: Whether to go on until no record of the audit log is due, however many there are; one portion otherwise, since somebody waits
                for a terminal to start.

        Raises:
            Refusal: The store cannot be read or written.
        """
        secrets = self.forget_old_secrets()
        entries = self._outdated.forget()
        records = dropped = self._log.drop_old()
        while whole and dropped:
            dropped = self._log.drop_old()
            records += dropped
        return Forgotten(secrets, entries, records)

    def forget_old_secrets(self) -> int:
        """Forget the secrets of pairings that ended more than 30 days ago; return of how many people.

        They are kept for the hint about an old entry only (rule 25), and nobody has to sign in for them to go.
        """
        self._close_flood()
        now = self._clock.now()
        with self._store.view() as view:
            old = [
                each.id
                for each in view.credentials.with_retired_secrets()
                if without_old_secrets(each, now) is not each
            ]
        return self._forget_of(old, now) if old else 0

    def _forget_of(self, people: Iterable[str], now: int) -> int:
        with self._store.transaction() as tx:
            # Somebody else may have been at it meanwhile.
            found = [
                after
                for before in map(tx.credentials.get, people)
                if before is not None and (after := without_old_secrets(before, now)) is not before
            ]
            if not found:
                return 0
            for credentials in found:
                tx.credentials.put(credentials)
            self._recorder.record(
                tx,
                Event.TOKEN_REVOKED,
                actor=PROGRAM,
                reason="old_secrets_forgotten",
                detail={"people": str(len(found))},
            )
        return len(found)

    def _close_flood(self) -> None:
        """Record a flood of refusals that is over; nobody has to try anything for that (AUD-12)."""
        with self._store.view() as view:
            flood = view.meta.flood if view.meta is not None else None
        if flood is not None and flood.is_over(self._clock.now()):
            with self._store.transaction() as tx:
                self._floods.close_over(tx)
