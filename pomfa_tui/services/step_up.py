"""A fresh code in the middle of a session, before an act that matters (rule 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import NotPermitted, Refusal
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.otpauth import entry_name

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.second_factor import SecondFactorCheck


class StepUpService:
    """Asks for a code again; the same counter and the same last step as at sign-in."""

    def __init__(
        self,
        *,
        clock: Clock,
        access: Access,
        second: SecondFactorCheck,
        recorder: Recorder,
        issuer: str,
    ) -> None:
        """Take the clock, the rights check, the check of codes, the audit log's pen and the entries' issuer."""
        self._clock = clock
        self._access = access
        self._second = second
        self._recorder = recorder
        self._issuer = issuer

    def due(self, token: SessionToken) -> str | None:
        """Return the name of the entry to take a code from when a fresh one is due, else none.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            credentials = view.credentials.get(actor.id)
            session = actor.session
            if session is None or credentials is None or credentials.authenticator is None:
                return None
            if self._access.is_fresh(session):
                return None
            return entry_name(self._issuer, credentials.authenticator.label)

    def prove(self, token: SessionToken, text: str) -> None:
        """Accept a code; the session counts as fresh from now on.

        Raises:
            BadCodeForm: Not six digits.
            CodeRefused: Wrong, used, locked or disabled; counted like at sign-in.
            ClockMovedBack: The host's clock is wrong.
            SessionEnded: The session is over.
        """
        code = totp.read_code(text)
        refused: Refusal | None = None
        with self._access.change(token) as (tx, actor):
            credentials = tx.credentials.get(actor.id)
            if (
                actor.person is None
                or actor.session is None
                or credentials is None
                or credentials.authenticator is None
            ):
                raise NotPermitted
            entry = entry_name(self._issuer, credentials.authenticator.label)
            verdict: Credentials | Refusal = self._second.accept(
                tx, actor.person, credentials, code, entry=entry
            )
            if isinstance(verdict, Refusal):
                refused = verdict
            else:
                now = self._clock.now()
                tx.credentials.put(msgspec.structs.replace(verdict, code_counter=Counter()))
                tx.sessions.put(
                    msgspec.structs.replace(actor.session, proven_at=now, last_seen=now)
                )
                self._recorder.act(
                    tx,
                    Event.SESSION_RENEWED,
                    actor,
                    subject=actor.id,
                    site=actor.site,
                    reason="step_up",
                )
        if refused is not None:
            raise refused
