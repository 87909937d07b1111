"""What the process keeps to itself when it crashes, is dumped or debugged."""

from __future__ import annotations

import asyncio
import ctypes
import io
import os
import re
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import PosixPath
from subprocess import CompletedProcess
from typing import NoReturn

import pytest

from pomfa_tui import safefiles
from pomfa_tui.security import process

Script = Callable[[str], "CompletedProcess[str]"]
SECRET = "Hunter2-pw"


@pytest.fixture
def hardened() -> Iterator[None]:
    """Set the hooks of this process and put the old ones back; the limits of the test run stay as they are."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "umask", lambda _: 0)
        patch.setattr(resource, "setrlimit", lambda *_: None)
        patch.setattr(ctypes, "CDLL", lambda _: None)
        process.harden()
        yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def explode(secret: str) -> NoReturn:
    raise ValueError(f"{secret} in message")


class OddPath(PosixPath):
    """A path that fails in foreign code below the program's own."""

    @property
    def parent(self) -> NoReturn:
        """Fail."""
        explode(SECRET)


def test_a_hardened_process_leaves_no_dump_and_lets_nobody_look_in(script: Script) -> None:
    """STO-02, STO-12, K30, K31: umask 077, RLIMIT_CORE 0 for good, PR_GET_DUMPABLE 0."""
    done = script(
        """
import ctypes, os, resource
from pomfa_tui.security.process import harden
os.umask(0)
print(harden())
print(oct(os.umask(0o077)), resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Hardening(no_core_files=True, not_dumpable=True)",
        "0o77 (0, 0) 0",
    ]


def test_what_this_system_does_not_allow_is_told_and_not_fatal(script: Script) -> None:
    """K56: locked-down machines may refuse either."""
    done = script(
        """
import ctypes, resource
from pomfa_tui.security import process

def refuse(*_):
    raise OSError("no")

resource.setrlimit = refuse
ctypes.CDLL = refuse
print(process.harden())
process.sys.platform = "darwin"
print(process.harden())
"""
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["Hardening(no_core_files=False, not_dumpable=False)"] * 2


@pytest.mark.parametrize(
    "crash",
    [
        "explode(secret)",
        "threading.Thread(target=explode, args=(secret,)).start()",
        "Forgetful(secret)",
        "asyncio.run(forget(secret))",
        "asyncio.run(call_soon(secret))",
        "asyncio.run(warn(secret))",
    ],
)
def test_no_crash_prints_a_value_or_a_line_of_source(script: Script, crash: str) -> None:
    """STO-12, GEN-01, K36: the type and the place, whether it dies in a thread, a task or a destructor."""
    done = script(
        f"""
import asyncio, logging, threading
from pomfa_tui.security.process import harden, silence_loop

def explode(secret):
    raise ValueError(secret + " in message") from KeyError(secret)

class Forgetful:
    def __init__(self, secret):
        self.secret = secret
    def __del__(self):
        explode(self.secret)

async def fail(secret):
    explode(secret)

async def forget(secret):
    silence_loop(asyncio.get_running_loop())
    task = asyncio.ensure_future(fail(secret))
    await asyncio.wait([task])
    del task

async def call_soon(secret):
    silence_loop(asyncio.get_running_loop())
    asyncio.get_running_loop().call_soon(explode, secret)
    await asyncio.sleep(0)

async def warn(secret):
    silence_loop(asyncio.get_running_loop())
    logging.getLogger("asyncio").error("task %r", secret)
    asyncio.get_running_loop().call_exception_handler({{"message": secret, "future": secret}})

harden()
secret = "{SECRET}"
{crash}
"""
    )
    assert done.stdout == ""
    sentence = done.stderr.strip()
    assert re.fullmatch(
        r"pomfa-tui: a fault (\(ValueError at <string>:\d+\)|in the event loop)\. Tell the helpdesk\.",
        sentence,
    )


def test_a_fault_is_placed_at_the_innermost_line_of_the_program() -> None:
    """GEN-01: no path of this machine; and where the program's own line is not involved, the last file's name."""
    from pomfa_tui.domain.passwords import PasswordRules

    with pytest.raises(AttributeError) as caught:
        PasswordRules.of(None)  # type: ignore[arg-type]
    place = process.fault_place(caught.type, caught.tb)
    assert re.fullmatch(r"AttributeError at domain/passwords\.py:\d+", place)
    with pytest.raises(ValueError, match="in message") as below:
        safefiles.create_folder(OddPath())
    place = process.fault_place(below.type, below.tb)
    assert re.fullmatch(r"ValueError at safefiles\.py:\d+", place)
    with pytest.raises(ValueError, match="in message") as outside:
        explode(SECRET)
    assert re.fullmatch(
        r"ValueError at test_process\.py:\d+", process.fault_place(outside.type, outside.tb)
    )
    assert process.fault_place(ValueError, None) == "ValueError"


@pytest.mark.usefixtures("hardened")
def test_ending_on_purpose_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(), None, None)))
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("hardened")
def test_a_closed_or_missing_standard_error_does_not_make_a_crash_worse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        sys.excepthook(ValueError, ValueError(SECRET), None)


def test_only_faults_of_the_loop_are_handled_not_its_work() -> None:
    async def work() -> int:
        process.silence_loop(asyncio.get_running_loop())
        return 7

    assert asyncio.run(work()) == 7
