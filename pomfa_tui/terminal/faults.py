"""A fault of the program's own: one sentence, a number to quote, and never a value (K20, GEN-01, STO-12)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import TracebackType

_DEEPEST = 3
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class FaultRecorder(Protocol):
    """Writes a fault where those who look after the terminal find it."""

    def __call__(self, incident: str, place: str) -> None:
        """Record a fault.

        Args:
            incident: The number that the person was shown.
            place: Type and places of the fault; never a value.
        """


def record_nowhere(incident: str, place: str) -> None:
    """Record nothing; for programs without a log."""


def new_incident() -> str:
    """Return a number to quote to the helpdesk, such as `7K3Q-M0ZD`."""
    # 256 is a multiple of the alphabet's 32 letters; `secrets` would load all of OpenSSL for it.
    drawn = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def place_of(error: BaseException) -> str:
    """Return the type of `error` and its innermost places: no message, no locals, no folders."""
    # Textual wraps what failed in a worker.
    error = getattr(error, "error", error)
    places: list[str] = []
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " < ".join([f"{type(error).__name__} at", *places[: -_DEEPEST - 1 : -1]]).replace(
        "at < ", "at "
    )


def stopped(incident: str) -> str:
    """Return the sentence of a program that had to stop."""
    return (
        f"pomfa-tui stopped because of a fault of its own (incident {incident}). Start it again; if it stops again, "
        "tell the helpdesk this number."
    )


def went_wrong(incident: str) -> str:
    """Return the sentence of a step that failed while the program goes on."""
    return f"Something went wrong here (incident {incident}). Try again; if it happens again, tell the helpdesk this number."
