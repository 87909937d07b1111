"""The shell of the program in a real terminal, against what terminals, people and systems do to it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.terminal.pty_driver import TIMEOUT, Program

DEMO = Path(__file__).parent / "demo_program.py"
PASSWORD = "Zq7-Hunter2-pw"
LEAVES_ALTERNATE = b"\x1b[?1049l"


class Desk(Program):
    """The demonstration program in a terminal."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        environment: Mapping[str, str] | None = None,
        work: Path | None = None,
    ) -> None:
        self.notes = folder
        arguments = [sys.executable, str(DEMO), str(folder), *options]
        super().__init__(arguments, environment=environment, folder=work)

    @property
    def endings(self) -> list[str]:
        """Why sessions have ended, as the guard was told."""
        path = self.notes / "ended"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def ready(self) -> Desk:
        """Wait for the first screen."""
        self.wait_for("Contact us")
        return self

    def sign_in(self) -> Desk:
        """Sign in and wait for the page behind."""
        self.ready().send("anna").press("tab").send("right").press("enter").wait_for("Only for")
        return self

    def answers(self) -> None:
        """Show that the keyboard still works: Help opens and closes."""
        self.press("f1").wait_for(lambda text: text.startswith(" Help"))
        self.press("escape").wait_for(lambda text: not text.startswith(" Help"))

    def left_clean(self) -> None:
        """Show that the terminal is as it was found."""
        assert LEAVES_ALTERNATE in self.raw
        assert self.raw.rstrip().endswith((b"\x1b[?1004l", b"\x1b[H")) or b"\x1b[?25h" in self.raw
        assert self.attributes == self.attributes_before
        assert b"Traceback" not in self.raw


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as program:
        yield program


# -- Ways out ---------------------------------------------------------------------------------------------------------


def test_no_key_leaves_the_program_or_opens_a_palette(desk: Desk) -> None:
    """K01, K02, K22, GEN-04: ctrl+q, ctrl+p, ctrl+c, ctrl+z and ctrl+backslash do nothing."""
    desk.ready().send("keep")
    for key in (
        "ctrl+q",
        "ctrl+p",
        "ctrl+c",
        "ctrl+z",
        "ctrl+backslash",
        "ctrl+x",
        "ctrl+v",
        "ctrl+d",
    ):
        desk.press(key)
    desk.send("me").wait_for("keepme")

    assert desk.running
    assert "Search for commands" not in desk.screen_text
    assert b"\x1b]52" not in desk.raw


def test_keys_hammered_during_the_start_do_not_end_it(tmp_path: Path) -> None:
    """K03, K26: neither signals nor typed-ahead text get in."""
    with Desk(tmp_path) as desk:
        desk.wait_until(lambda: "SigIgn" in Path(f"/proc/{desk.process.pid}/status").read_text())
        for _ in range(12):
            desk.settle(0.02)
            desk.press("ctrl+z").send("ahead")
        desk.ready().settle()

        assert desk.running


def test_nothing_typed_at_the_start_lands_in_the_first_field(desk: Desk) -> None:
    """K26: what is typed before anybody asked is dropped."""
    desk.send("ahead").wait_until(lambda: b"\x1b[?1049h" in desk.raw)
    desk.ready().send("wanted").wait_for("wanted").settle()

    assert "ahead" not in desk.screen_text


