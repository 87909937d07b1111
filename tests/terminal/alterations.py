"""What can be put into an installation of the real program: faults where it has none, and time that passes at once.

Loaded before the program by the interpreter itself, so that nothing heavy may be imported here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

Change = Callable[[ModuleType, Path], None]

LONG = 60
"""Seconds, for what hangs."""


def _fault_in_handler(module: ModuleType, _: Path) -> None:
    """`Sign in` fails with what was typed in its message and among its variables."""

    def start(screen: Any, _work: object) -> None:
        password = screen.password.value
        raise RuntimeError(f"no word of {password}")

    module.start = start  # type: ignore[attr-defined]


def _fault_beside_screen(module: ModuleType, _: Path) -> None:
    """What `Sign in` does beside the screen fails, with what was typed."""

    async def offer(screen: Any) -> None:
        password = screen.password.value
        raise RuntimeError(f"no word of {password}")

    module.SignInScreen._offer = offer


def _fault_at_start(module: ModuleType, folder: Path) -> None:
    """No screen ever comes up; each try is counted."""

    def compose_body(screen: Any) -> Any:
        with (folder / "starts").open("a", encoding="ascii") as file:
            file.write("x")
        raise RuntimeError("no first screen")

    module.SignInScreen.compose_body = compose_body


def _killed_at_start(module: ModuleType, folder: Path) -> None:
    """Every process that draws the first screen is killed; each is counted."""

    def compose_body(screen: Any) -> Any:
        with (folder / "starts").open("a", encoding="ascii") as file:
            file.write("x")
        os.kill(os.getpid(), 9)

    module.SignInScreen.compose_body = compose_body


def _late_frame(module: ModuleType, folder: Path) -> None:
    """The first frame does not count as shown before there is a file `up`; then there is one `shown`."""
    shown = module.PomfaApp._first_frame_shown

    def first_frame_shown(app: Any) -> None:
        if (folder / "up").exists():
            shown(app)
            (folder / "shown").touch()
        else:
            app.set_timer(0.01, lambda: first_frame_shown(app))

    module.PomfaApp._first_frame_shown = first_frame_shown


def _long_deafness(module: ModuleType, _: Path) -> None:
    """Typing does nothing for twenty times as long as it does after a screen that follows a secret."""
    module.DEAF_SECONDS *= 20  # type: ignore[attr-defined]


def _no_pauses(module: ModuleType, _: Path) -> None:
    """The supervisor starts again at once, and gives up after two times."""
    module.PAUSES = (0, 0)  # type: ignore[attr-defined]


def _forgotten(module: ModuleType, _: Path) -> None:
    """A task, a thread and the end of an object's life fail while the program is left, and nobody asks for it."""
    import asyncio
    import threading

    from pomfa_tui.terminal.leaving import Leaving

    class Dying:
        def __init__(self, password: str) -> None:
            self._password = password

        def __del__(self) -> None:
            raise ValueError(f"{self._password} in a finaliser")

    def late(go: threading.Event, password: str) -> None:
        go.wait()
        raise ValueError(f"{password} in a thread")

    async def lost(password: str) -> None:
        raise ValueError(f"{password} in a task")

    def leave(app: Any) -> None:
        password = app.first_screen.password.value
        go = threading.Event()
        thread = threading.Thread(target=late, args=(go, password), daemon=True)
        thread.start()
        tasks = [asyncio.ensure_future(lost(password))]

        def fail() -> Leaving:
            go.set()
            thread.join()
            tasks.clear()
            Dying(password)
            return Leaving(message="all three")

        app.exit(Leaving(first=fail))

    module.PomfaApp.leave = leave


def _hanging_thread(module: ModuleType, folder: Path) -> None:
    """Work in a thread that hangs goes on while the program is left."""
    import threading

    leave = module.PomfaApp.leave

    def leave_with_thread(app: Any) -> None:
        def work() -> None:
            app.call_from_thread(lambda: leave(app))
            threading.Event().wait(LONG)

        app.run_worker(work, thread=True)

    module.PomfaApp.leave = leave_with_thread


def _hanging_handler(module: ModuleType, folder: Path) -> None:
    """`Sign in` never comes back, though other threads run."""
    import threading

    def start(_screen: object, _work: object) -> None:
        (folder / "hangs").touch()
        threading.Event().wait(LONG)

    module.start = start  # type: ignore[attr-defined]


def _runaway_pattern(module: ModuleType, folder: Path) -> None:
    """`Sign in` matches a pattern that takes for ever, and no other thread runs meanwhile."""
    import re

    def start(_screen: object, _work: object) -> None:
        (folder / "hangs").touch()
        re.fullmatch("(a+)+b", "a" * 64)

    module.start = start  # type: ignore[attr-defined]


