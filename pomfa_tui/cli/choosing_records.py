"""Which records of the audit log are meant, as options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from pomfa_tui.cli.kinds import EventName, MomentOfTime

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

_OPTIONS = (
    click.option("--site", metavar="CODE", help="Only records of this site."),
    click.option("--person", metavar="WHO", help="Only records by or about this e-mail or id."),
    click.option("--event", type=EventName(), metavar="EVENT", help="Only records of this event."),
    click.option(
        "--since",
        type=MomentOfTime(end_of_day=False),
        metavar="MOMENT",
        help="Not before this date, or date and time; UTC.",
    ),
    click.option(
        "--until",
        type=MomentOfTime(end_of_day=True),
        metavar="MOMENT",
        help="Up to this date, or before this date and time; UTC.",
    ),
)


def choosing_records(command: F) -> F:
    """Give a command the options that choose records: `site`, `person`, `event`, and UTC seconds `since` and `until`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
