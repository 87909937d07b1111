"""Come to the first frame quickly: no garbage collection meanwhile, and no TLS in a program without a network."""

from __future__ import annotations

import gc
import sys


def begin() -> None:
    """Prepare for a quick start, before anything large is imported.

    asyncio does without `ssl` where Python was built without it; loading OpenSSL costs 4 MiB and a tenth of the time to the first
    frame.
    """
    gc.disable()
    sys.modules.setdefault("ssl", None)  # type: ignore[arg-type] - how Python is told that a module is not there


def finish() -> None:
    """Go on as usual: collect garbage, though not among what was loaded, and let `ssl` be imported by whoever needs it."""
    if sys.modules.get("ssl", begin) is None:
        del sys.modules["ssl"]
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
