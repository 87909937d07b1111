"""A screen that ends at once as it is told to, under the real supervisor with short pauses; run by the tests in a pty."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from pomfa_tui.terminal import supervisor


def main() -> None:
    """Count the starts in a file, then end by a status, or by a signal."""
    starts, how = Path(sys.argv[1]), sys.argv[2]
    supervisor.PAUSES = (0, 0)  # type: ignore[assignment]
    supervisor.supervise()
    with starts.open("a", encoding="ascii") as file:
        file.write("x")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(int(how))


if __name__ == "__main__":
    main()
