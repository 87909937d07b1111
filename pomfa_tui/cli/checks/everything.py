"""Every check of the doctor, for the command and for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.cli.checks import host, surroundings
from pomfa_tui.cli.checks.check import careful
from pomfa_tui.cli.checks.keeping import Keeping
from pomfa_tui.domain.checks import Check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pomfa_tui.domain.errors import Refusal
    from pomfa_tui.settings import Settings


def everything(settings: Settings, environ: Mapping[str, str]) -> list[Check]:
    """Return every check, in the order in which things are needed."""
    from pomfa_tui.host import SystemClock

    with Keeping.opened(settings, SystemClock()) as keeping:
        kept = keeping.checks()
    return [
        surroundings.settings_check(settings),
        *kept,
        careful("disk", lambda: surroundings.disk(settings)),
        careful("handover", lambda: host.handover(settings)),
        careful("qr", lambda: surroundings.qr_code(environ, settings.issuer)),
        *_here(environ),
    ]


def without_settings(environ: Mapping[str, str], refusal: Refusal) -> list[Check]:
    """Return what can be looked at where the configuration cannot be used."""
    from pomfa_tui.settings.rows import ISSUER

    return [
        Check.refused("settings", refusal),
        careful("qr", lambda: surroundings.qr_code(environ, ISSUER.default)),
        *_here(environ),
    ]


def _here(environ: Mapping[str, str]) -> list[Check]:
    return [
        careful("terminal", lambda: surroundings.terminal(environ)),
        careful("host", host.machine),
        careful("versions", surroundings.versions),
    ]
