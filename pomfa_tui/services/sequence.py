"""Half-done sign-ins, taken one step at a time: a step out of turn is refused and recorded (ENR-19)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AlreadyInitialised,
    AttemptEnded,
    CodeLocked,
    FactorDisabled,
    NoSiteToday,
    OutOfSequence,
    Refusal,
)
from pomfa_tui.services.steps import SignedIn, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.ports import Store
    from pomfa_tui.services.attempts import Attempt, Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.steps import AttemptId

_ENDS = (AlreadyInitialised, AttemptEnded, CodeLocked, FactorDisabled, NoSiteToday)
"""After these the person starts over at `Sign in` (A13)."""


class Sequence:
    """Opens an attempt for one step and keeps what the step proved, once that is committed."""

    def __init__(self, store: Store, attempts: Attempts, recorder: Recorder) -> None:
        """Take the store, the half-done sign-ins and the audit log's pen."""
        self._store = store
        self._attempts = attempts
        self._recorder = recorder

    @contextmanager
    def step(self, attempt_id: AttemptId) -> Iterator[Attempt]:
        """Yield the attempt; a refusal that leaves nothing to go on with ends it.

        Raises:
            AttemptEnded: Unknown, ended, or too slow.
            OutOfSequence: From inside the block; recorded.
            Refusal: Whatever else the block raises.
        """
        attempt = self._attempts.get(attempt_id)
        try:
            yield attempt
        except OutOfSequence:
            self._record(attempt, Event.SEQUENCE_FAILED, "out_of_sequence")
            raise
        except _ENDS as refused:
            self._attempts.end(attempt_id)
            if isinstance(refused, AttemptEnded):
                self._record(attempt, Event.SIGN_IN_FAILED, "attempt_ended")
            raise

    def settle(self, attempt: Attempt, verdict: Step | Refusal) -> Step:
        """Keep or end the attempt after its step was committed, and return what comes next.

        Raises:
            Refusal: The verdict.
        """
        if isinstance(verdict, Refusal):
            raise verdict
        if isinstance(verdict, SignedIn):
            self._attempts.end(attempt.id)
        else:
            self._attempts.keep(attempt)
        return verdict

    def _record(self, attempt: Attempt, event: Event, reason: str) -> None:
        if attempt.draft is not None:
            return  # the store is empty: there is nobody to record it about, and no log yet
        with self._store.transaction() as tx:
            self._recorder.failure(
                tx, event, actor=attempt.person, subject=attempt.person, reason=reason
            )


def require_step(due: bool) -> None:
    """Refuse a step that is called out of order (ENR-19).

    Raises:
        OutOfSequence: The step is not due.
    """
    if not due:
        raise OutOfSequence
