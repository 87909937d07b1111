"""The six digits of an authenticator, in one field (ACC-02)."""

from __future__ import annotations

import re

from textual import events

from pomfa_tui.widgets.text_input import TextInput

DIGITS = 6

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f-]+")


class CodeInput(TextInput):
    """Six digits, typed or pasted, with or without spaces.

    Args:
        id: Id in the DOM.
    """

    secret = True

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(longest=DIGITS, restrict=r"[0-9]*", id=id)

    def on_key(self, event: events.Key) -> None:
        """Pass over typed spaces and hyphens; say what a code looks like when anything else is typed."""
        if event.character is None or not event.is_printable:
            return
        if _SPACES.fullmatch(event.character):
            event.prevent_default()
            event.stop()

    def clean_paste(self, text: str) -> str:
        """Return the digits of a pasted code, or nothing and say why."""
        code = _SPACES.sub("", text)
        if re.fullmatch(f"[0-9]{{1,{DIGITS}}}", code):
            if len(code) == DIGITS:
                self.clear()
            return code
        self.restricted()
        return ""

    def restricted(self) -> None:
        """Say what a code looks like."""
        self.refuse(f"A code has {DIGITS} digits, 0 to 9.")
