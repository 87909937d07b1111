"""What somebody should know who has just signed in: one or two sentences each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import DAY, counted
from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.permissions import Role
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.ports import StoreMeta
    from pomfa_tui.domain.sessions import FailedTries

CLOCK_DAYS = 7
"""Days for which administrators and support are told that the clock was behind (rule 27)."""


class Urgency(Enum):
    """How a notice is marked, in words."""

    NOTE = "Note"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True)
class HomeNotice:
    """One thing to know, in one or two sentences."""

    urgency: Urgency
    text: str


def failure_notices(before: FailedTries) -> Iterator[HomeNotice]:
    """Tell of failed tries since the last sign-in: how many of which, when and where the last was, while that is kept (THR-12)."""
    if not before.number:
        return
    found = [
        _tries(
            before.codes,
            "wrong code after your right password",
            "wrong codes after your right password",
        ),
        _tries(before.passwords, "wrong password", "wrong passwords"),
    ]
    tries = " and ".join(each for each in found if each)
    if before.last is None:
        when = "when and where is no longer kept"
    else:
        last = f"on {_moment(before.last.at)} at {printable(before.last.terminal)}"
        when = last if before.number == 1 else f"the last {last}"
    yield HomeNotice(
        Urgency.WARNING,
        f"{tries} since your last sign-in: {when}. Not you? Change your password and tell an administrator.",
    )


def clock_notices(meta: StoreMeta | None, now: int, role: Role) -> Iterator[HomeNotice]:
    """Tell those who can have it mended that the host's clock was behind, also after it was set right (rule 27)."""
    moved = meta.moved_back if meta is not None else None
    if moved is None or role not in {Role.ADMIN, Role.SUPPORT} or now - moved.at > CLOCK_DAYS * DAY:
        return
    minutes = max(1, round(moved.seconds / 60))
    yield HomeNotice(
        Urgency.WARNING,
        f"On {_moment(moved.at)} this computer's clock moved back by about {counted(minutes, 'minute')}, and codes were refused. "
        "Have it kept right by a time service.",
    )


def _tries(number: int, one: str, many: str) -> str:
    return counted(number, one, many) if number else ""


def _moment(at: int) -> str:
    return f"{london_time(at):%-d %b %Y, %H:%M}"
