"""A small program on the shell of the real one: one field of each kind, a page behind a sign-in, and faults on demand.

Run by the tests in a pty; takes a folder in which it notes what its session guard was told. Like the real one it loads what
sessions need only once somebody signs in.
"""

from __future__ import annotations

import sys

from pomfa_tui.terminal import quick_start
from pomfa_tui.terminal.environment import isolate

if __name__ == "__main__":
    isolate(sys.argv[1:], program=(__file__,))
    quick_start.begin()

import argparse
import asyncio
import os
import threading
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.app import PomfaApp
from pomfa_tui.domain.errors import SessionEnded
from pomfa_tui.launch import run_interface
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput, TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionEnd, SessionLimits, SessionToken

HOSTILE_NAME = "[@click=app.leave]Bob[/] \x1b]52;c;ZXZpbA==\x07 \x9b2J \x0e \u202egnp [/"


class FolderGuard:
    """Keeps one session as files in a folder."""

    def __init__(self, folder: Path, idle: int, warning: int) -> None:
        self.folder = folder
        self._idle = idle
        self._warning = warning

    @cached_property
    def limits(self) -> SessionLimits:
        """The numbers of the rules, but for the idle time and its warning."""
        from pomfa_tui.domain.sessions import SessionLimits

        warning = min(self._warning, self._idle - 1)
        return SessionLimits(
            idle=self._idle, warning=warning, overall=28800, per_person=3, step_up=300
        )

    def changes(self) -> bool:
        """Tell whether the session was revoked."""
        return (self.folder / "revoked").exists()

    def check(self, token: SessionToken) -> None:
        """Refuse a revoked session."""
        from pomfa_tui.domain.sessions import ENDINGS, SessionEnd

        del token
        if self.changes():
            raise SessionEnded(SessionEnd.ENDED_BY_OTHER, ENDINGS[SessionEnd.ENDED_BY_OTHER])

    def touch(self, token: SessionToken) -> None:
        """Note nothing."""

    def sign_out(self, token: SessionToken, reason: SessionEnd) -> None:
        """Note why the session ended."""
        del token
        with (self.folder / "ended").open("a", encoding="utf-8") as file:
            file.write(f"{reason}\n")


class Page(DeskScreen[None]):
    """Behind the sign-in."""

    TITLE = "Page"

    def compose_body(self) -> ComposeResult:
        """Show a stored name as it is, and a field in the clear."""
        yield Static(HOSTILE_NAME, markup=False)
        yield Static("Only for those signed in.", id="private")
        yield Field("Search", TextInput(longest=40), id="search")

    @on(Field.Submitted)
    def open_limited(self) -> None:
        """Open the dialog whose time may be up."""
        self.app.push_screen(Limited(Path(sys.argv[1])))


class Limited(DeskScreen[None]):
    """A dialog with a time limit, which is up once there is a file; what notices that closes it, twice."""

    TITLE = "Limited"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_mount(self) -> None:
        """Look out for the file."""
        self._timer = self.set_interval(0.05, self.look)

    def look(self) -> None:
        """Close when the time is up."""
        if (self._folder / "up").exists():
            self._timer.stop()
            self.dismiss()
            self.dismiss()
            (self._folder / "closed").touch()


class Forgotten:
    """A failure in each of the places where nobody asks for it: a task, a thread, and the end of an object's life."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._late, daemon=True)
        self._thread.start()
        self._task: asyncio.Task[None] | None = asyncio.create_task(self._lost())

    def fail(self) -> Leaving:
        """Fail in all three, once the screens have gone."""
        self._go.set()
        self._thread.join()
        self._task = None
        Dying(self._password)
        return Leaving(message="all three")

    def _late(self) -> None:
        self._go.wait()
        raise ValueError(f"{self._password} in a thread")

    async def _lost(self) -> None:
        raise ValueError(f"{self._password} in a task")


class Dying:
    """Fails when it is given up."""

    def __init__(self, password: str) -> None:
        self._password = password

    def __del__(self) -> None:
        """Fail."""
        raise ValueError(f"{self._password} in a finaliser")


class About(DeskScreen[None]):
    """Stands in for Help."""

    TITLE = "Help"


class First(DeskScreen[None]):
    """Stands in for Sign in."""

    TITLE = "Sign in"

    def compose_body(self) -> ComposeResult:
        """Lay out one field of each kind."""
        yield Notice(id="notice")
        yield Field("E-mail", EmailInput(), id="email")
        yield PasswordField(id="password")
        yield Field("Code", CodeInput(), id="code")
        yield ButtonRow(PushButton("Sign in", id="go"), PushButton("Close", id="close"))

    def start_over(self, message: str) -> None:
        """Forget the fields and say why."""
        for field in self.query(Field):
            field.clear()
        self.query_one("#email", Field).focus_entry()
        if message:
            self.query_one(Notice).show(message, Severity.WARNING)

    @on(PushButton.Pressed, "#close")
    def close(self) -> None:
        """End the program."""
        self.desk.leave()

    @on(Field.Submitted)
    @on(PushButton.Pressed, "#go")
    async def go(self) -> None:
        """Do what the e-mail field asks for."""
        what = self.query_one("#email", Field).value
        password = self.query_one("#password", Field).value
        if what == "crash":
            raise RuntimeError(f"no word of {password}")
        if what == "worker":
            self.run_worker(self.fail(password))
        elif what == "stuck":
            self.block()
        elif what == "thread":
            self.run_worker(self.sleep, thread=True)
            self.desk.leave()
        elif what == "forgotten":
            self.app.exit(Leaving(first=partial(Forgotten(password).fail)))
        elif password == "right":
            from pomfa_tui.domain.sessions import SessionToken

            self.desk.signed_in(SessionToken.new(), "FA123 High Street, Anna")
            self.app.push_screen(Page())

    async def fail(self, password: str) -> None:
        """Fail in a worker."""
        raise RuntimeError(f"no word of {password}")

    def block(self) -> None:
        """Hold the loop for long."""
        threading.Event().wait(60)

    def sleep(self) -> None:
        """Hold a thread for long."""
        threading.Event().wait(60)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kiosk", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--theme", default="default")
    parser.add_argument("--idle", type=int, default=300)
    parser.add_argument("--warning", type=int, default=60)
    options = parser.parse_args()

    def note_fault(incident: str, place: str) -> None:
        with (options.folder / "faults").open("a", encoding="utf-8") as file:
            file.write(f"{incident} {place}\n")

    def build() -> PomfaApp:
        return PomfaApp(
            first=First,
            guard=FolderGuard(options.folder, options.idle, options.warning),
            help_screen=About,
            contact_screen=About,
            traits=Traits.of(os.environ),
            theme=options.theme,
            kiosk=options.kiosk,
            fresh_process=options.fresh,
            record_fault=note_fault,
        )

    return run_interface(build, kiosk=options.kiosk, program=(__file__,))


if __name__ == "__main__":
    os._exit(main())
