"""Come to the first frame quickly: no garbage collection meanwhile, and no TLS in a program without a network."""

from __future__ import annotations

import gc
import sys
from typing import cast

# Module or None; how Python is told that a module is not there, for which its type has no word.
_MODULES = cast("dict[str, object]", sys.modules)


def begin() -> None:
    """Prepare for a quick start, before anything large is imported.

    asyncio does without `ssl` where Python was built without it; loading OpenSSL costs 4 MiB and a thirtieth of the time to the
    first frame.
    """
    gc.disable()
    _MODULES.setdefault("ssl", None)


def finish() -> None:
    """Go on as usual: collect garbage, though not among what was loaded, and let `ssl` be imported by whoever needs it."""
    if _MODULES.get("ssl", _MODULES) is None:
        del _MODULES["ssl"]
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
