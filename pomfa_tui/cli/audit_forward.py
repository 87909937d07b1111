"""`pomfa-tui audit forward`: the audit log into syslog or the journal, each record once (AUD-09)."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.audit import Severity
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from pomfa_tui.domain.audit import AuditRecord

SOCKET = Path("/dev/log")
"""Where syslog daemons and the journal listen."""

PATIENCE = 5.0
"""Seconds that the daemon may take for one record."""

_AUTHPRIV = 10
_LEVELS = {Severity.INFO: 6, Severity.WARNING: 4, Severity.CRITICAL: 2}


@click.command("forward")
@click.option(
    "--socket",
    "place",
    type=click.Path(path_type=Path),
    default=SOCKET,
    show_default=True,
    metavar="PATH",
    help="Where the host's log listens.",
)
@json_option
@pass_call
def forward(call: Call, place: Path) -> None:
    """Send new records to syslog or the journal.

    Goes on where the last run ended, so that a timer can run it. Where the host's log cannot be reached, nothing is lost: the next run sends
    what is missing.
    """
    with call.desk() as desk, Daemon(place) as daemon:
        count = desk.audit.forward(call.caller, daemon.send)
    words = counted(count, "record was", "records were")
    call.answer({"forwarded": count}, lambda: f"{words} forwarded to {shown(place)}.")


class Daemon:
    """The host's log.

    Args:
        place: Its socket.

    Raises:
        Unavailable: Nobody listens there.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(PATIENCE)
        try:
            self._socket.connect(str(place))
        except OSError as error:
            self._socket.close()
            raise self._unreachable(error) from None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the socket."""
        self._socket.close()

    def send(self, record: AuditRecord) -> None:
        """Hand a record over as one line of JSON (RFC 3164, section 4.1).

        Raises:
            Unavailable: The daemon does not take it.
        """
        from pomfa_tui.services.audit_lines import json_line

        priority = 8 * _AUTHPRIV + _LEVELS[record.event.severity]
        line = f"<{priority}>pomfa-tui[{record.event.pid}]: {json_line(record).rstrip()}"
        try:
            self._socket.send(line.encode())
        except OSError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"The host's log at {shown(self._place)} does not answer: {error.strerror or 'too slow'}. "
            "Nothing is lost: what is missing is sent by the next run."
        )
