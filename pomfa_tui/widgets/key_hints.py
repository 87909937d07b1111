"""The last line of every screen: the keys that do something here."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

MOST = 4
LONGEST = 12
"""So many hints, and letters of a hint, that all fit into 80 columns (T35)."""

_NAMES = {"escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space"}


def hints_of(screen: Screen[object]) -> list[Binding]:
    """Return the bindings that are shown, in the order in which the screen lists them."""
    found = {
        active.binding.action: active.binding
        for active in screen.active_bindings.values()
        if active.binding.show and active.enabled
    }
    return sorted(found.values(), key=lambda binding: _rank(binding.key))


def key_name(key: str) -> str:
    """Return a key as it is printed on keyboards."""
    return _NAMES.get(key, key.upper() if len(key) <= len("F12") else key.title())


def _rank(key: str) -> tuple[bool, int, str]:
    number = key.removeprefix("f")
    return (key == "escape", int(number) if number.isdigit() else 0, key)


class KeyHints(Widget):
    """One line of keys and what they do."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyHints { dock: bottom; height: 1; width: 100%; color: $text; }
    """

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def render(self) -> Content:
        """Return the line."""
        parts: list[Content | str | tuple[str, str]] = []
        for binding in hints_of(self.screen):
            parts += [" ", (f" {key_name(binding.key)} ", "reverse"), f" {binding.description} "]
        return Content.assemble(*parts)

    def _bindings_updated(self, _screen: Screen[object]) -> None:
        self.refresh()
