"""Exit statuses of the terminal interface, beside those of the command line."""

from __future__ import annotations

WRONG_USAGE = 2
"""No terminal to show anything on."""

UNSAFE_ENVIRONMENT = 7
"""The surroundings cannot be trusted."""

CRASHED = 70
"""A fault of the program's own (EX_SOFTWARE of sysexits.h)."""

LINE_LOST = 75
"""The line hung up, standard input ended, or SIGTERM asked to end (EX_TEMPFAIL)."""

STUCK = 76
"""Nothing moved for twenty seconds, or ending took longer than three; the watchdog ended the process."""
