"""A code typed from paper: sixteen letters and digits in groups of four."""

from __future__ import annotations

from pomfa_tui.widgets.text_input import TextInput

LONGEST = 40
"""Characters: the code, its number, and generous gaps."""


class TypedCodeInput(TextInput):
    """An activation code or a recovery code; whatever cannot be part of one is not taken.

    Args:
        numbered: Whether the number of the code may stand before it.
        id: Id in the DOM.
    """

    secret = True

    def __init__(self, *, numbered: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        self._numbered = numbered
        super().__init__(
            longest=LONGEST, restrict=r"[0-9A-Za-z .:)-]*" if numbered else r"[0-9A-Za-z -]*", id=id
        )

    def restricted(self) -> None:
        """Say what such a code looks like."""
        if len(self.value) >= self.longest:
            super().restricted()
            return
        number = ", and its number may stand before it" if self._numbered else ""
        self.refuse(f"A code has letters, digits and hyphens, such as ABCD-EFGH-JKMN-PQRS{number}.")
