"""An app that holds one session at most, and ends it when nobody is there, when it no longer stands, or with the line."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import events
from textual.reactive import reactive
from textual.theme import Theme

from pomfa_tui.domain.errors import SessionEnded
from pomfa_tui.terminal.background import start
from pomfa_tui.terminal.clocks import Clocks
from pomfa_tui.terminal.faults import FaultRecorder, record_nowhere
from pomfa_tui.terminal.locked_app import LockedApp
from pomfa_tui.terminal.statuses import LINE_LOST
from pomfa_tui.terminal.traits import Traits

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.terminal.handover import HandOver
    from pomfa_tui.terminal.session_watch import SessionGuard, SessionWatch

# ruff: noqa: PLC0415 - nobody is signed in on the first frame, which does not wait for what sessions need

Result = TypeVar("Result")

TICK_SECONDS = 0.5

LOOK_SECONDS = 2.0
"""How often the store is asked whether the session still stands: a revoked one leaves the screen within five seconds."""

SIGN_OUT_SECONDS = 2.0
"""How long ending waits for the store; what is not recorded by then is found stale later."""

_ENDED_HERE = {"sign_out", "idle", "overall", "lost"}


class SessionApp(LockedApp[Result], Generic[Result], inherit_bindings=False):
    """The part of the app that knows about sessions, and nothing about screens.

    Args:
        guard: Keeps sessions.
        clocks: Tell how much time has passed.
        traits: What the terminal can show.
        themes: The only themes there are, by name.
        theme: Name of the one to start with.
        kiosk: Whether this is the terminal's only program.
        record_fault: Where faults are written.
    """

    badge: reactive[str] = reactive("", init=False)
    """Site and person, for the title line."""

    def __init__(
        self,
        *,
        guard: SessionGuard,
        clocks: Clocks | None = None,
        traits: Traits,
        themes: Mapping[str, Theme],
        theme: str,
        kiosk: bool = False,
        record_fault: FaultRecorder = record_nowhere,
    ) -> None:
        super().__init__(
            traits=traits, themes=themes, theme=theme, kiosk=kiosk, record_fault=record_fault
        )
        self.pulse: Callable[[], None] = lambda: None
        """Called every now and then while messages move, for a watchdog."""
        self.expected = ""
        """E-mail of whoever is given the keyboard when the session ends; empty for nobody in particular."""
        self.handover: HandOver | None = None
        """The program that this terminal is for, if there is one."""
        self._guard = guard
        self._clocks = clocks or Clocks()
        self._watch: SessionWatch | None = None
        self._looking = False
        self._next_look = 0.0

    # -- What the app with screens does -----------------------------------------------------------------------------

    @abstractmethod
    def show_idle_warning(self, seconds_left: Callable[[], float]) -> None:
        """Warn, unless that is done already."""

    @abstractmethod
    def hide_idle_warning(self) -> bool:
        """Take the warning away; tell whether there was one."""

    @abstractmethod
    async def session_closed(self, ended: SessionEnded) -> None:
        """Bare the first screen and say there why the session ended."""

    @abstractmethod
    def session_recorded(self, ended: SessionEnded) -> None:
        """Go on once the end has been recorded."""

    # -- The session ------------------------------------------------------------------------------------------------

    @property
    def is_signed_in(self) -> bool:
        """Whether a session is held."""
        return self._watch is not None

    @property
    def held_session(self) -> SessionToken | None:
        """The session that is held, or none."""
        return self._watch.token if self._watch is not None else None

    def signed_in(self, token: SessionToken, badge: str) -> None:
        """Hold a session from now on."""
        from pomfa_tui.terminal.session_watch import SessionWatch

        self._watch = SessionWatch(self._guard, token, self._clocks)
        self.badge = badge

    def sign_out(self, ended: SessionEnded | None = None) -> None:
        """End the session, bare the first screen and say why there; without a session do nothing."""
        from pomfa_tui.terminal.session_watch import ending_of

        watch, self._watch = self._watch, None
        if watch is not None:
            self.badge = ""
            start(self, partial(self._close, watch, ended or ending_of("sign_out")))

    def make_way(self, email: str) -> None:
        """End the session for somebody who has been given the keyboard."""
        if self.is_signed_in:
            self.expected = email
            self.sign_out()

    def release_session(self) -> SessionWatch:
        """Hold the session no longer, and leave it to whoever goes on with it once this app has ended.

        Raises:
            SessionEnded: There is none.
        """
        watch, self._watch = self._watch, None
        if watch is None:
            raise SessionEnded("lost", "You are not signed in.")
        return watch

    def on_mount(self) -> None:
        """Start the clock; on the app, since a screen's timers may not change screens (K51)."""
        self.set_interval(TICK_SECONDS, self.tick)

    def admit_input(self, event: events.Key | events.Paste) -> bool:
        """Note that somebody is there; keep back the key that only says so."""
        del event
        if self._watch is None:
            return True
        if self._watch.ended_by_time is not None:
            # The first key after a sleep must not slip in before the clock's next tick.
            self.tick()
            return False
        self._watch.key_pressed()
        return not self.hide_idle_warning()

    def tick(self) -> None:
        """Look at the clock, and now and then at the store."""
        # Through the pumps, since a timer alone still runs when they are stuck (K51).
        self.call_later(self._pass_pulse_on)
        watch = self._watch
        if watch is None:
            return
        if (ended := watch.ended_by_time) is not None:
            self.sign_out(ended)
            return
        if watch.is_warned:
            self.show_idle_warning(lambda: watch.seconds_left)
        if not self._looking and time.monotonic() >= self._next_look:
            self._looking = True
            start(self, partial(self._look, watch))

    def end_without_line(self) -> None:
        """End the session as lost, then the app."""
        watch, self._watch = self._watch, None
        self.call_later(self._end_lost, watch)

    def _pass_pulse_on(self) -> None:
        if self.screen_stack:
            self.screen.call_later(self._beat)

    def _beat(self) -> None:
        self.pulse()

    async def _look(self, watch: SessionWatch) -> None:
        from pomfa_tui.terminal.session_watch import ending_of

        try:
            ended = await asyncio.to_thread(watch.look)
        except Exception as error:  # noqa: BLE001 - a session that cannot be looked up does not stand
            self.note_fault(error)
            ended = ending_of("lost")
        finally:
            self._looking = False
            self._next_look = time.monotonic() + LOOK_SECONDS
        if ended is not None and watch is self._watch:
            self.sign_out(ended)

    async def _close(self, watch: SessionWatch, ended: SessionEnded) -> None:
        await self.session_closed(ended)
        if ended.reason in _ENDED_HERE:
            await self._record_end(watch, ended.reason)
        self.session_recorded(ended)

    async def _end_lost(self, watch: SessionWatch | None) -> None:
        if watch is not None:
            await self._record_end(watch, "lost")
        self.exit(return_code=LINE_LOST)

    async def _record_end(self, watch: SessionWatch, reason: str) -> None:
        recording = asyncio.to_thread(watch.record_end, reason)
        try:
            await asyncio.wait_for(recording, SIGN_OUT_SECONDS)
        except Exception as error:  # noqa: BLE001 - the screen is bare already; the record is found stale later
            self.note_fault(error)
