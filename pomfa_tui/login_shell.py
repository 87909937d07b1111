"""What an account is given that people reach over SSH: the sign-in desk and nothing else, whatever is asked for (K10, K12, K13).

Installed as a script of its own, which names what only the host may decide; see docs/deploy/pomfa-shell. It serves as a login shell and as
ForceCommand.
"""

from __future__ import annotations

import os
import sys

from pomfa_tui.terminal.statuses import WRONG_USAGE

PASSED_ON = frozenset(
    {
        "COLORTERM",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LOGNAME",
        "NO_COLOR",
        "SSH_CLIENT",
        "SSH_CONNECTION",
        "SSH_TTY",
        "TERM",
        "USER",
    }
)
"""What somebody at the other end may decide or be known by; no place, no file and no setting of this program is among it."""

REFUSAL = "This account opens the sign-in desk and nothing else: connect without a command.\n"


def main(*, config: str | None = None, kiosk: bool = False) -> None:
    """Open the sign-in desk; does not return.

    Args:
        config: The configuration file, by its full path; the one for this host by default.
        kiosk: Whether the desk can be left by cutting the connection alone, as suits a counter terminal that is a thin client.
    """
    # A login shell is given what is to be run as `-c ...`, be it this script as ForceCommand; what was asked for in its place then stands
    # in a variable, which is not read.
    plain = sys.argv[1:] in ([], ["-c", sys.argv[0]])
    if not plain or "SSH_ORIGINAL_COMMAND" in os.environ:
        os.write(2, REFUSAL.encode("ascii"))
        os._exit(WRONG_USAGE)
    for name in set(os.environ) - PASSED_ON:
        del os.environ[name]
    os.environ["HOME"] = _home()
    places = [] if config is None else ["--config", config]
    sys.argv[1:] = [*places, "run", *(["--kiosk"] if kiosk else [])]
    from pomfa_tui.__main__ import main as start  # noqa: PLC0415 - nothing is loaded for those who are refused

    start()


def _home() -> str:
    import pwd  # noqa: PLC0415 - as above

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return "/"
