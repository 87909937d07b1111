"""The last line of every screen: the keys that do something here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

LONGEST = 12
"""Most letters of a hint; four of these fit into 80 columns (T35)."""

_NAMES = {"escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space"}


def hints_of(screen: Screen[object]) -> list[Binding]:
    """Return the bindings that are shown, in the order of their keys; where they do not all fit, those of the app itself give way."""
    shown = [
        active
        for active in screen.active_bindings.values()
        if active.binding.show and active.enabled
    ]
    hints = _in_order([active.binding for active in shown])
    if sum(map(hint_width, hints)) > screen.size.width:
        return _in_order([active.binding for active in shown if active.node is not screen.app])
    return hints


def key_name(key: str) -> str:
    """Return a key as it is printed on keyboards."""
    return _NAMES.get(key, key.upper() if len(key) <= len("F12") else key.title())


def hint_width(binding: Binding) -> int:
    """Return the columns that a hint takes."""
    return len(f"  {key_name(binding.key)}  {binding.description} ")


def _in_order(bindings: Iterable[Binding]) -> list[Binding]:
    """Return one binding for each action, function keys by their number, Esc last."""
    found = {binding.action: binding for binding in bindings}
    return sorted(found.values(), key=lambda binding: _rank(binding.key))


def _rank(key: str) -> tuple[bool, int, str]:
    number = key.removeprefix("f")
    return (key == "escape", int(number) if number.isdigit() else 0, key)


class KeyHints(Widget, can_focus=True):
    """One line of keys and what they do; Tab gets here too, and Enter does what is marked, where a function key is out of reach."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyHints { dock: bottom; height: 1; width: 100%; color: $text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "mark(1)", "Next", show=False),
        Binding("left", "mark(-1)", "Before", show=False),
        Binding("enter,space", "work", "Do it", show=False),
    ]

    marked: reactive[int] = reactive(0)
    """Position of the sign while the keyboard is here."""

    @property
    def keyboard_at(self) -> Offset:
        """Where the marked hint begins."""
        return Offset(sum(map(hint_width, hints_of(self.screen)[: self.marked])), 0)

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def on_focus(self) -> None:
        """Mark the first hint."""
        self.marked = 0
        self.refresh()

    def on_blur(self) -> None:
        """Take the sign away."""
        self.refresh()

    def render(self) -> Content:
        """Return the line."""
        parts: list[Content | str | tuple[str, str]] = []
        for position, binding in enumerate(hints_of(self.screen)):
            here = self.has_focus and position == self.marked
            parts += [
                ">" if here else " ",
                (f" {key_name(binding.key)} ", "reverse"),
                (f" {binding.description} ", "bold underline" if here else ""),
            ]
        return Content.assemble(*parts)

    def action_mark(self, steps: int) -> None:
        """Go so many hints on, round and round."""
        self.marked = (self.marked + steps) % max(1, len(hints_of(self.screen)))

    async def action_work(self) -> None:
        """Do what the marked key does."""
        hints = hints_of(self.screen)
        if self.marked < len(hints):
            await self.app.run_action(hints[self.marked].action, self.screen)

    def _bindings_updated(self, _screen: Screen[object]) -> None:
        self.refresh()
