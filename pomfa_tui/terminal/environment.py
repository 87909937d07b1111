"""Start clean: an isolated interpreter and nothing but known variables, before anything else is imported (K04-K06, K21).

Imports as little as possible, since it runs in the short-lived process that starts the isolated one.
"""

from __future__ import annotations

import os
import sys

from pomfa_tui.terminal.statuses import UNSAFE_ENVIRONMENT

TYPE_CHECKING = False  # as type checkers know it; importing it from `typing` takes longer than all of this module
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHORT = 64
_LINE = 128
_EMAIL = 254
_PATH = 4096

ALLOWED: dict[str, int] = {
    "TERM": _SHORT,
    "TERM_PROGRAM": _SHORT,
    "COLORTERM": _SHORT,
    "NO_COLOR": _SHORT,
    "LANG": _SHORT,
    "LC_ALL": _SHORT,
    "LC_CTYPE": _SHORT,
    "USER": _SHORT,
    "LOGNAME": _SHORT,
    "HOME": _PATH,
    "XDG_CONFIG_HOME": _PATH,
    "XDG_DATA_HOME": _PATH,
    "XDG_STATE_HOME": _PATH,
    "TMPDIR": _PATH,
    "CREDENTIALS_DIRECTORY": _PATH,
    "POMFA_CONFIG": _PATH,
    "POMFA_DATA_DIR": _PATH,
    "POMFA_KEY_FILE": _PATH,
    "POMFA_ENDED": _SHORT,
    "POMFA_EXPECTED": _EMAIL,
    "POMFA_SUPERVISOR": _SHORT,
    "POMFA_TTY_FLAGS": _SHORT,
    "PAM_RHOST": _EMAIL,
    "PAM_SERVICE": _SHORT,
    "PAM_TTY": _SHORT,
    "PAM_TYPE": _SHORT,
    "PAM_USER": _EMAIL,
    "SSH_CLIENT": _LINE,
    "SSH_CONNECTION": _LINE,
    "SSH_TTY": _LINE,
}
"""Every variable that is let in, and the most characters of its value."""

OURS: dict[str, str] = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""What this program sets whatever the caller says."""

OUR_PROGRAM = ("-c", "from pomfa_tui.__main__ import main; main()")
"""How Python finds this program; `-m` would load more to the same end."""


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are let in, with what this program sets itself."""
    kept = {
        name: environment[name]
        for name, longest in ALLOWED.items()
        if name in environment
        and len(environment[name]) <= longest
        and environment[name].isprintable()
    }
    if _is_coerced(kept):
        del kept["LC_CTYPE"]
    if not _is_terminal_name(kept.get("TERM", "")):
        kept["TERM"] = "xterm-256color"
    return kept | OURS


def isolate(arguments: Sequence[str], *, program: Sequence[str] = OUR_PROGRAM) -> None:
    """Go on with a clean environment, in an interpreter that nothing foreign has got into; return only when this is one.

    Python reads `PYTHONINSPECT`, `PYTHONPATH` and the account's own packages before the first line of this program, so that
    removing variables here would be too late: where there are any, the interpreter is started once more, with `-I`. Otherwise that
    would change nothing but the working or script folder on the path, which is taken off, and cost a tenth of the start.

    Args:
        arguments: The command line without the program's name.
        program: How Python finds the program.
    """
    clean = cleaned(os.environ)
    if not sys.flags.isolated:
        if _may_have_been_reached(os.environ):
            restart(arguments, clean, program=program)
        if not sys.flags.safe_path:
            del sys.path[0]
    for name in set(os.environ) - set(clean):
        del os.environ[name]
    os.environ.update(clean)


def _may_have_been_reached(environment: Mapping[str, str]) -> bool:
    """Tell whether variables or packages of the account may have changed this interpreter, or its locale how it reads files."""
    site = sys.modules.get("site")
    return (
        any(name.startswith(("PYTHON", "LD_")) for name in environment)
        or getattr(site, "ENABLE_USER_SITE", True) is not False
        or sys.getfilesystemencoding() != "utf-8"
    )


def restart(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    program: Sequence[str] = OUR_PROGRAM,
) -> None:
    """Replace this process by a fresh one of the same program; does not return."""
    if not (sys.executable or "").startswith("/"):
        # So it is when a login shell is started under the name `-something` (K04).
        _refuse("pomfa-tui cannot tell which Python runs it: start it by its full path.")
    if not sys.flags.isolated and not _is_installed():
        _refuse(
            "pomfa-tui is not installed where an isolated Python finds it: install it in an environment of its own, "
            "and start that without PYTHONPATH."
        )
    python = sys.executable
    os.execve(python, [python, "-I", "-X", "utf8", *program, *arguments], environment)  # noqa: S606 - no shell is the point


def _is_installed() -> bool:
    """Tell whether this package lies in a folder that `-I` leaves on the path."""
    ours = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120 - pathlib loads too slowly here
    left_out = [*os.environ.get("PYTHONPATH", "").split(":")]
    site = sys.modules.get("site")
    left_out.append(getattr(site, "USER_SITE", None) or "")
    first = 0 if sys.flags.safe_path else 1
    return ours in [path for path in sys.path[first:] if path not in left_out]


def _refuse(sentence: str) -> None:
    os.write(2, f"{sentence}\n".encode())
    os._exit(UNSAFE_ENVIRONMENT)


def _is_coerced(environment: Mapping[str, str]) -> bool:
    """Tell whether Python has set `LC_CTYPE` itself, as it does in the C locale (PEP 538): nobody said that the terminal is UTF-8."""
    return environment.get("LC_CTYPE") in {"C.UTF-8", "C.utf8", "UTF-8"} and environment.get(
        "LANG", ""
    ) in {"", "C", "POSIX"}


def _is_terminal_name(name: str) -> bool:
    return (
        0 < len(name) <= 32  # noqa: PLR2004 - names in terminfo are shorter
        and name.isascii()
        and name[0].isalnum()
        and all(char.isalnum() or char in "+._-" for char in name)
    )
