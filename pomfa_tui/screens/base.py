"""What every screen has: a title line, key hints, the keys that work everywhere, and a safe way to close."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Protocol, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.await_remove import AwaitRemove
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.terminal.faults import went_wrong
from pomfa_tui.terminal.statuses import CRASHED
from pomfa_tui.widgets.key_hints import KeyHints
from pomfa_tui.widgets.password_input import RevealToggle
from pomfa_tui.widgets.text_input import TextInput
from pomfa_tui.widgets.titlebar import TitleBar
from pomfa_tui.widgets.too_small import TooSmall, is_too_small

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.terminal.handover import HandOver
    from pomfa_tui.terminal.traits import Traits

WIDE, ROOMY = 120, 36
"""Columns and rows from which on screens may spread."""

P = ParamSpec("P")
T = TypeVar("T")
Result = TypeVar("Result")


class Desk(Protocol):
    """What screens may ask of the app."""

    badge: str
    animation: bool
    kiosk: bool
    traits: Traits
    handover: HandOver | None

    @property
    def is_signed_in(self) -> bool:
        """Whether a session is held."""

    @property
    def held_session(self) -> SessionToken | None:
        """The session that is held, or none."""

    def signed_in(self, token: SessionToken, badge: str) -> None:
        """Hold a session from now on.

        Args:
            token: The session.
            badge: Site and person, for the title line.
        """

    def sign_out(self, ended: SessionEnded | None = None) -> None:
        """End the session and go back to the first screen."""

    def make_way(self, email: str) -> None:
        """End the session and go back to the first screen, with somebody else's e-mail filled in there."""

    def leave(self) -> None:
        """End the program."""

    def hand_over(self, bearer: Mapping[str, str]) -> None:
        """Run the program of this terminal in the place of these screens.

        Args:
            bearer: Variables that tell it who is signed in.
        """

    def give_up(self, refusal: Refusal) -> None:
        """End the program with the sentence and the exit status of what cannot be gone on with."""

    async def replace_first_screen(self, screen: Screen[Any]) -> None:
        """Put another screen in the place of the one underneath all others."""

    def open_help(self) -> None:
        """Show the Help screen."""

    def open_contact(self) -> None:
        """Show the Contact us screen."""

    def open_no_administrator(self) -> None:
        """Show the No administrator here screen."""

    def toggle_contrast(self) -> None:
        """Change between the two themes."""

    def note_fault(self, error: BaseException) -> str:
        """Record a fault and return its incident number."""


class Faulted(Refusal):
    """A step failed by a fault of the program's own; nothing was granted (GEN-02)."""

    code = "fault"
    exit_code = CRASHED


class Body(Widget):
    """Everything between the title line and the key hints; never narrower than the narrowest terminal that it is shown in."""

    DEFAULT_CSS: ClassVar[str] = """
    Body { layout: vertical; width: 100%; min-width: 80; height: 1fr; padding: 1 2; overflow-y: auto; }
    """


