"""`pomfa-tui verify`: the same lock for another program's login, such as PAM's (`pam_exec` with `expose_authtok`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.standard_input import is_terminal, secret_line, some
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.domain.text import printable
from pomfa_tui.domain.typed_together import password_and_code

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 2048
"""Bytes that are read: twice the longest password."""

_LONGEST_TERMINAL = 64
_ORIGIN = re.compile(r"[0-9A-Za-z:._%-]{1,64}")


@click.command()
@click.option(
    "--email", metavar="E", help="Whose password and code; by default PAM's user, as [pam] says."
)
@json_option
@pass_call
def verify(call: Call, email: str | None) -> None:
    """Check a password and a code from standard input: status 0 lets in, 3 does not.

    Both come as two lines, or as one with the code directly behind the password. No session is opened.
    """
    whose = email or _pam_user(call)
    with call.desk(_pam_terminal(call.environ)) as desk:
        password, code = _typed()
        found = desk.another_door.let_in(whose, password, code)
    if call.as_json or found.failures:
        call.answer({"let_in": True, "failures": found.failures}, lambda: _told(found.failures))


def _pam_user(call: Call) -> str:
    login = call.environ.get("PAM_USER", "")
    if not login:
        raise WrongUsage("Whose? Name an e-mail with --email, or let PAM name its user.")
    return call.settings().pam.email_of(login)


def _pam_terminal(environ: Mapping[str, str]) -> str | None:
    """Return where PAM says that somebody is; advisory, as everything about the other end is (A37).

    Raises:
        WrongUsage: PAM calls for something else than to have somebody's password checked.
    """
    kind = environ.get("PAM_TYPE")
    if kind is None:
        return None
    if kind != "auth":
        raise WrongUsage("PAM may ask for this only in a line that begins with `auth`.")
    words = [printable(environ.get("PAM_SERVICE", ""))]
    words += [printable(environ.get("PAM_TTY", "")).removeprefix("/dev/")]
    origin = environ.get("PAM_RHOST", "")
    words += [origin if _ORIGIN.fullmatch(origin) else ""]
    return f"pam:{' '.join(word for word in words if word)}"[:_LONGEST_TERMINAL]


def _typed() -> tuple[str, str]:
    if is_terminal():
        return secret_line("Password"), secret_line("Code")
    data = some(LONGEST)
    text = data.rstrip(b"\0").decode("utf-8", "replace")
    if not text.strip("\r\n"):
        # Some programs try an empty password first, unasked: that is no guess and must not count.
        raise WrongUsage("Password and code missing: they are read from standard input.")
    return password_and_code(text)


def _told(failures: int) -> str:
    tries = counted(failures, "failed try", "failed tries")
    return f"There have been {tries} since your last sign-in. If that was not you, tell an administrator."
