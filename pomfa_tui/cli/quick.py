"""Open the terminal interface without loading the command line, when that was asked for in so many words.

The command line takes a tenth of the time to the first frame to load. What is not understood here is left to it, and so is everything
that is wrong: it has the better words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACES = {"--data": "data", "--key-file": "key_file", "--config": "config"}
_LONGEST = 255


class Wish(NamedTuple):
    """What was asked for.

    Attributes:
        data: The data folder.
        key_file: The file with the master key.
        config: The configuration file.
        site: ODS code of the site the terminal is bound to.
        kiosk: Whether this is the terminal's only program.
    """

    data: str | None = None
    key_file: str | None = None
    config: str | None = None
    site: str | None = None
    kiosk: bool = False


def wish_of(arguments: Sequence[str]) -> Wish | None:
    """Read `[--data DIR] [--key-file FILE] [--config FILE] [run [--kiosk] [--site CODE]]`, each with its value apart, or none."""
    found: dict[str, str | bool] = {}
    words = iter(arguments)
    running = False
    for word in words:
        if word == "run" and not running:
            running = True
        elif word == "--kiosk" and running and "kiosk" not in found:
            found["kiosk"] = True
        else:
            name = "site" if word == "--site" and running else _PLACES.get(word, "")
            value = next(words, "")
            plain = value.isprintable() and 0 < len(value.encode()) <= _LONGEST
            if not name or name in found or not plain or value.startswith("-"):
                return None
            if running and name != "site":
                return None
            found[name] = value
    return Wish(**found)  # type: ignore[arg-type]


def open_quickly(arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Open the interface and return its exit status, or none where the command line should have a look."""
    wish = wish_of(arguments)
    if wish is None:
        return None
    from pathlib import Path

    from pomfa_tui.cli.interface import open_interface
    from pomfa_tui.domain.errors import Refusal
    from pomfa_tui.settings import Settings

    def path(text: str | None) -> Path | None:
        return None if text is None else Path(text)

    try:
        settings = Settings.load(path(wish.config), path(wish.data), path(wish.key_file), environ)
        return open_interface(settings, environ, kiosk=wish.kiosk, site=wish.site)
    except Refusal:
        return None