def _waits_for_itself(module: ModuleType, _: Path) -> None:
    """Help waits, in a timer of its own, until another screen has taken its place."""
    from pomfa_tui.screens.base import DeskScreen

    def on_screen_resume(screen: Any) -> None:
        screen.set_timer(0.01, lambda: screen.app.switch_screen(DeskScreen()))

    module.HelpScreen.on_screen_resume = on_screen_resume


def _limited_help(module: ModuleType, folder: Path) -> None:
    """Help closes itself, twice, once there is a file `up`."""

    def look(screen: Any) -> None:
        if (folder / "up").exists():
            screen.limit.stop()
            screen.dismiss()
            screen.dismiss()
            (folder / "closed").touch()

    def on_screen_resume(screen: Any) -> None:
        if not hasattr(screen, "limit"):
            screen.limit = screen.set_interval(0.05, lambda: look(screen))

    module.HelpScreen.on_screen_resume = on_screen_resume


def _said(path: Path) -> float:
    return float(path.read_text(encoding="ascii")) if path.exists() else 0.0


def _passed(folder: Path) -> float:
    """Seconds that have passed beside those that have: what `passed` says, and what `rate` makes of the time since it was said."""
    import time

    rate = folder / "rate"
    return _said(folder / "passed") + (
        _said(rate) and (time.time() - rate.stat().st_mtime) * _said(rate)
    )


def _passing_for_terminals(module: ModuleType, folder: Path) -> None:
    """Time passes at once for whoever sits at a terminal."""
    import time

    def steady() -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME) + _passed(folder)

    module.Clocks.__new__.__defaults__ = (steady, time.time)


def _passing_for_rules(module: ModuleType, folder: Path) -> None:
    """Time passes at once for whatever is recorded."""
    now = module.SystemClock.now
    module.SystemClock.now = lambda clock: now(clock) + int(_passed(folder))


def _broken_store(module: ModuleType, folder: Path) -> None:
    """Looking a session up fails, with a value in the message, once there is a file `broken`."""
    changes = module.SessionKeeper.changes

    def fail(keeper: object) -> object:
        if (folder / "broken").exists():
            raise RuntimeError("Hunter2-pw")
        return changes(keeper)

    module.SessionKeeper.changes = fail


def _quick_watchdog(module: ModuleType, _: Path) -> None:
    """The watchdog waits for six seconds instead of for twenty, and allows two of processor time."""
    module.Watchdog.__init__.__kwdefaults__ = {"patience": 60, "period": 0.1}
    module.RUNAWAY_SECONDS = 2.0  # type: ignore[attr-defined]


ALTERATIONS: dict[str, tuple[tuple[str, Change], ...]] = {
    "fault in handler": (("pomfa_tui.screens.sign_in", _fault_in_handler),),
    "fault beside screen": (("pomfa_tui.screens.sign_in", _fault_beside_screen),),
    "fault at start": (("pomfa_tui.screens.sign_in", _fault_at_start),),
    "killed at start": (("pomfa_tui.screens.sign_in", _killed_at_start),),
    "late frame": (("pomfa_tui.app", _late_frame),),
    "long deafness": (("pomfa_tui.terminal.locked_app", _long_deafness),),
    "no pauses": (("pomfa_tui.terminal.supervisor", _no_pauses),),
    "forgotten": (("pomfa_tui.app", _forgotten),),
    "hanging thread": (("pomfa_tui.app", _hanging_thread),),
    "hanging handler": (("pomfa_tui.screens.sign_in", _hanging_handler),),
    "runaway pattern": (("pomfa_tui.screens.sign_in", _runaway_pattern),),
    "waits for itself": (("pomfa_tui.screens.help", _waits_for_itself),),
    "limited help": (("pomfa_tui.screens.help", _limited_help),),
    "passing time": (
        ("pomfa_tui.terminal.clocks", _passing_for_terminals),
        ("pomfa_tui.host", _passing_for_rules),
    ),
    "broken store": (("pomfa_tui.cli.interface", _broken_store),),
    "quick watchdog": (("pomfa_tui.terminal.watchdog", _quick_watchdog),),
}
"""Each alteration with the modules that it changes, once they have been loaded."""


def put_in(names: Sequence[str], folder: str) -> None:
    """Change modules as soon as they are loaded; called by the interpreter that starts the program."""
    changes = [change for name in names for change in ALTERATIONS[name]]
    sys.meta_path.insert(0, _Changed(changes, Path(folder)))


class _Changed(MetaPathFinder):
    def __init__(self, changes: Sequence[tuple[str, Change]], folder: Path) -> None:
        self._changes = changes
        self._folder = folder

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is changed, and have that done after it has been loaded."""
        changes = [change for changed, change in self._changes if changed == name]
        spec = PathFinder.find_spec(name, path, target) if changes else None
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_change(module: ModuleType) -> None:
            load(module)
            for change in changes:
                change(module, self._folder)

        spec.loader.exec_module = load_and_change  # type: ignore[method-assign]
        return spec
