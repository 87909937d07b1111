"""Joins app, screens and services for the terminal interface; nothing heavy is loaded before the first frame."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pomfa_tui.app import PomfaApp
    from pomfa_tui.bootstrap import Opened
    from pomfa_tui.domain.checks import Check
    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.sessions import SessionEnd, SessionLimits, SessionToken
    from pomfa_tui.screens.base import DeskScreen
    from pomfa_tui.screens.first import FirstScreen
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.settings import Settings


class DeskOnDemand:
    """Opens key, store and services when they are first asked for, once.

    Args:
        settings: Where they are.
        environ: Tells where this process runs, for the audit log.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = environ
        self._opening = threading.Lock()
        self._opened: Opened | None = None

    def open(self) -> Desk:
        """Return the services; blocks the first time.

        Raises:
            Refusal: They cannot be had now.
        """
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
                _tidy(self._opened.desk)
            return self._opened.desk

    def _open(self) -> Opened:
        try:
            from pomfa_tui.bootstrap import open_desk
            from pomfa_tui.host import this_place

            return open_desk(self._settings, this_place(self._environ), create_key=True)
        except ImportError as error:
            from pomfa_tui.domain.errors import Unloadable

            raise (Unloadable.because_of(error) or error) from None

    def record_fault(self, incident: str, place: str) -> None:
        """Write a fault of the program's own into the audit log, if that has been opened."""
        opened = self._opened
        if opened is not None:
            opened.desk.upkeep.record_fault(incident, place)

    def close(self) -> None:
        """Let go of the store's files."""
        if self._opened is not None:
            self._opened.close()


def _tidy(desk: Desk) -> None:
    """End the sessions that a killed terminal left, and forget what is kept no longer (SES-14, PRI-03, AUD-10).

    Nobody waits outside because of it: what cannot be tidied now is tidied at the next start, and a left session lets nobody in.
    """
    from pomfa_tui.domain.errors import Refusal

    with suppress(Refusal):
        desk.sessions.close_lost()
        desk.office.retention.forget()


class SessionKeeper:
    """What the app needs to know of its session, asked of the services.

    Args:
        desk: Returns the services.
        numbers: Among them how long sessions last.
    """

    def __init__(self, desk: Callable[[], Desk], numbers: Numbers) -> None:
        self._desk = desk
        self._numbers = numbers

    @cached_property
    def limits(self) -> SessionLimits:
        """How long sessions last."""
        from pomfa_tui.domain.sessions import SessionLimits

        return SessionLimits.of(self._numbers)

    def changes(self) -> int:
        """Return a number that grows with every commit."""
        return self._desk().sessions.changes()

    def check(self, token: SessionToken) -> None:
        """Make sure that the session stands.

        Raises:
            SessionEnded: It does not.
        """
        self._desk().sessions.check(token)

    def touch(self, token: SessionToken) -> None:
        """Note that somebody is there.

        Raises:
            SessionEnded: The session does not stand.
        """
        self._desk().sessions.touch(token)

    def sign_out(self, token: SessionToken, reason: SessionEnd) -> None:
        """End the session."""
        self._desk().sessions.sign_out(token, reason)


def build_app(
    settings: Settings,
    desk: DeskOnDemand,
    environ: Mapping[str, str],
    *,
    kiosk: bool,
    app: Callable[..., PomfaApp] | None = None,
) -> PomfaApp:
    """Make the app with its first screen.

    Args:
        settings: What was decided outside the program.
        desk: Has the services.
        environ: Tells what the terminal can show.
        kiosk: Whether this is the terminal's only program.
        app: Makes the app; `PomfaApp` by default.
    """
    from pomfa_tui.app import PomfaApp
    from pomfa_tui.screens.givens import Givens, Opening
    from pomfa_tui.terminal.traits import Traits

    def examine() -> list[Check]:
        from pomfa_tui.cli.checks.everything import everything

        return everything(settings, environ)

    givens = Givens(Opening(desk.open), settings, examine=examine)
    built = (app or PomfaApp)(
        first=_first_screen(settings, givens),
        guard=SessionKeeper(desk.open, settings.limits),
        help_screen=lambda: _help_screen(settings),
        contact_screen=lambda: _contact_screen(givens),
        traits=Traits.of(environ, _font(environ)),
        no_administrator_screen=lambda: _no_administrator_screen(settings),
        theme=settings.terminal.theme,
        animation=settings.terminal.animation,
        kiosk=kiosk,
        fresh_process=kiosk,
        record_fault=desk.record_fault,
    )
    if settings.handover.command:
        from pomfa_tui.terminal.handover import HandOver

        built.handover = HandOver(
            settings.handover.command,
            name=settings.handover.name,
            at_once=settings.handover.start == "at-once",
            grace=settings.handover.grace_seconds,
            environ=environ,
            wipes_history=built.wipes_history,
            note_fault=built.note_fault,
        )
    return built


def _font(environ: Mapping[str, str]) -> frozenset[str] | None:
    """Return what the font of a Linux console has; other terminals do not tell, and are not asked."""
    if environ.get("TERM") != "linux":
        return None
    from pomfa_tui.terminal.console_font import console_characters

    return console_characters(1)


def open_interface(
    settings: Settings, environ: Mapping[str, str], *, kiosk: bool = False, site: str | None = None
) -> int:
    """Check places and terminal, in this order, then run the interface; return the exit status.

    Args:
        settings: What was decided outside the program.
        environ: Tells what the terminal can show.
        kiosk: Whether this is the terminal's only program.
        site: ODS code of the site the terminal is bound to, instead of the configured one.

    Raises:
        Refusal: Settings or places cannot be used.
    """
    from pomfa_tui.bootstrap import check_places
    from pomfa_tui.launch import run_interface

    if site is not None:
        from dataclasses import replace

        from pomfa_tui.domain.sites import parse_site_code

        terminal = replace(settings.terminal, site=parse_site_code(site))
        settings = replace(settings, terminal=terminal)
    check_places(settings)
    desk = DeskOnDemand(settings, environ)
    try:
        return run_interface(lambda: build_app(settings, desk, environ, kiosk=kiosk), kiosk=kiosk)
    finally:
        desk.close()


def _first_screen(settings: Settings, givens: Givens) -> Callable[[], FirstScreen]:
    from pomfa_tui.bootstrap import looks_new

    if looks_new(settings):
        from pomfa_tui.screens.set_up import SetUpScreen

        return lambda: SetUpScreen(givens)
    from pomfa_tui.screens.sign_in import SignInScreen

    return lambda: SignInScreen(givens)


def _help_screen(settings: Settings) -> DeskScreen[None]:
    from pomfa_tui.screens.help import HelpScreen

    return HelpScreen(settings.facts())


def _contact_screen(givens: Givens) -> DeskScreen[None]:
    from pomfa_tui.screens.contact_us import ContactUsScreen

    return ContactUsScreen(givens)


def _no_administrator_screen(settings: Settings) -> DeskScreen[None]:
    from pomfa_tui.screens.no_administrator import NoAdministratorScreen

    return NoAdministratorScreen(settings.helpdesk)
