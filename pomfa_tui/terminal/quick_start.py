"""Come to the first frame quickly: without what this program never uses, and no garbage collection meanwhile."""

from __future__ import annotations

import gc
import sys
from types import ModuleType
from typing import cast

PALETTE = "textual.command"
PALETTE_NAMES = (
    "CommandListItem",
    "CommandPalette",
    "DiscoveryHit",
    "Hit",
    "Hits",
    "Provider",
    "SimpleProvider",
)
"""What Textual's own modules import of its palette."""

# A module or None, which is how Python is told that there is none; the type of `sys.modules` has no word for that.
_MODULES = cast("dict[str, object]", sys.modules)


def begin() -> None:
    """Prepare for a quick start, before anything large is imported.

    The palette is forbidden here (K02), and it alone loads a dozen kinds of widgets: empty classes stand in for it. asyncio does
    without `ssl` where Python was built without it: loading OpenSSL costs 4 MiB.
    """
    gc.disable()
    _MODULES.setdefault("ssl", None)
    _MODULES.setdefault(PALETTE, _empty_palette())


def finish() -> None:
    """Go on as usual: collect garbage, though not among what was loaded, and let `ssl` be imported by whoever needs it."""
    if _MODULES.get("ssl", _MODULES) is None:
        del _MODULES["ssl"]
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _empty_palette() -> ModuleType:
    module = ModuleType(PALETTE, "Nothing: this program has no command palette.")
    for name in PALETTE_NAMES:
        setattr(module, name, type(name, (), {}))
    return module
