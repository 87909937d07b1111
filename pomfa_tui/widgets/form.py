"""Fields and buttons that stop answering while their content is being worked on (T12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from pomfa_tui.widgets.busy import Busy


class Form(Widget):
    """A group of fields and buttons, with a line below that says when work lasts.

    Args:
        children: What belongs to the form.
        animate: Whether the line may move.
        id: Id in the DOM.
        classes: CSS classes, separated by spaces.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Form { layout: vertical; height: auto; width: 100%; }
    Form > .form--content { layout: vertical; height: auto; width: 100%; }
    """

    def __init__(
        self,
        *children: Widget,
        animate: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._content = Widget(*children, classes="form--content")
        self._busy = Busy(animate=animate)

    def compose(self) -> ComposeResult:
        """Lay out the content and the line below."""
        yield self._content
        yield self._busy

    @property
    def is_working(self) -> bool:
        """Whether the form is being worked on and takes no keys."""
        return self._content.disabled

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Take no keys within the block, then give the keyboard back to whatever had it.

        Args:
            what: Shown when it lasts, such as `Checking your password.`
        """
        focused = self.screen.focused
        self._content.disabled = True
        self._busy.start(what)
        try:
            yield
        finally:
            if self.is_attached:
                self._busy.stop()
                self._content.disabled = False
                if focused is not None and focused.is_attached and self.screen.focused is None:
                    self.screen.set_focus(focused)
