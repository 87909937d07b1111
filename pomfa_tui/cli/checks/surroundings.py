"""Checks of what is around: settings, disk, terminal, QR code and versions."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pomfa_tui.settings import Settings
    from pomfa_tui.terminal.traits import Traits

COLUMNS, ROWS = 80, 24
"""The design size of every screen."""

LEAST_FREE, GOOD_FREE = 8_000_000, 100_000_000
"""Bytes below which a commit may fail, and below which it is time to look."""

_CHROME_ROWS = 2
STEPS_COLUMNS = 36
"""Columns that the steps of a pairing take beside the QR code."""

_USUAL_EMAIL = "firstname.lastname1@nhs.net"
_DEPENDENCIES = ("textual", "tinydb", "argon2-cffi", "cryptography")


def settings_check(settings: Settings) -> Check:
    """Say which configuration holds."""
    from pomfa_tui.filewords import shown

    source = f"Read from {shown(settings.config)}" if settings.config else "No configuration file"
    return Check.fine(
        "settings",
        f"{source}; data in {shown(settings.data_dir)}, key in {shown(settings.key_file)}.",
    )


def disk(settings: Settings) -> Check:
    """Look whether the store's disk takes changes and has room."""
    place = _nearest(settings.data_dir)
    found = os.statvfs(place)
    free = found.f_bavail * found.f_frsize
    room = f"{free // 1_000_000} MB free"
    if found.f_flag & os.ST_RDONLY:
        return Check.failed(
            "disk",
            "The data folder's disk is read-only, so nobody can sign in.",
            "Make it writable.",
            Unavailable.exit_code,
        )
    if free < LEAST_FREE or (found.f_files and not found.f_favail):
        return Check.failed(
            "disk", f"The data folder's disk is full ({room}).", "Make room.", Unavailable.exit_code
        )
    if free < GOOD_FREE:
        return Check.doubtful(
            "disk", f"The data folder's disk fills up ({room}).", "Make room soon."
        )
    return Check.fine("disk", f"The data folder's disk has {room}.")


def terminal(environ: Mapping[str, str]) -> Check:
    """Look what the terminal shows, and what is missing for the interface."""
    descriptor = _terminal()
    if descriptor is None:
        return Check.fine(
            "terminal", "This was not started in a terminal, so there is none to look at."
        )
    traits = _traits(environ, descriptor)
    columns, rows = _measured(descriptor)
    colours = f"{traits.colours} colours" if traits.colours else "no colours"
    seen = (
        f"{traits.name}, {columns}x{rows}, {colours}, {'UTF-8' if traits.unicode else 'not UTF-8'}"
    )
    if columns < COLUMNS or rows < ROWS:
        return Check.doubtful(
            "terminal", f"{seen}: too small.", f"Make it at least {COLUMNS}x{ROWS}."
        )
    if not traits.blocks:
        return Check.doubtful(
            "terminal",
            f"{seen}; without the block characters that QR codes are drawn with.",
            "Use a UTF-8 locale; on a console also a font that has them: setfont Uni2-VGA16",
        )
    return Check.fine("terminal", f"{seen}.")


def qr_code(environ: Mapping[str, str], issuer: str) -> Check:
    """Say how the QR code of a pairing would be drawn here."""
    from pomfa_tui.domain.totp import SECRET_BYTES, base32
    from pomfa_tui.otpauth import PairingOffer, account_label
    from pomfa_tui.qr import NoPicture, Room, encode, fit
    from pomfa_tui.terminal.traits import Traits

    descriptor = _terminal()
    traits = Traits() if descriptor is None else _traits(environ, descriptor)
    columns, rows = (COLUMNS, ROWS) if descriptor is None else _measured(descriptor)
    room = Room(
        columns=columns - STEPS_COLUMNS,
        rows=rows - _CHROME_ROWS,
        blocks=traits.blocks,
        colour=bool(traits.colours),
    )
    offer = PairingOffer(issuer, account_label(_USUAL_EMAIL, 1), base32(bytes(SECRET_BYTES)))
    picture = fit(encode(offer), room)
    if isinstance(picture, NoPicture):
        return Check.doubtful(
            "qr", picture.sentence, "For a picture, use a larger terminal with a UTF-8 locale."
        )
    where = "here" if descriptor is not None else f"on {COLUMNS}x{ROWS}"
    return Check.fine(
        "qr",
        f"Drawn in {picture.drawing.value} {where}: version {picture.code.version}, "
        f"{picture.columns}x{picture.rows}, margin {picture.quiet}.",
    )


def versions() -> Check:
    """Name the program and what it stands on."""
    from importlib.metadata import version

    from pomfa_tui import __version__

    found = ", ".join(f"{name} {version(name)}" for name in _DEPENDENCIES)
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Check.fine("versions", f"pomfa-tui {__version__}, Python {python}, {found}.")


def _nearest(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _terminal() -> int | None:
    return next((number for number in (0, 1, 2) if _is_terminal(number)), None)


def _is_terminal(number: int) -> bool:
    try:
        return os.isatty(number)
    except OSError:
        return False


def _measured(descriptor: int) -> tuple[int, int]:
    try:
        return tuple(os.get_terminal_size(descriptor))  # type: ignore[return-value]
    except OSError:
        return 0, 0


def _traits(environ: Mapping[str, str], descriptor: int) -> Traits:
    from pomfa_tui.terminal.console_font import console_characters
    from pomfa_tui.terminal.traits import Traits

    return Traits.of(environ, console_characters(descriptor))
