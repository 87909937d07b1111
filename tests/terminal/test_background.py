"""Work beside the screen, and what becomes of it when its screen closes before it began."""

from __future__ import annotations

import ast
import gc
import warnings
from pathlib import Path

from textual.app import App

import pomfa_tui
from pomfa_tui.terminal import background

_PROGRAM = Path(pomfa_tui.__file__).parent
_THREADED = "app.py"
"""Loads modules in a thread; there is no coroutine to lose."""


async def test_work_cancelled_before_it_began_was_never_called() -> None:
    """Nothing is left to warn of a coroutine that nobody awaited."""
    began = []

    async def work() -> None:
        began.append(True)

    app: App[None] = App()
    async with app.run_test() as pilot:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            background.start(app, work)
            app.workers.cancel_all()
            await pilot.pause()
            gc.collect()
    assert began == []


def test_all_work_is_started_in_this_one_place() -> None:
    """Only here do the types refuse a call already made."""
    elsewhere = [
        path.name
        for path in _PROGRAM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "run_worker"
    ]
    assert sorted(elsewhere) == [_THREADED, Path(background.__file__).name]
