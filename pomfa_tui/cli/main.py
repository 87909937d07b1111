"""The command `pomfa-tui`: its commands are loaded when they are used, and every way it ends has one exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from pomfa_tui.cli.call import Call, early_json_option
from pomfa_tui.cli.kinds import PLACE
from pomfa_tui.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROGRAM = "pomfa-tui"

_STANDARD_STREAMS = 3


class Program(LazyGroup):
    """The whole command line. However it ends, nobody sees a traceback."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,  # noqa: ARG002 - the name is the contract's, however it was started
        **extra: Any,
    ) -> None:
        """Run a command and exit with its status; does not return.

        Args:
            args: The command line without the program's name; that of the process by default.
            prog_name: Not looked at.
            extra: For click's context.
        """
        _occupy_standard_streams()
        if args is None:
            from pomfa_tui.bootstrap import protect_process

            protect_process()
        arguments = list(sys.argv[1:] if args is None else args)
        call = Call(os.environ)
        try:
            status = self._run(arguments, call, extra)
        except BaseException as error:  # noqa: BLE001 - the last resort: one sentence, one status
            from pomfa_tui.cli.endings import end_badly

            status = end_badly(error, call, arguments)
        sys.exit(status)

    def _run(self, arguments: list[str], call: Call, extra: dict[str, Any]) -> int:
        with self.make_context(PROGRAM, arguments, obj=call, **extra) as context:
            status = self.invoke(context)
        call.flush()
        return status if isinstance(status, int) else 0


@click.group(
    name=PROGRAM,
    cls=Program,
    modules={
        "run": "pomfa_tui.cli.run",
        "init": "pomfa_tui.cli.init",
        "demo": "pomfa_tui.cli.demo",
        "site": "pomfa_tui.cli.site",
        "person": "pomfa_tui.cli.person",
        "import": "pomfa_tui.cli.import_people:import_people",
        "request": "pomfa_tui.cli.request",
        "phone-reset": "pomfa_tui.cli.phone_reset:phone_reset",
        "session": "pomfa_tui.cli.session",
        "audit": "pomfa_tui.cli.audit",
        "report": "pomfa_tui.cli.report",
        "verify": "pomfa_tui.cli.verify",
        "backup": "pomfa_tui.cli.backup",
        "restore": "pomfa_tui.cli.restore",
        "key": "pomfa_tui.cli.key",
        "tidy": "pomfa_tui.cli.tidy",
        "doctor": "pomfa_tui.cli.doctor",
    },
    invoke_without_command=True,
)
@click.option("--data", type=PLACE, metavar="DIR", help="The data folder.")
@click.option("--key-file", type=PLACE, metavar="FILE", help="The file with the master key.")
@click.option("--config", type=PLACE, metavar="FILE", help="The configuration file.")
@early_json_option
@click.version_option(package_name="pomfa-tui", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    context: click.Context, data: Path | None, key_file: Path | None, config: Path | None
) -> int | None:
    """The sign-in desk of a pharmacy system: e-mail, password and authenticator code.

    Without a command it opens the terminal interface.
    """
    call: Call = context.obj
    call.name_places(data=data, key_file=key_file, config=config)
    if context.invoked_subcommand is not None:
        return None
    from pomfa_tui.cli.run import open_interface

    return open_interface(call)


def _occupy_standard_streams() -> None:
    """Put `/dev/null` where a standard stream is closed, or else the next file opened would take its number."""
    for number in range(_STANDARD_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