ENVIRONMENTS = [
    {"PYTHONINSPECT": "1"},
    {"TEXTUAL_ALLOW_SIGNALS": "1"},
    {"TEXTUAL_DRIVER": "evil:X", "PYTHONPATH": "."},
    {"TEXTUAL_PRESS": "ctrl+q"},
    {"TEXTUAL_LOG": "textual.log", "TEXTUAL_DEBUG": "1", "TEXTUAL": "debug,devtools"},
    {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_FILENAME": "shot.svg"},
    {"TEXTUAL_COLOR_SYSTEM": "bogus"},
    {"COLUMNS": "1", "LINES": "1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"TERM": "../../evil"},
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: next(iter(each)))
def test_no_variable_changes_what_the_program_is(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """K04, K05, K06, K21, K57, GEN-03: no file, no keys, no prompt, no foreign code."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "evil.py").write_text("open('EVIL-RAN', 'w')", encoding="utf-8")
    with Desk(tmp_path, environment=environment, work=work) as desk:
        desk.ready().press("ctrl+c").send(PASSWORD).wait_for(PASSWORD)
        desk.press("tab", "tab", "tab", "tab", "tab", "enter")

        assert desk.wait_exit() == 0
        assert "\\u25" not in desk.screen_text
    assert [path.name for path in work.iterdir()] == ["evil.py"]


# -- What a line can send ---------------------------------------------------------------------------------------------


def test_bytes_that_are_no_utf8_do_not_end_it(desk: Desk) -> None:
    """K14: the pound sign of a Latin-1 terminal is enough for Textual."""
    desk.ready()
    for data in (b"\xa3", b"\xff", b"\x80", b"\xe2\x82a", b"\xed\xa0\x80", bytes(range(128, 256))):
        desk.send(data).answers()


SEQUENCES = [
    b"\x1b[1114112u",
    b"\x1b[97:65:98;5u",
    b"\x1b[:u",
    b"\x1b[48;24;80;0;0t\x1b[<0;1;1M",
    b"\x1b[48;9999999;9999999;1;1t",
    b"\x1b[48;2;2;2;2t",
    b"\x1b[113;5u",
    b"\x1b[200~\x1b[48;9999999;9999999;1;1t\x1b[201~",
]


def test_sequences_that_break_parsers_do_nothing(desk: Desk) -> None:
    """K15, K41: no crash, no size from the line, no gigabytes."""
    desk.ready()
    for data in SEQUENCES:
        desk.send(data).answers()
    desk.settle()

    assert desk.resident_kib() < 64 * 1024
    assert desk.line(-1).startswith("  F1")


def test_noise_on_the_line_does_not_end_it(desk: Desk) -> None:
    """K14, K15: bytes of every kind, but for those that press a button."""
    noise = random.Random(7)  # noqa: S311 - the same noise each time
    harmless = [value for value in range(256) if value not in b" \r"]
    parts = [b"\x1b", b"\x1b[", b"\x1b[200~", b"\x1b[201~", b"\x1bO", b"\x1b]", b"\xc3", b";", b"u"]
    desk.ready()
    for _ in range(150):
        burst = [noise.choice(parts) for _ in range(3)]
        burst += [bytes(noise.choices(harmless, k=12))]
        noise.shuffle(burst)
        desk.send(b"".join(burst))
    desk.send(b"\x1b[201~").settle(2.2)
    while desk.line(0) != " Sign in":
        desk.press("escape").settle(0.3)

    desk.answers()
    assert desk.resident_kib() < 64 * 1024


def test_a_paste_of_a_megabyte_is_refused_in_words(desk: Desk) -> None:
    """K44: dropped whole, and the keyboard works."""
    desk.ready().send(b"\x1b[200~" + b"x" * 1_000_000 + b"\x1b[201~")
    desk.wait_for("longer than 1024 characters").answers()

    assert "xxx" not in desk.screen_text
    assert desk.resident_kib() < 64 * 1024


def test_a_paste_never_presses_a_key(desk: Desk) -> None:
    """K44: an escape inside a paste makes Textual take the rest for keys."""
    desk.ready().paste("ab\x1b\x11cd\r\n\x1b[24~second").wait_for("abcd").settle()

    assert desk.running
    assert "second" not in desk.screen_text


def test_a_paste_without_end_leaves_the_keyboard_alive(desk: Desk) -> None:
    """K44."""
    desk.ready().send(b"\x1b[200~abc").settle(2.3)
    desk.send("typed").wait_for("typed")


def test_a_flood_of_keys_costs_no_memory(desk: Desk) -> None:
    """K43: it waits in the kernel, not in the program."""
    desk.ready().send(b"a" * 4000).answers()

    assert desk.resident_kib() < 64 * 1024


def test_any_size_is_survived_and_what_was_typed_stays(desk: Desk) -> None:
    """K42, K58, ACC-12: the other end of the line may claim anything."""
    desk.ready()
    for number, size in enumerate([(1, 1), (80, 1), (1000, 1000), (65535, 65535), (0, 0)], start=1):
        desk.resize(*size, draw=False).settle(0.1)
        desk.resize(80, 24).settle(0.1)
        desk.send("z").wait_for("z" * number)

    assert desk.resident_kib() < 96 * 1024


def test_a_window_that_is_too_small_says_what_is_needed(desk: Desk) -> None:
    """ACC-12: and takes no keys, since nobody would see them land."""
    desk.ready().send("anna").wait_for("anna")
    desk.resize(79, 24).wait_for("Make it at least 80 by 24")
    desk.send("unseen").settle(0.3)
    desk.resize(80, 24).wait_for("anna").settle()

    assert "unseen" not in desk.screen_text
    assert "at least 80" not in desk.screen_text


# -- Leaks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["crash", "worker"])
def test_a_crash_shows_one_sentence_and_no_value(desk: Desk, what: str) -> None:
    """K20, K59, GEN-01, STO-12, T22, T24: a number to quote, recorded with its place."""
    desk.ready().send(what).press("tab").send(PASSWORD).press("enter")

    assert desk.wait_exit() == 70
    desk.left_clean()
    assert PASSWORD.encode() not in desk.raw
    sentence = desk.screen_text.replace("\n", "")
    incident = re.search(r"\(incident ([0-9A-Z]{4}-[0-9A-Z]{4})\)", sentence)
    assert incident
    assert sentence.count("pomfa-tui stopped because of a fault of its own") == 1
    recorded = (desk.notes / "faults").read_text(encoding="utf-8")
    assert recorded.startswith(f"{incident.group(1)} RuntimeError at demo_program.py:")
    assert PASSWORD not in recorded


def test_failures_that_nobody_asks_for_print_a_place_and_no_value(desk: Desk) -> None:
    """K36: in a task, a thread and a finaliser, when the screens have gone and standard error is the terminal."""
    desk.ready().send("forgotten").press("tab").send(PASSWORD).press("enter")

    assert desk.wait_exit() == 0
    assert PASSWORD.encode() not in desk.raw
    assert b"never retrieved" not in desk.raw
    assert desk.raw.count(b"pomfa-tui: a fault (ValueError at demo_program.py:") == 3
    assert b"all three" in desk.raw
    desk.left_clean()


def test_a_stored_name_cannot_speak_to_the_terminal(desk: Desk) -> None:
    """K07, K25, K40, GEN-05: neither markup nor escape sequences."""
    desk.sign_in().settle()

    assert "[@click=app.leave]Bob[/] �]52;c;ZXZpbA== �2J � �gnp [/" in desk.screen_text
    for raw in (b"\x1b]52", b"\xc2\x9b", b"\x0e", "\u202e".encode()):
        assert raw not in desk.raw


def test_the_rest_of_a_password_does_not_land_in_the_next_screen(desk: Desk) -> None:
    """K26: what is typed after Enter, and within a moment of the next screen, goes nowhere."""
    desk.ready().send("anna").press("tab").send("right").send("\r" + "Rest-of-it")
    desk.wait_for("Only for").settle()

    assert "Rest" not in desk.screen_text


def test_typing_name_tab_password_in_one_go_keeps_the_password_covered(desk: Desk) -> None:
    """PWD-13, ACC-03: password managers type faster than Textual moves the focus."""
    for _ in range(2):
        desk.ready().send("anna\tright\r").wait_for("Only for").settle(0.4)
        assert "right" not in desk.screen_text
        assert b"annaright" not in desk.raw
        desk.press("f12").wait_for("You have signed out").settle()


def test_the_password_is_masked_until_asked(desk: Desk) -> None:
    """PWD-13, ACC-04: F3 shows it, leaving the field hides it."""
    desk.ready().press("tab").send(PASSWORD).wait_for("•" * len(PASSWORD))
    desk.press("f3").wait_for(PASSWORD)
    desk.press("tab").wait_for("F3 Hide")
    desk.press("tab").wait_for("•" * len(PASSWORD))

    assert PASSWORD not in desk.screen_text


def test_the_process_cannot_be_looked_into(desk: Desk) -> None:
    """K30, K32, STO-12: no core file, nothing in arguments or variables, no rights to be gained."""
    desk.ready().press("tab").send(PASSWORD).settle()
    proc = Path(f"/proc/{desk.process.pid}")

    limits = (proc / "limits").read_text(encoding="ascii")
    assert re.search(r"Max core file size\s+0\s+0", limits)
    assert PASSWORD not in (proc / "cmdline").read_text(encoding="utf-8")
    assert PASSWORD.encode() not in (proc / "environ").read_bytes()
    assert "Umask:\t0077" in (proc / "status").read_text(encoding="ascii")
    assert "NoNewPrivs:\t1" in (proc / "status").read_text(encoding="ascii")


LIKE_AN_ACCOUNT = [
    "setpriv",
    "--bounding-set=-all,+dac_override,+dac_read_search",
    "--inh-caps=-all",
]
"""What an account of its own has by itself: root looks into everything, unless it gives that right up."""


def test_not_even_its_own_account_looks_into_the_process(tmp_path: Path) -> None:
    """K31, STO-12: neither its memory nor its variables, which any other program of the account gives away."""
    rights = LIKE_AN_ACCOUNT if os.geteuid() == 0 else []
    with (
        Program([*rights, sys.executable, str(DEMO), str(tmp_path)]) as desk,
        Program([*rights, "sleep", "60"]) as other,
    ):
        desk.wait_for("Contact us")
        other.wait_until(lambda: b"sleep" in cmdline(other))
        for program, may in ((other, True), (desk, False)):
            for name in ("environ", "maps"):
                command = [*rights, "cat", f"/proc/{program.process.pid}/{name}"]
                looked = subprocess.run(command, capture_output=True, check=False)
                assert (looked.returncode == 0) is may, looked.stderr


def cmdline(program: Program) -> bytes:
    """Return what a process was started with."""
    return Path(f"/proc/{program.process.pid}/cmdline").read_bytes().split(b"\0")[0]


def test_nothing_of_a_page_stays_after_the_end(desk: Desk) -> None:
    """K29, SES-16: not even where the terminal has no second page."""
    desk.sign_in()
    desk.terminate()
    desk.wait_exit()

    tail = bytes(desk.raw[desk.raw.rindex(b"Only for") :])
    assert b"\x1b[2J" in tail
    assert tail.index(b"\x1b[2J") < tail.index(LEAVES_ALTERNATE)


# -- Lines that are lost, signals, stalls -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_session_and_the_program(desk: Desk, number: signal.Signals) -> None:
    """K46, SES-14, T25: within three seconds, terminal restored, session recorded as lost."""
    desk.sign_in().kill(number)

    assert desk.wait_exit(3) == 75
    desk.left_clean()
    assert desk.endings == ["lost"]


def test_other_signals_change_nothing(desk: Desk) -> None:
    """K03, K47, K48: neither a way out, nor a stop, nor a second driver."""
    desk.ready()
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGCONT, signal.SIGCONT):
        desk.kill(number).answers()

    threads = len(list(Path(f"/proc/{desk.process.pid}/task").iterdir()))
    assert threads <= 6


def test_a_dropped_line_ends_the_session_and_the_program(tmp_path: Path) -> None:
    """K45, SES-14: no orphan that eats a processor."""
    with Desk(tmp_path) as desk:
        desk.sign_in().hang_up()

        assert desk.process.wait(timeout=TIMEOUT) in {75, -signal.SIGALRM}
        assert desk.endings == ["lost"]


def test_a_stalled_line_ends_the_program_all_the_same(tmp_path: Path) -> None:
    """K49: nobody reads the output any more, and the loop stands still."""
    with Desk(tmp_path) as desk:
        desk.sign_in()
        for columns in range(80, 240):
            desk.resize(columns, 40 + columns % 40, draw=False)
            desk.kill(signal.SIGWINCH)
        desk.terminate()

        assert desk.process.wait(timeout=TIMEOUT) in {75, 76, -signal.SIGALRM}


def test_a_handler_that_hangs_does_not_hold_the_end(desk: Desk) -> None:
    """K49, K51: SIGTERM ends a loop that stands still."""
    desk.ready().send("stuck").press("tab").send("x").press("enter").settle(0.3)
    desk.terminate()

    assert desk.wait_exit(5) in {76, -signal.SIGALRM}
    assert desk.attributes == desk.attributes_before


def test_a_thread_that_hangs_does_not_hold_the_end(desk: Desk) -> None:
    """K53: asyncio would wait for it."""
    desk.ready().send("thread").press("enter")

    assert desk.wait_exit(3) == 0
    desk.left_clean()


@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_without_a_terminal_it_says_what_is_missing(tmp_path: Path, descriptor: int) -> None:
    """K45, K50: an interface that nobody sees must not take keys; wrong usage is status 2."""
    quoted = [f"'{part}'" for part in (sys.executable, str(DEMO), str(tmp_path))]
    redirection = {0: "</dev/null", 1: ">/dev/null", 2: "2>error"}[descriptor]
    arguments = ["/bin/sh", "-c", f"exec {' '.join(quoted)} {redirection}"]
    with Program(arguments, folder=tmp_path) as program:
        assert program.wait_exit() == 2
        error = tmp_path / "error"
        said = error.read_text(encoding="utf-8") if descriptor == 2 else program.screen_text
    assert "needs a terminal" in said
    assert ("standard input", "standard output", "standard error")[descriptor] in said


def test_without_any_terminal_it_ends_at_once(tmp_path: Path) -> None:
    """K45: `ssh host true` must not leave a process behind."""
    done = subprocess.run(
        [sys.executable, str(DEMO), str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


# -- Sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_ended_elsewhere_leaves_the_screen_within_five_seconds(desk: Desk) -> None:
    """Rule 26, SES-08: and says why."""
    desk.sign_in()
    (desk.notes / "revoked").touch()
    desk.wait_for("ended from elsewhere", 5).settle()

    assert "Only for those signed in" not in desk.screen_text
    assert desk.endings == []


def test_an_idle_session_is_warned_covered_and_ended(tmp_path: Path) -> None:
    """SES-01, SES-04, K28, K60: any key dismisses the warning and is not typed."""
    with Desk(tmp_path, "--idle", "3") as desk:
        desk.sign_in().wait_for("You will be signed out in 0:0")
        assert "Only for" not in desk.screen_text
        desk.press("x").wait_for("Only for").settle()
        assert "> Search              ▌ " in desk.screen_text
        desk.wait_for("nothing was typed for a while", 8)
        assert desk.endings == ["idle"]


def test_a_dialog_whose_time_is_up_closes_itself_and_nothing_else(tmp_path: Path) -> None:
    """K52: told twice to close, and while the warning covers it; a late timer must not take away what covers a page."""
    with Desk(tmp_path, "--idle", "24", "--warning", "20") as desk:
        desk.sign_in().settle(0.4).press("enter").wait_for(lambda text: text.startswith(" Limited"))
        desk.wait_for("You will be signed out in")
        (desk.notes / "up").touch()
        desk.wait_until((desk.notes / "closed").exists).settle()
        assert "You will be signed out in" in desk.screen_text
        desk.press("x").wait_for("Only for")

        (desk.notes / "closed").unlink()
        desk.press("enter").wait_until((desk.notes / "closed").exists).settle()
        assert desk.line(0).startswith(" Page")
        assert "Only for" in desk.screen_text


def test_a_machine_that_slept_shows_no_page_and_takes_no_key(tmp_path: Path) -> None:
    """SES-18, K60: the first key after the sleep does not slip in."""
    with Desk(tmp_path, "--idle", "2") as desk:
        desk.sign_in().kill(signal.SIGSTOP).settle(2.1)
        desk.send("z").kill(signal.SIGCONT)
        desk.wait_for("nothing was typed for a while")

        assert "Only for" not in desk.screen_text


def test_signing_out_for_a_fresh_process_forgets_everything(tmp_path: Path) -> None:
    """K27, SES-15, SES-16: same process number, new memory, the reason is shown."""
    with Desk(tmp_path, "--fresh", "--kiosk") as desk:
        desk.sign_in()
        pid = desk.process.pid
        desk.press("f12").wait_for("You have signed out")
        memory = memory_of(pid)
        desk.send("anna").wait_for("anna").terminate()

        assert desk.wait_exit() == 75
        assert b"Only for those signed in, Anna" not in memory
        assert desk.endings == ["sign_out"]
        desk.left_clean()


def memory_of(pid: int) -> bytes:
    """Return the heap of a process, as far as this account may see it."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    found = bytearray()
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in maps.splitlines():
            if "[heap]" in line:
                start, _, end = line.split()[0].partition("-")
                memory.seek(int(start, 16))
                found += memory.read(int(end, 16) - int(start, 16))
    return bytes(found)


# -- Looks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "dumb"},
        {"TERM": "vt100"},
        {"TERM": "linux"},
        {"TERM": "xterm", "NO_COLOR": "1"},
        {"TERM": "tmux-256color", "COLORTERM": "truecolor"},
    ],
    ids=str,
)
def test_focus_shows_without_colour_on_any_terminal(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """ACC-06, ACC-07, ACC-12: by a sign and an edge."""
    with Desk(tmp_path, environment=environment) as desk:
        desk.ready().settle()
        assert "> E-mail              ▌" in desk.screen_text
        desk.press("tab").wait_for("> Password            ▌")
        assert "> E-mail" not in desk.screen_text


def test_plain_characters_stand_in_where_the_locale_is_not_utf8(tmp_path: Path) -> None:
    """K57, ACC-12: the screen is ASCII throughout, and focus still shows."""
    with Desk(tmp_path, environment={"LANG": "C"}) as desk:
        desk.ready().press("tab").send("secret").wait_for("******").settle()

        assert desk.screen_text.isascii()
        assert "> Password            |" in desk.screen_text
        assert "+--" in desk.screen_text
    assert os.fsdecode(bytes(desk.raw)).isascii()
