"""The kiosk as it stands on a counter: the real program with `--kiosk`, its supervisor, and those who try their luck."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.terminal.conftest import Altered
from tests.terminal.pharmacy import Counter, Pharmacy
from tests.terminal.processes import child_of, is_running
from tests.terminal.pty_driver import Program


def memory_of(pid: int) -> bytes:
    """Return everything that a process may write to, as far as it can be read."""
    found = bytearray()
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, modes, *_ = line.split()
            if modes.startswith("rw") and not line.endswith(("[vvar]", "[vsyscall]")):
                start, _, end = span.partition("-")
                memory.seek(int(start, 16))
                try:
                    found += memory.read(int(end, 16) - int(start, 16))
                except OSError:
                    continue
    return bytes(found)


# -- One process a session, and one that outlives them ---------------------------------------------------------------


def test_a_screen_that_is_killed_is_cleared_away_and_the_next_one_starts(
    pharmacy: Pharmacy,
) -> None:
    """K27, K29, K59, SES-14, SES-16: nothing of it stays on the terminal, and its session is found lost."""
    jo = pharmacy.member()
    with Counter(pharmacy, "--kiosk") as counter:
        counter.sign_in(jo)
        killed = counter.screens
        os.kill(killed, signal.SIGKILL)
        counter.wait_for("starts again in 1 second")
        assert "Jo Hill" not in counter.screen_text
        counter.wait_for("Your own e-mail and password").settle(0.4)
        assert counter.screens != killed
        tail = bytes(counter.raw[counter.raw.rindex(b"Jo Hill") :])
        assert b"\x1b[3J" in tail
        log = pharmacy.settings.data_dir / "audit.jsonl"
        counter.wait_until(lambda: b'"lost"' in log.read_bytes())
        counter.terminate()
        assert counter.wait_exit() == 75
        assert counter.attributes == counter.attributes_before
    assert pharmacy.events(jo)[-1] == ("session_expired", "lost")


def test_screens_do_not_outlive_their_supervisor(pharmacy: Pharmacy) -> None:
    """K45: nobody would be left to clear up after them; the line stays, as it is not the supervisor that holds it."""
    holds_the_line = ["/bin/sh", "-c", '"$@"; read -r line', "sh"]
    with Program([*holds_the_line, *pharmacy.command, "run", "--kiosk"]) as program:
        program.wait_for("Your own e-mail")
        supervisor = child_of(program.process.pid)
        screens = child_of(supervisor)
        os.kill(supervisor, signal.SIGKILL)
        program.wait_until(lambda: not is_running(screens), 5)
        assert program.running


@pytest.mark.parametrize(("fault", "status"), [("fault at start", 70), ("killed at start", 137)])
def test_screens_that_fail_again_and_again_end_the_kiosk(
    altered: Altered, fault: str, status: int
) -> None:
    """K59: whoever started it sees by the status that something is wrong; pauses in between, and the terminal is given back."""
    pharmacy, installed = altered(fault, "no pauses")
    with Counter(pharmacy, "--kiosk") as counter:
        assert counter.wait_exit() == status
        assert (installed.folder / "starts").read_text(encoding="ascii") == "xxx"
        assert counter.attributes == counter.attributes_before
        assert counter.raw.count(b"starts again in") == 2


def test_what_is_no_fault_is_not_started_again(pharmacy: Pharmacy) -> None:
    """K59: refused at the start; closed by somebody who may and a lost line have tests of their own."""
    pharmacy.settings.key_file.unlink()
    with Counter(pharmacy, "--kiosk") as counter:
        assert counter.wait_exit() == 6
        assert b"starts again in" not in counter.raw


HAMMERED = ("ctrl+c", "ctrl+backslash", "ctrl+z")


def ignored(program: Program) -> set[int]:
    """Return the signals that a program ignores."""
    status = Path(f"/proc/{program.process.pid}/status").read_text(encoding="ascii")
    mask = int(status.partition("SigIgn:\t")[2].split()[0], 16)
    return {number for number in range(1, 32) if mask >> (number - 1) & 1}


def test_keys_that_make_signals_end_nothing_at_the_start_and_at_the_end(
    pharmacy: Pharmacy,
) -> None:
    """K03: hammered from the moment on that the program has one line of its own, and while it gives the terminal back."""
    with Counter(pharmacy, "--kiosk") as counter:
        keys = {signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP}
        counter.wait_until(lambda: keys <= ignored(counter))
        for _ in range(12):
            counter.press(*HAMMERED).settle(0.02)
        counter.wait_for("Your own e-mail and password").settle()
        assert counter.running
        counter.terminate().press(*HAMMERED)
        assert counter.wait_exit() == 75
        assert counter.attributes == counter.attributes_before


def test_an_administrator_closes_the_kiosk_from_behind_the_sign_in(pharmacy: Pharmacy) -> None:
    """Section 4, K01: the only way out, and it leaves the terminal clean."""
    kim = pharmacy.member("kim@example.org", role="admin")
    with Counter(pharmacy, "--kiosk") as counter:
        counter.sign_in(kim, "Close this terminal")
        counter.settle(0.4).press("end", "up", "enter").wait_for("Close this terminal?")
        counter.settle(0.4).press("tab", "enter")
        assert counter.wait_exit() == 0
        assert counter.attributes == counter.attributes_before
        assert "Jo Hill" not in counter.screen_text
    assert pharmacy.events(kim)[-1] == ("session_logout", "sign_out")


def test_nothing_of_a_session_is_left_in_memory_after_it(pharmacy: Pharmacy) -> None:
    """K27, SES-16: the process that knew password, code and session is gone; the next one never had them."""
    jo = pharmacy.member()
    with Counter(pharmacy, "--kiosk") as counter:
        counter.sign_in(jo)
        assert b"This is your first sign-in" in memory_of(counter.screens)
        counter.press("f12").wait_for("You have signed out").settle()
        for pid in (counter.screens, counter.process.pid):
            left = memory_of(pid)
            for gone in (jo.password, "This is your first sign-in", "Staff at Abbey Pharmacy"):
                assert gone.encode() not in left


# -- Nothing to take away ---------------------------------------------------------------------------------------------

PASSWORD = "Zq7-Hunter2-pw"
DRAG = "\x1b[<0;10;9M\x1b[<32;60;9M\x1b[<0;60;9m" + "\x1b[<0;12;9M\x1b[<0;12;9m" * 3
MODIFIED = "".join(f"\x1b{letter}" for letter in "abcdefx") + "\x1b[1;3P\x1b[113;5u\x1b[99;5u"
SCANNER = "\x1d\x11\x10\x1c\x1f"


def test_neither_keys_nor_mouse_nor_scanner_take_a_password_out_of_its_field(
    pharmacy: Pharmacy,
) -> None:
    """K22, K23, K63, K64, PWD-13: no clipboard, no selection, no letter typed by a modifier or a control character."""
    with Counter(pharmacy, "--kiosk") as counter:
        counter.wait_for("Your own e-mail").settle(0.3)
        counter.press("tab").send(PASSWORD).wait_for("•" * len(PASSWORD))
        counter.press("ctrl+a", "ctrl+c", "ctrl+x").send("\x1b[1;2H").press("ctrl+c", "ctrl+x")
        counter.send(DRAG).press("ctrl+c").send(MODIFIED).send(SCANNER).settle(0.3)
        assert "•" * len(PASSWORD) in counter.screen_text
        assert "•" * (len(PASSWORD) + 1) not in counter.screen_text
        counter.press("shift+tab", "ctrl+v").send("x").wait_for("║ x ")
        raw = bytes(counter.raw)
    for takes in (b"\x1b]52", b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h", PASSWORD.encode()):
        assert takes not in raw


def test_no_page_holds_a_link_a_picture_or_a_palette(pharmacy: Pharmacy, tmp_path: Path) -> None:
    """K02, K08, K24, GEN-04: Help and Contact us start no browser and write no file."""
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\ntouch {tmp_path}/BROWSED\n", encoding="utf-8")
    browser.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    variables = {"BROWSER": str(browser), "TEXTUAL_SCREENSHOT": "1"}
    with Counter(pharmacy, "--kiosk", environment=variables, folder=work) as counter:
        counter.wait_for("Your own e-mail").settle(0.3)
        for key, title in (("f1", " Help"), ("f2", " Contact us")):
            counter.press(key).wait_for(f"{title} ".strip()).settle()
            counter.settle().press("enter", "tab", "enter").send("\x1b[<0;5;5M\x1b[<0;5;5m")
            counter.settle().press(*("shift+tab",) * 4, "enter")
            counter.press("ctrl+p", "ctrl+s").settle()
            assert "Search for commands" not in counter.screen_text
            counter.press("escape").settle(0.3)
            if not counter.line(0).startswith(" Sign in"):
                counter.press("escape")
            counter.wait_for("Your own e-mail")
        assert b"\x1b]8;" not in counter.raw
    assert not (tmp_path / "BROWSED").exists()
    assert list(work.iterdir()) == []


# -- Places -----------------------------------------------------------------------------------------------------------


def test_what_the_program_makes_is_private_whatever_the_umask(tmp_path: Path) -> None:
    """K34, STO-02: on the first start, under a umask that lets everybody in."""
    umask = os.umask(0)
    try:
        done = Pharmacy(tmp_path)
        with Counter(done, "--kiosk") as counter:
            counter.wait_for("Your own e-mail")
    finally:
        os.umask(umask)
        done.close()
    for folder in (done.settings.data_dir, done.settings.key_file.parent):
        for path in (folder, *folder.iterdir()):
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("what", ["folder is a link", "store is a link", "store is a pipe", "wide"])
def test_places_that_others_could_reach_are_refused_in_one_sentence(
    pharmacy: Pharmacy, what: str
) -> None:
    """K35, STO-02: no traceback, no waiting, nothing overwritten, and the supervisor does not try again."""
    data, victim = pharmacy.settings.data_dir, pharmacy.folder / "victim"
    victim.write_text("as it was", encoding="utf-8")
    store = data / "store.json"
    match what:
        case "folder is a link":
            data.rename(pharmacy.folder / "elsewhere")
            data.symlink_to(pharmacy.folder / "elsewhere")
        case "store is a link":
            store.unlink()
            store.symlink_to(victim)
        case "store is a pipe":
            store.unlink()
            os.mkfifo(store, 0o600)
        case _:
            data.chmod(0o755)
    with Counter(pharmacy, "--kiosk") as counter:
        assert counter.wait_exit() == 7
        assert "Traceback" not in counter.screen_text
        assert "starts again" not in counter.screen_text
    assert victim.read_text(encoding="utf-8") == "as it was"
