"""Text from people and files: cleaned at the door, made harmless before it is shown or logged."""

from __future__ import annotations

import unicodedata

from pomfa_tui.domain.errors import BadInput

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that must not reach a terminal."""


def printable(text: str) -> str:
    """Return `text` with every character that a terminal could obey replaced.

    Control characters (C0, C1), bidirectional marks, zero-width and unassigned characters become U+FFFD (T20, K25).
    """
    return "".join(char if char.isprintable() else REPLACEMENT for char in text)


def folded(text: str) -> str:
    """Return the form in which texts are searched: NFC and without case."""
    return unicodedata.normalize("NFC", text).casefold()


def clean_line(field: str, text: str, *, longest: int, label: str, shortest: int = 1) -> str:
    """Return one line of text as it may be stored: NFC, trimmed, single spaces.

    Args:
        field: Name of the field, for the refusal.
        text: What was typed, pasted or read.
        longest: The most characters allowed, counted as code points after NFC.
        label: The field as people know it, for the sentence.
        shortest: The fewest characters allowed.

    Raises:
        BadInput: Too long, too short, or with characters that are not printable (GEN-05, GEN-07).
    """
    if len(text) > longest * 8:
        raise BadInput(field, f"{label} is too long. Use at most {longest} characters.")
    line = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    line = " ".join(part for part in line.split(" ") if part)
    if not line.isprintable():
        raise BadInput(
            field, f"{label} holds a character that cannot be shown. Type it again without pasting."
        )
    if len(line) < shortest:
        raise BadInput(field, f"{label} is missing. Fill it in.")
    if len(line) > longest:
        raise BadInput(field, f"{label} is too long. Use at most {longest} characters.")
    return line
