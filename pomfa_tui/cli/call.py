"""One call of the command line: where the store is, who calls, and how the answer is wanted."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pomfa_tui.bootstrap import Opened
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.settings import Settings

F = TypeVar("F", bound="Callable[..., Any]")


class Fault(Exception):  # noqa: N818 - the program's own word for it
    """A fault of the program's own, under the number that it has in the audit log.

    Args:
        incident: The number.
        place: Type and places of the fault; never a value.
    """

    def __init__(self, incident: str, place: str) -> None:
        super().__init__(incident)
        self.incident = incident
        self.place = place

    @classmethod
    def of(cls, error: BaseException) -> Fault:
        """Give a fault a number, unless it has one."""
        if isinstance(error, Fault):
            return error
        from pomfa_tui.terminal.faults import new_incident, place_of

        return cls(new_incident(), place_of(error))


class Call:
    """What commands share.

    Args:
        environ: The environment.

    Attributes:
        environ: The environment.
        as_json: Whether the answer is one JSON object on standard output.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.as_json = False
        self._data: Path | None = None
        self._key_file: Path | None = None
        self._config: Path | None = None

    def name_places(self, *, data: Path | None, key_file: Path | None, config: Path | None) -> None:
        """Take the places that the command line names."""
        self._data, self._key_file, self._config = data, key_file, config

    def settings(self) -> Settings:
        """Return what was decided outside the program.

        Raises:
            WrongUsage: Something cannot be used.
            UnsafeEnvironment: Somebody else could change the configuration.
        """
        from pomfa_tui.settings import Settings

        return Settings.load(self._config, self._data, self._key_file, self.environ)

    @property
    def caller(self) -> HostCaller:
        """Whoever owns the store and runs the command line."""
        from pomfa_tui.host import login_name
        from pomfa_tui.services.access import HostCaller

        return HostCaller(login_name())

    @contextmanager
    def desk(self, terminal: str | None = None) -> Iterator[Desk]:
        """Open a store that has been set up; nothing is created.

        Args:
            terminal: Where somebody is, as the audit log names it; by default where this process is.

        Raises:
            Refusal: Settings, places, key or store cannot be used, or the store has not been set up.
        """
        with self.opened(self.settings(), terminal) as opened:
            yield opened.desk

    @contextmanager
    def opened(self, settings: Settings, terminal: str | None = None) -> Iterator[Opened]:
        """Open a store that has been set up, for what needs more than its services.

        Raises:
            Refusal: As for `desk`.
        """
        self.require_output()
        from pomfa_tui.bootstrap import check_places, looks_new, open_desk
        from pomfa_tui.domain.errors import NotInitialised
        from pomfa_tui.host import this_place

        check_places(settings)
        if looks_new(settings):
            raise NotInitialised
        place = this_place(self.environ)
        opened = open_desk(settings, replace(place, terminal=terminal or place.terminal))
        try:
            if opened.desk.setup.needed():
                raise NotInitialised
            with _faults_recorded(opened.desk):
                yield opened
        finally:
            opened.close()

    def answer(self, document: Mapping[str, object], text: Callable[[], str]) -> None:
        """Write the answer to standard output.

        Args:
            document: For programs.
            text: Makes the answer for people; called only when it is wanted.
        """
        if self.as_json:
            import json

            # ASCII alone, so that no locale on the way can damage it.
            sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")
        else:
            sys.stdout.write(text().rstrip("\n") + "\n")
        self.flush()

    @staticmethod
    def require_output() -> None:
        """Refuse to begin where nobody could read the answer, which may hold a code that is shown once.

        Raises:
            WrongUsage: Standard output is closed.
        """
        if sys.stdout is None:
            from pomfa_tui.domain.errors import WrongUsage

            raise WrongUsage(
                "Standard output is closed, so nothing was done: open it, or send it to a file."
            )

    @staticmethod
    def flush() -> None:
        """Write out what is still held back, so that a full disk or a closed pipe is noticed here."""
        if sys.stdout is not None:
            sys.stdout.flush()


@contextmanager
def _faults_recorded(desk: Desk) -> Iterator[None]:
    """Write faults into the audit log, if that still takes them (GEN-01)."""
    from pomfa_tui.domain.errors import Refusal

    try:
        yield
    except (Refusal, OSError, MemoryError, click.ClickException, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001 - recorded, and raised again
        fault = Fault.of(error)
        with suppress(Exception):
            desk.upkeep.record_fault(fault.incident, fault.place)
        raise fault from None


pass_call = click.make_pass_decorator(Call)


def json_option(command: F) -> F:
    """Give a command the option `--json`."""
    return _json_option(hidden=False)(command)


def early_json_option(command: F) -> F:
    """Let a group take `--json` as well, for whoever writes it before the command."""
    return _json_option(hidden=True)(command)


def _json_option(*, hidden: bool) -> Callable[[F], F]:
    def ask_for_json(context: click.Context, _: click.Parameter, wanted: bool) -> None:
        call = context.find_object(Call)
        if wanted and call is not None:
            call.as_json = True

    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=ask_for_json,
        hidden=hidden,
        help="Print one JSON object and nothing else.",
    )
