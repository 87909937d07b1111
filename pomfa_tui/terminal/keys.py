"""Which keys and actions are let through; everything else does nothing (K01, K02, K07, K63)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from textual import events
    from textual.dom import DOMNode

KEYS = frozenset(
    {
        "enter",
        "tab",
        "shift+tab",
        "escape",
        "backspace",
        "delete",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "ctrl+left",
        "ctrl+right",
        "ctrl+home",
        "ctrl+end",
        "ctrl+a",
        "ctrl+e",
        "ctrl+k",
        "ctrl+u",
        "ctrl+w",
        *(f"f{number}" for number in range(1, 13)),
    }
)
"""Named keys that reach the screens; printable characters do too."""

_MODIFIERS = ("alt+", "ctrl+", "super+", "hyper+", "meta+")

FRAMEWORK_ACTIONS = frozenset(
    {
        "focus_next",
        "focus_previous",
        "submit",
        "press",
        "select",
        "select_cursor",
        "toggle_button",
        "toggle_switch",
        "show_overlay",
        "home",
        "end",
        "first",
        "last",
        "page_up",
        "page_down",
        "page_left",
        "page_right",
        "cursor_up",
        "cursor_down",
        "cursor_left",
        "cursor_right",
        "cursor_left_word",
        "cursor_right_word",
        "delete_left",
        "delete_right",
        "delete_left_word",
        "delete_right_word",
        "delete_left_all",
        "delete_right_all",
        "next_button",
        "previous_button",
        "scroll_up",
        "scroll_down",
        "scroll_left",
        "scroll_right",
        "scroll_home",
        "scroll_end",
        "scroll_top",
        "scroll_bottom",
    }
)
"""Textual's own actions that the screens need: moving, editing and choosing."""


def key_allowed(event: events.Key) -> bool:
    """Tell whether a key is one this program knows."""
    if event.key in KEYS:
        return True
    return event.is_printable and not event.key.startswith(_MODIFIERS)


def action_allowed(target: DOMNode, name: str) -> bool:
    """Tell whether an action may run: one of our own, or one of a few of Textual's.

    Whatever else Textual defines does not count: `App` alone brings quitting, screenshots, suspending and pushing screens by name.
    """
    if name in FRAMEWORK_ACTIONS:
        return True
    if name == "dismiss":
        # Closes the list of a `Select`; screens close by their own actions.
        return not isinstance(target, Screen)
    method = getattr(type(target), f"action_{name}", None)
    return method is not None and not method.__module__.startswith("textual.")
