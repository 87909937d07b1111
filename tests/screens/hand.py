"""Somebody at the terminal: types, pastes and reads, and waits until the screen has come to rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.screens.first import FirstScreen
from pomfa_tui.screens.givens import Givens
from pomfa_tui.services.home import HomeView
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.key_hints import KeyHints
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import PushButton
from tests.members import Member
from tests.world import World

PATIENCE = 400
"""Rounds of the event loop to wait for; a test that is stuck fails by this."""

W = TypeVar("W", bound=Widget)
S = TypeVar("S", bound=Screen[Any])


class Hand:
    """Works one app over one world.

    Args:
        pilot: Of the running app.
        world: Underneath.
    """

    def __init__(self, pilot: Pilot[Any], world: World) -> None:
        self.pilot = pilot
        self.world = world
        self.app = cast("PomfaApp", pilot.app)

    # -- reading

    @property
    def screen(self) -> DeskScreen[object]:
        """The screen on top."""
        return cast("DeskScreen[object]", self.app.screen)

    @property
    def title(self) -> str:
        """The title of the screen on top."""
        return self.screen.TITLE

    @property
    def text(self) -> str:
        """Everything on the screen, line by line."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def words(self) -> str:
        """Everything on the screen as one run of words, however lines are broken."""
        return " ".join(self.text.replace("▌", " ").replace("│", " ").split())

    def words_in(self, kind: type[Widget]) -> str:
        """What stands in the one widget of a kind, as one run of words."""
        region = self.widget(kind).region
        lines = self.text.splitlines()[region.y : region.bottom]
        return " ".join(" ".join(line[region.x : region.right] for line in lines).split())

    @property
    def hints(self) -> str:
        """The last line."""
        return self.text.splitlines()[-1]

    @property
    def notice(self) -> str:
        """What the notice of the screen says."""
        return self.screen.query(Notice).first().text

    @property
    def keyboard(self) -> str:
        """What the keyboard works, by the words on it."""
        focused = self.screen.focused
        parent = focused.parent if focused is not None else None
        if isinstance(focused, KeyHints):
            return "keys"
        if isinstance(parent, Field) and parent.line is focused:
            return parent.label
        if isinstance(focused, PushButton):
            return str(focused.label)
        return str(focused.render()).strip(" >") if focused is not None else ""

    def error(self, label: str = "") -> str:
        """Return the error beside a field; that of the only field without a label."""
        return self.field(label).error

    def field(self, label: str = "") -> Field:
        """Return a field by the exact words before it."""
        fields = [each for each in self.screen.query(Field) if each.label == label or not label]
        assert fields, f"there is no field {label!r} on {self.title}"
        return fields[0]

    def widget(self, kind: type[W]) -> W:
        """Return the one widget of a kind."""
        return self.screen.query_one(kind)

    # -- typing

    async def press(self, *keys: str) -> None:
        """Press keys and wait."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Paste a text where the keyboard is; quicker than typing it."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def fill(self, *texts: str) -> None:
        """Type one text after another, with Tab or Enter between as a person would."""
        for position, text in enumerate(texts):
            if position:
                await self.press("enter")
            await self.type(text)

    async def submit(self, *texts: str) -> None:
        """Type texts, each followed by Enter."""
        for text in texts:
            await self.type(text)
            await self.press("enter")

    async def show(self, make: Callable[[Givens], S]) -> S:
        """Open a screen by itself, without the way that leads to it."""
        first = cast("FirstScreen", self.app.first_screen)
        screen = make(first.givens)
        await self.app.push_screen(screen)
        await self.settle()
        return screen

    async def choose(self, entry: str) -> None:
        """Choose an entry of the list on the screen, by arrows and Enter alone."""
        for _ in range(PATIENCE):
            if f"║ > {entry}" in self.text:
                await self.press("enter")
                return
            await self.press("down")
        raise AssertionError(f"there is no {entry} on {self.title}: {self.words}")

    # -- waiting

    async def settle(self) -> None:
        """Wait until nothing is being worked on."""
        for _ in range(PATIENCE):
            await self.pilot.pause()
            working = any(form.is_working for form in self.screen.query(Form))
            if not working and self.screen.is_mounted and not self._under_way():
                return
        raise AssertionError(f"{self.title} does not come to rest")

    async def reach(self, title: str) -> None:
        """Wait for a screen."""
        for _ in range(PATIENCE):
            if self.title == title and self.screen.is_mounted:
                await self.settle()
                return
            await self.pilot.pause()
        raise AssertionError(f"waited for {title}, but this is {self.title}: {self.words}")

    def _under_way(self) -> bool:
        """Tell whether a worker of the screen on top runs; that of the walk waits for the person."""
        return any(worker.is_running and worker.node is self.screen for worker in self.app.workers)

    # -- the usual ways

    async def offer_password(self, member: Member, password: str | None = None) -> None:
        """Type e-mail and password on `Sign in`."""
        await self.reach("Sign in")
        await self.submit(member.email, password if password is not None else member.password)

    async def sign_in(self, member: Member) -> HomeView:
        """Sign in with password and code, and return what Home shows."""
        await self.offer_password(member)
        await self.reach("Authentication code")
        self.world.wait_for_fresh_code(member)
        await self.submit(member.phone.code())
        await self.reach("Home")
        view: HomeView = self.screen._view  # type: ignore[attr-defined]
        return view
