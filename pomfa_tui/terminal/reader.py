"""Turn what a terminal sends into keys and pastes: a total function that lets nothing else through (K14, K15, K41, K44, K63).

Textual's own parser raises on some sequences, believes sizes that anybody can type, keeps a paste without end for ever and types
the rest of a sequence it does not know. This one drops what it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ESC = "\x1b"
PASTE_START = "\x1b[200~"
PASTE_END = "\x1b[201~"

LONGEST_PASTE = 1024
"""Most characters of a paste; a longer one is dropped whole."""

PASTE_SECONDS = 2.0
"""How long to wait for the end of a paste."""

ESCAPE_SECONDS = 0.1
"""How long an escape character may wait for the rest of its sequence."""

_LONGEST_SEQUENCE = 64

_SEQUENCE = re.compile(
    r"\x1b\x1b?\[\[[A-E]"  # function keys of the Linux console
    r"|\x1b\x1b?\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\x1b?O[0-9;]*[@-~]"
    r"|\x1b[]PX^_][^\x1b\x07]*(?:\x07|\x1b\\)"
    r"|\x1b[^\x1b\[\]OPX^_]"
)
_UNFINISHED = re.compile(
    r"\x1b\x1b?(?:\[\[?[0-?]*[ -/]*|O[0-9;]*)?\Z|\x1b[]PX^_][^\x1b\x07]*\x1b?\Z"
)
_STRAY = re.compile(r"\x1b\x1b?(?:\[[0-?]*[ -/]*|O[0-9;]*|[]PX^_][^\x1b\x07]*)?")
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SYNCHRONISED = re.compile(r"\x1b\[\?2026;[12]\$y")


class Pressed(NamedTuple):
    """A key was pressed.

    Attributes:
        sequence: What the terminal sent for it.
    """

    sequence: str


class Pasted(NamedTuple):
    """Something was pasted; its first line, without control characters."""

    text: str


class PasteDropped(NamedTuple):
    """A paste was longer than `LONGEST_PASTE`."""


class FramesSupported(NamedTuple):
    """The terminal can show a frame at once (mode 2026)."""


Read = Pressed | Pasted | PasteDropped | FramesSupported


class Reader:
    """Read a terminal's characters; never raises, whatever they are.

    Args:
        known: The sequences of keys; others are dropped.
    """

    def __init__(self, known: Mapping[str, object]) -> None:
        self._known = known
        self._pending = ""
        self._pending_since = 0.0
        self._paste: str | None = None
        self._paste_size = 0
        self._paste_since = 0.0

    @property
    def waiting(self) -> bool:
        """Whether something unfinished would be decided by the passing of time."""
        return bool(self._pending) or self._paste is not None

    def feed(self, text: str, now: float) -> list[Read]:
        """Read more characters.

        Time alone does not part a sequence here: a busy program reads late what was sent at once. Call `tick` when nothing came.

        Args:
            text: What arrived; characters that could not be decoded are U+FFFD.
            now: Monotonic seconds.
        """
        found: list[Read] = []
        data, self._pending = self._pending + text, ""
        while data:
            if self._paste is None:
                data = self._read_keys(data, now, found)
            else:
                data = self._read_paste(data, now, found)
        if self._pending:
            self._pending_since = now
        return found

    def tick(self, now: float) -> Iterator[Read]:
        """Decide by the clock: a lone escape was the key, an unfinished sequence or paste is given up."""
        if self._paste is not None and now - self._paste_since > PASTE_SECONDS:
            if self._paste_size > LONGEST_PASTE:
                yield PasteDropped()
            self._paste, self._paste_size, self._pending = None, 0, ""
        elif self._paste is None and self._pending and now - self._pending_since > ESCAPE_SECONDS:
            if not self._pending.strip(ESC):
                yield Pressed(ESC)
            self._pending = ""

    def _read_keys(self, data: str, now: float, found: list[Read]) -> str:
        position, end = 0, len(data)
        while position < end:
            if data[position] != ESC:
                found.append(Pressed(data[position]))
                position += 1
                continue
            matched = _SEQUENCE.match(data, position)
            if matched is None:
                if _UNFINISHED.match(data, position):
                    self._pending = _shortened(data[position:])
                    return ""
                stray = _STRAY.match(data, position)
                position = stray.end() if stray else position + 1
                continue
            position = matched.end()
            sequence = matched.group()
            if sequence == PASTE_START:
                self._paste, self._paste_size, self._paste_since = "", 0, now
                return data[position:]
            if _SYNCHRONISED.fullmatch(sequence):
                found.append(FramesSupported())
            elif sequence in self._known:
                found.append(Pressed(sequence))
        return ""

    def _read_paste(self, data: str, now: float, found: list[Read]) -> str:
        text, marker, rest = data.partition(PASTE_END)
        if not marker:
            # The marker may be split over two reads.
            kept = next(
                (
                    size
                    for size in range(len(PASTE_END) - 1, 0, -1)
                    if text.endswith(PASTE_END[:size])
                ),
                0,
            )
            self._pending = text[len(text) - kept :]
            text = text[: len(text) - kept]
        self._collect(text, now)
        if marker:
            whole = self._paste or ""
            if self._paste_size > LONGEST_PASTE:
                found.append(PasteDropped())
            elif line := _first_line(whole):
                found.append(Pasted(line))
            self._paste, self._paste_size = None, 0
        return rest

    def _collect(self, text: str, now: float) -> None:
        self._paste_size += len(text)
        if self._paste_size > LONGEST_PASTE:
            # Dropped already; more of the same shows that its end is still to come.
            self._paste = ""
            self._paste_since = now
        else:
            self._paste = (self._paste or "") + text


def _first_line(text: str) -> str:
    lines = (_UNWANTED.sub("", line) for line in re.split(r"[\r\n]+", text))
    return next((line for line in lines if line), "")


def _shortened(sequence: str) -> str:
    """Keep what decides how an endless sequence goes on, so that it stays one without growing."""
    if len(sequence) <= _LONGEST_SEQUENCE:
        return sequence
    return sequence[:2] + (ESC if sequence.endswith(ESC) else "")
