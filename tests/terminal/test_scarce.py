"""A machine that gives too little: memory, a disk that takes no more, an installation that may not execute, a process that is killed.

The real program in a terminal of its own; the limits are those of the kernel.
"""

from __future__ import annotations

import re
import resource
import signal
from functools import partial
from pathlib import Path

import cryptography

from tests.terminal.pharmacy import Counter, Pharmacy
from tests.terminal.pty_driver import Program

MIB = 1 << 20
FILES = ("store.json", "store.journal", "audit.jsonl")
ENDLESS = resource.RLIM_INFINITY
NO_EXECUTION = """
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,noexec "$1" || exit 99
shift; exec "$@"
"""


def is_newer(path: Path, moment: int) -> bool:
    """Tell whether a file has been written since a moment, in nanoseconds."""
    return path.stat().st_mtime_ns > moment


def words(program: Program) -> str:
    """Return everything on the screen as one run of words."""
    return " ".join(program.screen_text.split())


def offer(program: Program, email: str, password: str, answer: str) -> None:
    """Type e-mail and password over what stands there, and wait for the answer."""
    program.wait_for("Your own e-mail and password").settle(0.4)
    if "> Password" in program.screen_text:
        program.press("shift+tab").wait_for("> E-mail")
    program.press("ctrl+u").send(f"{email}\t{password}\r")
    program.wait_until(lambda: answer in words(program)).settle(0.4)


def limit(program: Program, room: int) -> None:
    """Let a running program grow by so many bytes, or as far as it likes."""
    status = Path(f"/proc/{program.process.pid}/status").read_text(encoding="ascii")
    held = re.search(r"VmSize:\s+(\d+) kB", status)
    assert held is not None
    most = ENDLESS if room == ENDLESS else int(held[1]) * 1024 + room
    resource.prlimit(program.process.pid, resource.RLIMIT_AS, (most, ENDLESS))


def test_short_of_memory_it_says_so_and_works_once_there_is_enough(pharmacy: Pharmacy) -> None:
    """K56, STO-13: the hash does not get what it needs; nothing is counted, and nobody has to start the program again."""
    pharmacy.configure("[limits]\nhash_memory = 262144\nhash_time = 1")
    with Counter(pharmacy) as counter:
        counter.wait_for("Your own e-mail and password").settle(0.3)
        limit(counter, 96 * MIB)
        offer(counter, "nobody@example.org", "any password", "short of memory")
        limit(counter, ENDLESS)
        offer(counter, "nobody@example.org", "any password", "did not match")
        assert counter.running
        assert b"Traceback" not in counter.raw


def test_an_installation_that_may_not_execute_is_named(pharmacy: Pharmacy) -> None:
    """K56: `noexec`; one sentence, its status, and the terminal as it was."""
    command = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", NO_EXECUTION, "sh"]
    packages = str(Path(cryptography.__file__).parents[1])
    with Program([*command, packages, *pharmacy.command, "run"]) as program:
        assert program.wait_exit() == 7
        assert "cannot be loaded here" in words(program)
        assert "noexec" in words(program)
        assert "fault" not in words(program)
        assert program.attributes == program.attributes_before


def test_the_doctor_tells_what_only_the_host_can_close(pharmacy: Pharmacy) -> None:
    """K33, K65: what this very kernel says of its SysRq keys, and nothing of swap where there is none."""
    with Program([*pharmacy.command, "doctor"], rows=60) as program:
        program.wait_exit()
        said = words(program)
    switch = Path("/proc/sys/kernel/sysrq")
    keys = switch.read_text(encoding="ascii").strip() if switch.exists() else "0"
    assert (f"kernel.sysrq={keys}" in said) is (keys != "0")
    swaps = Path("/proc/swaps").read_text(encoding="utf-8").splitlines()[1:]
    assert swaps or "wap on" not in said
    assert "host" in said


def test_a_disk_that_takes_no_more_is_told_and_what_was_there_stays(pharmacy: Pharmacy) -> None:
    """K55, STO-13: not a byte of the files is lost, nobody is let in unrecorded, and it goes on as soon as there is room."""
    jo = pharmacy.member()
    data = pharmacy.settings.data_dir
    with Counter(pharmacy) as counter:
        offer(counter, jo.email, "not the one", "did not match")
        before = {
            path.name: path.read_bytes().rstrip() for path in data.iterdir() if path.name in FILES
        }
        resource.prlimit(counter.process.pid, resource.RLIMIT_FSIZE, (1, ENDLESS))
        offer(counter, jo.email, "not the one", "largest size")
        assert pharmacy.run("audit", "verify")["ok"] is True
        for name, content in before.items():
            assert (data / name).read_bytes().startswith(content), name
        resource.prlimit(counter.process.pid, resource.RLIMIT_FSIZE, (ENDLESS, ENDLESS))
        offer(counter, jo.email, jo.password, "Authentication code")


def test_killed_while_it_writes_it_has_either_all_of_it_or_nothing(pharmacy: Pharmacy) -> None:
    """K55, STO-09: `kill -9` the moment the journal grows, and the moment the answer shows; the next start finds a whole store."""
    jo = pharmacy.member()
    journal = pharmacy.settings.data_dir / "store.journal"
    for told in (False, True):
        with Counter(pharmacy) as counter:
            counter.wait_for("Your own e-mail and password").settle(0.4)
            written = journal.stat().st_mtime_ns
            counter.send(f"{jo.email}\tnot the one\r")
            if told:
                counter.wait_for("did not match")
            else:
                counter.wait_until(partial(is_newer, journal, written))
            counter.kill(signal.SIGKILL)
        assert pharmacy.run("audit", "verify")["ok"] is True
    with Counter(pharmacy) as counter:
        counter.sign_in(jo, "since your last sign-in")
        assert "wrong password" in words(counter)
