"""A code that is read out over the telephone: letters and digits in groups of four."""

from __future__ import annotations

from pomfa_tui.widgets.text_input import TextInput

LONGEST = 60
"""Characters: five groups and generous gaps."""


class SpokenCodeInput(TextInput):
    """A challenge or a response; whatever cannot be part of one is not taken.

    Args:
        example: What such a code looks like.
        id: Id in the DOM.
    """

    def __init__(self, example: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        self._example = example
        super().__init__(longest=LONGEST, restrict=r"[0-9A-Za-z -]*", id=id)

    def restricted(self) -> None:
        """Say what such a code looks like."""
        if len(self.value) >= self.longest:
            super().restricted()
        else:
            self.refuse(f"It has letters, digits and hyphens, such as {self._example}.")
