"""Hands its terminal over to a program, as `Home` does, without anybody having to sign in; run by the tests in a pty.

Takes a folder in which it notes why the session ended, and the program with its arguments.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from pomfa_tui.domain.sessions import SessionEnd, SessionLimits, SessionToken
from pomfa_tui.terminal.clocks import Clocks
from pomfa_tui.terminal.handover import HandOver
from pomfa_tui.terminal.program_words import sentence_of
from pomfa_tui.terminal.session_watch import SessionWatch
from pomfa_tui.terminal.tty import Tty, ignore_keys_of_the_line


class FolderGuard:
    """Keeps one session as files in a folder."""

    limits = SessionLimits(idle=300, warning=60, overall=28800, per_person=3, step_up=300)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def changes(self) -> bool:
        """Tell of no change, or fail."""
        if (self.folder / "broken").exists():
            raise RuntimeError("Hunter2-pw")
        return False

    def check(self, token: SessionToken) -> None:
        """Let the session stand."""

    def touch(self, token: SessionToken) -> None:
        """Note that somebody is said to be there."""
        del token
        (self.folder / "touched").touch()

    def sign_out(self, token: SessionToken, reason: SessionEnd) -> None:
        """Note why the session ended."""
        del token
        (self.folder / "ended").write_text(reason, encoding="utf-8")


def main() -> int:
    """Run the program."""
    folder, command = Path(sys.argv[1]), sys.argv[2:]
    ignore_keys_of_the_line()
    tty = Tty.take()
    tty.give_back()

    started = time.monotonic()
    fast = 150 if (folder / "fast").exists() else 0

    def elapsed() -> float:
        passed = (time.monotonic() - started) * fast
        jump = folder / "jump"
        return 1.0 + passed + (float(jump.read_text()) if jump.exists() else 0)

    watch = SessionWatch(
        FolderGuard(folder), SessionToken("x"), Clocks(elapsed, lambda: 1_700_000_000.0)
    )
    faults: list[BaseException] = []
    handover = HandOver(
        command,
        name="Desk",
        grace=0.5,
        environ=os.environ,
        note_fault=faults.append,
    )
    left = handover.run(watch, {"POMFA_ROLE": "staff"})
    sys.stdout.write(f"left {left.reason} {sentence_of(left.reason)} faults {len(faults)}\n")
    sys.stdout.flush()
    return left.status


if __name__ == "__main__":
    os._exit(main())