class DeskScreen(Screen[Result], inherit_bindings=False):
    """A screen of the sign-in desk.

    Subclasses set `TITLE` to the exact words of the title line and implement `compose_body`. They close by `dismiss`, never by
    `app.pop_screen`, and show stored or typed text with markup off.
    """

    TITLE: ClassVar[str] = ""
    help_topic: str = ""
    """The question at which Help opens from here, where it is another than the one for the title."""
    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, before the next key: what is typed after Tab belongs to the next field.
        Binding("tab", "app.focus_next", "Next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Previous", show=False, priority=True),
        Binding("down,right", "app.focus_next", "Next", show=False),
        Binding("up,left", "app.focus_previous", "Previous", show=False),
        Binding("f1", "help", "Help", tooltip="Answers to common questions"),
        Binding("f2", "contact", "Contact us", tooltip="How to reach the helpdesk"),
        Binding("f4", "no_administrator", "No admin", show=False, tooltip="No administrator here"),
        Binding("f5", "contrast", "Contrast", show=False, tooltip="Change the colours"),
        Binding("f12", "sign_out", "Sign out", tooltip="End this sign-in"),
        Binding("escape", "back", "Back", tooltip="Go back"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    DeskScreen { layers: base cover; overflow: hidden; }
    DeskScreen.-small > TooSmall { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._result_due: tuple[Result | None] | None = None
        self._dismissed = False

    @property
    def desk(self) -> Desk:
        """The app, as far as screens need it."""
        return cast("Desk", self.app)

    @property
    def is_first(self) -> bool:
        """Whether this is the screen underneath all others."""
        return bool(self.app.screen_stack) and self.app.screen_stack[0] is self

    @property
    def is_there(self) -> bool:
        """Whether this screen is shown or covered; a worker of the app may come back after it has gone with its session."""
        return self in self.app.screen_stack

    def compose(self) -> ComposeResult:
        """Lay out title line, body and key hints."""
        yield TitleBar(self.TITLE)
        with Body(id="body"):
            yield from self.compose_body()
        yield KeyHints()

    @property
    def focus_chain(self) -> list[Widget]:
        """Give the order of Tab: from one field straight to the next, the keys that show a password after the last field."""
        chain = super().focus_chain
        toggles = [widget for widget in chain if isinstance(widget, RevealToggle)]
        if len(toggles) < 2:  # noqa: PLR2004 - one alone stands behind its field already
            return chain
        others = [widget for widget in chain if widget not in toggles]
        last = max(number for number, widget in enumerate(others) if isinstance(widget, TextInput))
        return [*others[: last + 1], *toggles, *others[last + 1 :]]

    def compose_body(self) -> ComposeResult:
        """Lay out what the screen is for."""
        yield from ()

    def start_over(self, message: str) -> None:
        """Become the first screen again after a session has ended: forget what was typed and show `message` if there is one."""

    def expect(self, email: str) -> None:
        """Become ready for the person with this e-mail, to whom the terminal is handed over; without one for anybody."""

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a blocking call beside the loop and return its answer.

        Raises:
            Refusal: What the service declined; a fault of the program becomes `Faulted` with a number to quote.
        """
        try:
            return await asyncio.to_thread(call, *args, **kwargs)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort fails closed and keeps the terminal usable
            raise Faulted(went_wrong(self.desk.note_fault(error))) from None

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen once; while another covers it, as soon as that has gone (K52)."""
        if self._dismissed:
            return AwaitComplete()
        if not self.is_active:
            self._result_due = (result,)
            return AwaitComplete()
        self._dismissed = True
        return super().dismiss(result)

    def remove(self) -> AwaitRemove:
        """Go; what is still being asked goes first, since Textual cancels it only when nothing is left to show it in."""
        self.workers.cancel_node(self)
        return super().remove()

    def on_mount(self) -> None:
        """Wear the badge of whoever is signed in."""
        self.wear(self.desk.badge)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is: `-wide` from 120 columns on, `-roomy` from 36 rows on; cover what does not fit."""
        columns, rows = event.size
        self.set_class(columns >= WIDE, "-wide")
        self.set_class(rows >= ROOMY, "-roomy")
        small = is_too_small(columns, rows)
        if small and not self.query(TooSmall):
            self.mount(TooSmall())
        self.set_class(small, "-small")

    def on_screen_resume(self) -> None:
        """Close now if that was asked for while another screen was in front."""
        if self._result_due is not None and not self._dismissed:
            self.dismiss(self._result_due[0])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer signing out to those who are signed in, and going back where there is a way back."""
        del parameters
        if action == "sign_out":
            return self.desk.is_signed_in
        if action == "back":
            return not self.is_first
        return True

    def action_back(self) -> None:
        """Go back without a result."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Open Help."""
        self.desk.open_help()

    def action_contact(self) -> None:
        """Open Contact us."""
        self.desk.open_contact()

    def action_no_administrator(self) -> None:
        """Open No administrator here."""
        self.desk.open_no_administrator()

    def action_contrast(self) -> None:
        """Change the colours."""
        self.desk.toggle_contrast()

    def action_sign_out(self) -> None:
        """End the session."""
        self.desk.sign_out()

    def wear(self, badge: str) -> None:
        """Show another badge; called by the app, since a watcher would keep this screen in memory after its end (SES-16)."""
        for bar in self.query(TitleBar):
            bar.badge = badge
        self.refresh_bindings()


AnyDeskScreen = DeskScreen[Any]
