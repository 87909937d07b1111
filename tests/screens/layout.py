"""What no picture may have: words that are cut off, widgets that reach beyond the screen, or one above another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.widgets.busy import Busy


def faults(screen: Screen[Any]) -> list[str]:
    """Return a sentence for everything on a screen that cannot be seen whole."""
    shown = [widget for widget in screen.walk_children(Widget) if _is_shown(widget)]
    return [*_outside(screen, shown), *_scrolled(shown), *_cut(shown), *_overlapping(shown)]


def _scrolled(shown: list[Widget]) -> Iterator[str]:
    for widget in _leaves(shown):
        if isinstance(widget, Busy):
            continue  # a blank line, while nothing is worked on
        for node in widget.ancestors:
            if not isinstance(node, Widget) or not node.is_scrollable or node.can_focus:
                continue
            if not _scrolls(widget) and not node.region.contains_region(widget.region):
                yield f"{_name(widget)} has been scrolled out of {_name(node)}"


def _leaves(shown: list[Widget]) -> list[Widget]:
    return [widget for widget in shown if not any(child in shown for child in widget.children)]


def _is_shown(widget: Widget) -> bool:
    return bool(
        widget.is_attached
        and widget.size.area
        and all(
            node.display and node.visible
            for node in widget.ancestors_with_self
            if isinstance(node, Widget)
        )
    )


def _scrolls(widget: Widget) -> bool:
    """Tell whether somebody can scroll what a widget stands in; there, all of it can be reached."""
    return any(
        isinstance(node, Widget) and node.is_scrollable and node.can_focus
        for node in widget.ancestors
    )


def _outside(screen: Screen[Any], shown: list[Widget]) -> Iterator[str]:
    for widget in shown:
        if not screen.region.contains_region(widget.region) and not _scrolls(widget):
            yield f"{_name(widget)} reaches beyond the screen: {widget.region}"
        parent = widget.parent
        if (
            isinstance(parent, Widget)
            and not _scrolls(widget)
            and not parent.is_scrollable
            and not parent.region.contains_region(widget.region)
        ):
            yield f"{_name(widget)} is cut off by {_name(parent)}"


def _cut(shown: list[Widget]) -> Iterator[str]:
    for widget in shown:
        if isinstance(widget, Static) and not _scrolls(widget):
            size = widget.content_size
            needed = widget.get_content_height(size, size, size.width)
            if needed > size.height:
                yield f"{_name(widget)} needs {needed} lines and has {size.height}"


def _overlapping(shown: list[Widget]) -> Iterator[str]:
    for one, other in combinations(_leaves(shown), 2):
        if one.layer == other.layer and _seen(one).overlaps(_seen(other)):
            yield f"{_name(one)} and {_name(other)} lie one above the other"


def _seen(widget: Widget) -> Region:
    region = widget.region
    for node in widget.ancestors:
        if isinstance(node, Widget):
            region = region.intersection(node.region)
    return region


def _name(widget: Widget) -> str:
    return f"{type(widget).__name__}{f'#{widget.id}' if widget.id else ''}"
