"""The app: one stack of screens over the first one, and one session at most."""

from __future__ import annotations

from asyncio import Future, get_running_loop, sleep
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.screen import Screen

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.screens.base import AnyDeskScreen
from pomfa_tui.terminal.clocks import Clocks
from pomfa_tui.terminal.faults import FaultRecorder, record_nowhere
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.locked_app import DEAF_SECONDS
from pomfa_tui.terminal.quick_start import finish
from pomfa_tui.terminal.session_app import SessionApp
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.themes import DEFAULT_NAME, HIGH_CONTRAST_NAME, THEMES
from pomfa_tui.widgets.too_small import is_too_small

if TYPE_CHECKING:
    from pomfa_tui.terminal.session_watch import SessionGuard

ScreenFactory = Callable[[], AnyDeskScreen]


class PomfaApp(SessionApp[Leaving], inherit_bindings=False):
    """The sign-in desk.

    Args:
        first: Makes the first screen, underneath all others.
        guard: Keeps sessions.
        help_screen: Makes the Help screen.
        contact_screen: Makes the Contact us screen.
        no_administrator_screen: Makes the No administrator here screen.
        traits: What the terminal can show.
        theme: Name of the theme to start with.
        animation: Whether anything on the screen may move by itself.
        kiosk: Whether this is the terminal's only program.
        fresh_process: Whether a sign-out ends this process, so that nothing of it stays in memory (K27).
        record_fault: Where faults are written.
        prepare: Called once in a thread after the first frame, to load what the next steps need.
        clocks: Tell how much time has passed.
        deaf_seconds: How long typing does nothing after a screen has followed a secret, so that its rest lands nowhere (K26).
    """

    TITLE = "pomfa-tui"
    CSS_PATH = "styles/base.tcss"

    def __init__(
        self,
        *,
        first: ScreenFactory,
        guard: SessionGuard,
        help_screen: ScreenFactory | None = None,
        contact_screen: ScreenFactory | None = None,
        no_administrator_screen: ScreenFactory | None = None,
        traits: Traits | None = None,
        theme: str = DEFAULT_NAME,
        animation: bool = False,
        kiosk: bool = False,
        fresh_process: bool = False,
        record_fault: FaultRecorder = record_nowhere,
        prepare: Callable[[], None] | None = None,
        clocks: Clocks | None = None,
        deaf_seconds: float = DEAF_SECONDS,
    ) -> None:
        super().__init__(
            guard=guard,
            clocks=clocks,
            traits=traits or Traits(),
            themes=THEMES,
            theme=theme,
            kiosk=kiosk,
            record_fault=record_fault,
        )
        self.animation = animation
        self.greeting = ""  # what the first screen says after a sign-out ended the process before
        self._first, self._help, self._contact = first, help_screen, contact_screen
        self._no_administrator = no_administrator_screen
        self._fresh_process = fresh_process
        self._prepare = prepare
        self.deaf_seconds = deaf_seconds
        self._warning: AnyDeskScreen | None = None
        self._leaving: Leaving | None = None

    def toggle_contrast(self) -> None:
        """Change between the two themes."""
        self.theme = DEFAULT_NAME if self.theme == HIGH_CONTRAST_NAME else HIGH_CONTRAST_NAME

    def get_default_screen(self) -> Screen[Any]:
        """Return the first screen: underneath all others, so that no stray pop bares an empty one (T15)."""
        return self._first()

    @property
    def first_screen(self) -> AnyDeskScreen:
        """The first screen."""
        return cast("AnyDeskScreen", self.screen_stack[0])

    def on_mount(self) -> None:
        """Wait for the first frame."""
        self.call_after_refresh(self._first_frame_shown)

    def watch_badge(self, badge: str) -> None:
        """Pass the badge on to the screens that are open."""
        for screen in self.screen_stack:
            cast("AnyDeskScreen", screen).wear(badge)

    def push_screen(self, screen: Any, *args: Any, **kwargs: Any) -> Any:
        """Show a screen unless its like is open: a key pressed twice opens nothing twice; whoever waits is told that it was left."""
        stack = self._screen_stacks.get(self._current_mode, ())
        if type(screen) in map(type, stack):
            nothing: Future[None] = get_running_loop().create_future()
            nothing.set_result(None)
            return nothing
        return super().push_screen(screen, *args, **kwargs)

    def open_help(self) -> None:
        """Show the Help screen."""
        self._open(self._help)

    def open_contact(self) -> None:
        """Show the Contact us screen."""
        self._open(self._contact)

    def open_no_administrator(self) -> None:
        """Show the No administrator here screen."""
        self._open(self._no_administrator)

    def leave(self) -> None:
        """End the session, if there is one, and the program."""
        self._leave(Leaving())

    def give_up(self, refusal: Refusal) -> None:
        """End the program with the sentence and the exit status of what cannot be gone on with."""
        self._leave(Leaving(status=refusal.exit_code, message=refusal.message))

    def hand_over(self, bearer: Mapping[str, str]) -> None:
        """End these screens, and run the program of this terminal in the place of them."""
        if self.handover is not None:
            self.exit(Leaving(first=partial(self.handover.run, self.release_session(), bearer)))

    def admit_input(self, event: events.Key | events.Paste) -> bool:
        """Keep back what would land where nobody sees it."""
        return super().admit_input(event) and not is_too_small(*self.size)

    def show_idle_warning(self, seconds_left: Callable[[], float]) -> None:
        """Cover the screen with the warning, unless that is done already."""
        from pomfa_tui.screens.idle_warning import IdleWarning  # noqa: PLC0415 - not on the first frame

        if not isinstance(self.screen, IdleWarning):
            self._warning = IdleWarning(seconds_left)
            self.push_screen(self._warning)

    def hide_idle_warning(self) -> bool:
        """Take the warning away; tell whether there was one."""
        if self.screen is not self._warning:
            return False
        self._warning.dismiss()
        return True

    async def session_closed(self, ended: SessionEnded) -> None:
        """Close every screen but the first, each with no result, and let the first one start over."""
        with self.batch_update():
            # Until none is left: what a screen was asking for may have brought up another one meanwhile.
            while above := self.screen_stack[1:]:
                for screen in reversed(above):
                    if not screen.is_mounted:
                        break  # opened this moment: it cannot be taken away before all of it is there
                    await screen.dismiss()
                await sleep(0)
        if self._fresh_process:
            # What is typed now would be lost; the fresh process says why the session ended.
            self.first_screen.disabled = True
        else:
            self.first_screen.start_over(ended.message)
            self._expect()

    def session_recorded(self, ended: SessionEnded) -> None:
        """Leave, if that was asked for; start afresh, where nothing of the session is to stay in this process's memory."""
        if self._leaving is not None:
            self.exit(self._leaving)
        elif self._fresh_process:
            self.exit(Leaving(again=True, reason=ended.reason, expected=self.expected))

    def make_way(self, email: str) -> None:
        """End the session for somebody who has been given the keyboard; without one bare the first screen for them."""
        if self.is_signed_in:
            super().make_way(email)
        else:
            self.first_screen.start_over("")
            self.first_screen.expect(email)

    def _leave(self, leaving: Leaving) -> None:
        self._leaving = leaving
        if self.is_signed_in:
            self.sign_out()
        else:
            self.exit(leaving)

    def _first_frame_shown(self) -> None:
        finish()
        self.is_shown = True
        if self.greeting:
            self.first_screen.start_over(self.greeting)
            self._expect()
        if self._prepare is not None:
            self.run_worker(self._prepare, thread=True, exit_on_error=False)

    def _expect(self) -> None:
        expected, self.expected = self.expected, ""
        self.first_screen.expect(expected)

    def _open(self, factory: ScreenFactory | None) -> None:
        if factory is not None:
            self.push_screen(factory())
