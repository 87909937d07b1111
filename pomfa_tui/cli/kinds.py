"""What options may hold: read strictly, and refused in one sentence that repeats only a little of what was typed."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.memberships import JobTitle

LONGEST_PATH = 4095
LONGEST_NAME = 255
"""Bytes of a path and of one name in it (Linux, `PATH_MAX` less the closing nought and `NAME_MAX`)."""

_REPEATED = 40
_WHOLE = re.compile(r"[0-9]{1,9}")


def repeated(text: str) -> str:
    """Return what was typed for a sentence: harmless, and cut."""
    shown = printable(text[: _REPEATED + 1])
    return shown if len(shown) <= _REPEATED else f"{shown[:_REPEATED]}…"


class Place(click.ParamType):  # type: ignore[type-arg]
    """A path; nothing is looked up."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or refuse what no system takes for one."""
        path = Path(value)
        if not str(value) or "\0" in str(value):
            self.fail("a path is missing here. Name one.", param, ctx)
        if len(os.fsencode(path)) > LONGEST_PATH or any(
            len(os.fsencode(part)) > LONGEST_NAME for part in path.parts
        ):
            self.fail("the path is longer than paths can be. Name a shorter one.", param, ctx)
        return path


class WholeNumber(click.ParamType):  # type: ignore[type-arg]
    """A number in ASCII digits between two bounds.

    Args:
        low: The least.
        high: The most.
    """

    name = "number"

    def __init__(self, low: int, high: int) -> None:
        self._low = low
        self._high = high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        text = str(value)
        if not _WHOLE.fullmatch(text) or not self._low <= int(text) <= self._high:
            self.fail(f"write a whole number from {self._low} to {self._high}.", param, ctx)
        return int(text)


class MomentOfTime(click.ParamType):  # type: ignore[type-arg]
    """A date, or a date and time in ISO 8601; UTC where nothing else is said.

    Args:
        end_of_day: Whether a date alone means the end of that day; its beginning otherwise.
    """

    name = "moment"

    def __init__(self, *, end_of_day: bool) -> None:
        self._end_of_day = end_of_day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return UTC seconds."""
        moment = self._read(value.strip()) if isinstance(value, str) and value.isascii() else None
        if moment is None:
            self.fail(
                "write a date such as 2026-11-23, or a date and time such as 2026-11-23T07:00:00Z.",
                param,
                ctx,
            )
        return moment

    def _read(self, text: str) -> int | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return _moment(text)
        following = timedelta(days=1) if self._end_of_day else timedelta()
        try:
            return int(datetime.combine(day + following, time(), tzinfo=UTC).timestamp())
        except OverflowError:
            return None


class Job(click.ParamType):  # type: ignore[type-arg]
    """A job title of the rules; hyphens stand for spaces."""

    name = "job"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> JobTitle:
        """Return the title."""
        from pomfa_tui.domain.errors import BadInput
        from pomfa_tui.domain.memberships import parse_job

        try:
            return parse_job(str(value))
        except BadInput as refusal:
            self.fail(refusal.message, param, ctx)


class EventName(click.ParamType):  # type: ignore[type-arg]
    """The name of an event in the audit log."""

    name = "event"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        from difflib import get_close_matches

        from pomfa_tui.domain.audit import Event

        known = [event.value for event in Event]
        if value not in known:
            close = get_close_matches(str(value)[:_REPEATED], known, n=1)
            hint = f" Perhaps {close[0]} is meant." if close else ""
            self.fail(f"there is no event {repeated(str(value))}.{hint}", param, ctx)
        return str(value)


def _moment(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


PLACE = Place()
