"""Fields and buttons that stop answering while their content is being worked on (T12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

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
    """

    def __init__(
        self,
        *children: Widget,
        animate: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._animate_busy = animate
        self._busy: Busy | None = None

    @property
    def is_working(self) -> bool:
        """Whether the form is being worked on and takes no keys."""
        return self.disabled

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Take no keys within the block, then give the keyboard back to whatever had it.

        Args:
            what: Shown when it lasts, such as `Checking your password.`
        """
        focused = self.screen.focused
        self.disabled = True
        if self._busy is None:
            self._busy = Busy(animate=self._animate_busy)
            self.mount(self._busy)
        self._busy.start(what)
        try:
            yield
        finally:
            if self.is_attached:
                self._busy.stop()
                self.disabled = False
                if focused is not None and focused.is_attached and self.screen.focused is None:
                    self.screen.set_focus(focused)
