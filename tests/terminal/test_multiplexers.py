"""The real program inside tmux and GNU screen, which draw every page anew and read every key before it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.counter import EMAIL, Counter
from tests.terminal.test_terminals import PASSWORD

PUTTY_F1, PUTTY_END = "\x1b[11~", "\x1b[4~"


def tmux(folder: Path) -> list[str]:
    """Return what starts a program in tmux, which gives its 24 rows to the program alone."""
    config = folder / "tmux.conf"
    config.write_text("set -g status off\n", encoding="utf-8")
    return ["tmux", "-u", "-S", str(folder / "socket"), "-f", str(config), "new-session"]


def screen(folder: Path) -> list[str]:
    """Return what starts a program in GNU screen."""
    return ["env", f"SCREENDIR={folder}", "screen", "-q", "-U", "-c", "/dev/null"]


@pytest.mark.parametrize("start", [tmux, screen], ids=lambda start: start.__name__)
def test_somebody_is_paired_and_signed_in_inside_another_terminal(
    tmp_path: Path, start: Callable[[Path], list[str]]
) -> None:
    """ACC-12: the QR code is read off what it draws, keys arrive as PuTTY sends them, and leaving ends it."""
    with Counter(tmp_path, inside=start(tmp_path), environment={"HOME": str(tmp_path)}) as counter:
        counter.wait_for("Set up this terminal").settle(0.4)
        counter.type_into_fields(["fz101", "Abbey", "Ann", EMAIL, PASSWORD])
        counter.wait_for("This password can").press("enter")
        counter.pair()
        counter.wait_for("Add a second administrator").settle(0.4).press("escape")
        counter.wait_for("My account").settle(0.4).send(PUTTY_F1)
        counter.wait_for(lambda text: text.startswith(" Help")).press("escape")
        counter.wait_for(lambda text: text.startswith(" Home")).settle(0.3).send(PUTTY_END)
        counter.wait_for("> Sign out").press("enter").wait_for("You have signed out").settle(0.4)
        counter.press("escape").wait_for("again to close").press("escape")
        assert counter.wait_exit() == 0
        assert counter.attributes == counter.attributes_before
