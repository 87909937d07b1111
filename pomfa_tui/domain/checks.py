"""What the doctor finds: one check, how it went, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.errors import Refusal

REFUSED = 1
"""Exit status of a check that fails without a status of its own."""


class Status(StrEnum):
    """How a check went; the words are part of the command line's contract."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found.

    Attributes:
        name: What was looked at.
        status: How it went.
        detail: What was found.
        fix: What to do about it, or none.
        exit_code: Status of the whole command when this check fails.
    """

    name: str
    status: Status
    detail: str
    fix: str | None = None
    exit_code: int = 0

    @classmethod
    def fine(cls, name: str, detail: str) -> Check:
        """Return a check that found nothing wrong."""
        return cls(name, Status.OK, detail)

    @classmethod
    def doubtful(cls, name: str, detail: str, fix: str) -> Check:
        """Return a check that found something to look at."""
        return cls(name, Status.WARN, detail, fix)

    @classmethod
    def failed(cls, name: str, detail: str, fix: str, exit_code: int = REFUSED) -> Check:
        """Return a check that found something that keeps people from signing in, or lets others in."""
        return cls(name, Status.FAIL, detail, fix, exit_code)

    @classmethod
    def refused(cls, name: str, refusal: Refusal) -> Check:
        """Return a check that the program itself refuses, in the words it would use."""
        detail, fix = _split(refusal.message)
        return cls(name, Status.FAIL, detail, fix, refusal.exit_code)


def _split(message: str) -> tuple[str, str]:
    """Part what is wrong from what to do, which refusals say in this order."""
    for separator in (": run: ", ". ", ": "):
        detail, found, fix = message.partition(separator)
        if found:
            return f"{detail}.", f"Run: {fix}" if "run" in separator else _capital(fix)
    return message, "Put that right and run the doctor again."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
