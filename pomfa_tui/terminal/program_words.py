"""How the program of the terminal ended, as a short reason for the fresh process and as a sentence for the person."""

from __future__ import annotations

import errno
import os

ENDED = "program_ended"
FAILED = "program_failed"
KILLED = "program_killed"
MISSING = "program_missing"
CLOSED = "program_closed"
UNFIT = "program_unfit"

_AGAIN = "Sign in to go on; if it happens again, tell the helpdesk."
_HELPDESK = "Tell the helpdesk, who can put that right."

_SENTENCES = {
    ENDED: "The program has ended, and you are signed out. Sign in to open it again.",
    FAILED: "The program ended with an error (status {number}), and you are signed out. " + _AGAIN,
    KILLED: "The program was stopped (signal {number}), and you are signed out. " + _AGAIN,
    MISSING: "The program of this terminal is not there. " + _HELPDESK,
    CLOSED: "The program of this terminal may not be started by this account. " + _HELPDESK,
    UNFIT: "The program of this terminal cannot be started on this computer. " + _HELPDESK,
}


def reason_of(status: int) -> str:
    """Return the reason for an end as `os.waitpid` tells it."""
    if os.WIFSIGNALED(status):
        return f"{KILLED}:{os.WTERMSIG(status)}"
    code = os.waitstatus_to_exitcode(status)
    return f"{FAILED}:{code}" if code else ENDED


def reason_of_error(error: OSError) -> str:
    """Return the reason why a program could not be started."""
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return MISSING
    if error.errno in {errno.EACCES, errno.EPERM, errno.EISDIR}:
        return CLOSED
    return UNFIT


def sentence_of(reason: str) -> str:
    """Return what to tell the person; nothing for a reason that is not one of these."""
    kind, _, number = reason.partition(":")
    plain = number if number.isdecimal() else "unknown"
    return _SENTENCES.get(kind, "").format(number=plain)
