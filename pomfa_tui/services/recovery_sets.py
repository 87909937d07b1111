"""Whole sets of recovery codes: made outside the lock, stored hashed, shown once (rule 19)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import RecoveryCode
from pomfa_tui.domain.typed_codes import new_typed_code
from pomfa_tui.services.sequence import require_step
from pomfa_tui.services.steps import NeedRecoveryCodes, ShowRecoveryCodes, Step

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import PasswordHasher, Store
    from pomfa_tui.services.admission import Admission
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.sequence import Sequence
    from pomfa_tui.services.steps import AttemptId


class RecoverySets:
    """Issues sets and takes the confirmation that they were written down."""

    def __init__(
        self,
        *,
        store: Store,
        hasher: PasswordHasher,
        attempts: Attempts,
        sequence: Sequence,
        admission: Admission,
        recorder: Recorder,
        size: int,
    ) -> None:
        """Take the store, the hasher, the half-done sign-ins, their order, the last gate, the audit log's pen and the size of a set."""
        self._store = store
        self._hasher = hasher
        self._attempts = attempts
        self._sequence = sequence
        self._admission = admission
        self._recorder = recorder
        self._size = size

    def complete(self, attempt: Attempt, step: Step) -> Step:
        """Return the step, or the codes themselves when a set is due."""
        return self._issue(attempt) if isinstance(step, NeedRecoveryCodes) else step

    def confirm(self, attempt_id: AttemptId) -> Step:
        """Take the word of the person that the shown codes are written down.

        Raises:
            OutOfSequence: No codes were shown.
            AttemptEnded: Too slow, or the account changed meanwhile; a fresh set is shown at the next sign-in.
            NoSiteToday: Everything proven, but no site to enter.
        """
        with self._sequence.step(attempt_id) as attempt:
            require_step(bool(attempt.recovery))
            with self._store.transaction() as tx:
                person, credentials = self._admission.current(tx, attempt)
                if not credentials.recovery_seen:
                    credentials = msgspec.structs.replace(credentials, recovery_seen=True)
                    tx.credentials.put(credentials)
                seen = replace(attempt, recovery=())
                verdict = self._admission.next_step(tx, seen, person, credentials)
            return self._sequence.settle(seen, verdict)

    def _issue(self, attempt: Attempt) -> ShowRecoveryCodes:
        texts = [new_typed_code() for _ in range(self._size)]
        codes = tuple(
            RecoveryCode(number=number, hash=self._hasher.hash(text))
            for number, text in enumerate(texts, 1)
        )
        with self._store.transaction() as tx:
            person, credentials = self._admission.current(tx, attempt)
            # A new epoch ends the sign-in at another terminal that shows a set which is dead from now on.
            credentials = msgspec.structs.replace(
                credentials, epoch=credentials.epoch + 1, recovery=codes, recovery_seen=False
            )
            tx.credentials.put(credentials)
            self._recorder.record(
                tx,
                Event.TOKEN_CREATED,
                actor=person.id,
                subject=person.id,
                reason="recovery_codes",
                detail={"number": str(len(codes))},
            )
        shown = replace(
            self._attempts.with_enrolment_time(attempt),
            epoch=credentials.epoch,
            recovery=tuple(enumerate(texts, 1)),
            replaced=None,
        )
        self._attempts.keep(shown)
        return ShowRecoveryCodes(shown.id, shown.recovery)
