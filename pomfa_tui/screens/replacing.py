"""One screen in place of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from pomfa_tui.screens.base import DeskScreen


async def replace_screen(app: App[Any], shown: DeskScreen[Any] | None, screen: Screen[Any]) -> None:
    """Show a screen in place of another, without a glimpse of what is underneath; only in a worker of the app."""
    with app.batch_update():
        if shown is not None:
            await shown.dismiss()
        await app.push_screen(screen)
