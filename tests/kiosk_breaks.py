"""Each counter-measure of the kiosk study taken out of the program on purpose: what a test of its row must notice.

Where one is backed up by a second, both are taken out: a test that fails at the first alone would hold how it is done, not what
it is for. The texts are what stands in the files now; whoever changes them changes them here.
"""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """A text that stands once in a file, and what is put in its place."""

    file: str
    old: str
    new: str


class Break(NamedTuple):
    """A counter-measure that is taken out.

    Attributes:
        row: The finding that it closes.
        edits: How.
    """

    row: str
    edits: tuple[Edit, ...]


_ENVIRONMENT = "pomfa_tui/terminal/environment.py"
_KEYS = "pomfa_tui/terminal/keys.py"
_APP = "pomfa_tui/terminal/locked_app.py"
_SESSION_APP = "pomfa_tui/terminal/session_app.py"
_PRIVATE = "pomfa_tui/terminal/textual_private.py"
_DRIVER = "pomfa_tui/terminal/driver.py"
_READER = "pomfa_tui/terminal/reader.py"
_TTY = "pomfa_tui/terminal/tty.py"
_LINE = "pomfa_tui/terminal/line.py"
_CHILD = "pomfa_tui/terminal/child.py"
_SUPERVISOR = "pomfa_tui/terminal/supervisor.py"
_WATCHDOG = "pomfa_tui/terminal/watchdog.py"
_HANDOVER = "pomfa_tui/terminal/handover.py"
_LAUNCH = "pomfa_tui/launch.py"
_PROCESS = "pomfa_tui/security/process.py"
_FILES = "pomfa_tui/safefiles.py"
_HASHING = "pomfa_tui/security/hashing.py"
_INPUT = "pomfa_tui/widgets/text_input.py"
_STYLES = "pomfa_tui/styles/base.tcss"
_SSHD = "docs/deploy/sshd.conf"
_SHELL = "docs/deploy/pomfa-shell"
_HOST_CHECKS = "pomfa_tui/cli/checks/host.py"

_ANY_ACTION = Edit(_KEYS, "    if name in FRAMEWORK_ACTIONS:\n", "    if name:\n")
_ANY_KEY = Edit(_KEYS, "    if event.key in KEYS:\n", "    if event.key:\n")
_LET_IN = '    "TERM_PROGRAM": _SHORT,\n'
_SAME_INTERPRETER = Edit(
    _ENVIRONMENT, "        if _may_have_been_reached(os.environ):\n", "        if False:\n"
)
_NOT_SHOWN_SAFELY = Edit(
    "pomfa_tui/domain/text.py",
    '    return "".join(char if char.isprintable() else REPLACEMENT for char in text)\n',
    "    return text\n",
)
_COPYING = (
    Edit(_INPUT, "        and not binding.action.startswith(_EXPORTS)\n", ""),
    Edit(_INPUT, '        and "(True)" not in binding.action\n', ""),
    Edit(_INPUT, "    def action_copy(", "    def no_copy("),
    Edit(_INPUT, "    def action_cut(", "    def no_cut("),
    Edit(_INPUT, "    def action_paste(", "    def no_paste("),
    Edit(_APP, "    def copy_to_clipboard(", "    def no_clipboard("),
    _ANY_ACTION,
    _ANY_KEY,
)
_TEXTUALS_READER = Edit(
    _PRIVATE, "        self.read_keyboard()\n", "        LinuxDriver.run_input_thread(self)\n"
)
_MARKUP = Edit(
    "pomfa_tui/screens/home.py",
    'Static(id="who", markup=False, classes="lead")',
    'Static(id="who", classes="lead")',
)


def _let_in(name: str) -> Edit:
    return Edit(_ENVIRONMENT, _LET_IN, f'{_LET_IN}    "{name}": _PATH,\n')


BREAKS = (
    Break(
        "K01",
        (
            Edit(
                "pomfa_tui/app.py",
                '    TITLE = "pomfa-tui"\n',
                '    TITLE = "pomfa-tui"\n    BINDINGS = [("ctrl+q", "quit", "Quit")]\n',
            ),
            _ANY_ACTION,
            _ANY_KEY,
        ),
    ),
    Break(
        "K02",
        (
            Edit(
                _APP, "    ENABLE_COMMAND_PALETTE = False\n", "    ENABLE_COMMAND_PALETTE = True\n"
            ),
            Edit(
                "pomfa_tui/terminal/quick_start.py",
                "    _MODULES.setdefault(PALETTE, _empty_palette())\n",
                "",
            ),
            _ANY_ACTION,
            _ANY_KEY,
        ),
    ),
    Break(
        "K03",
        (
            Edit(
                _TTY,
                "        signal.signal(number, signal.SIG_IGN)\n",
                "        signal.signal(number, signal.SIG_DFL)\n",
            ),
        ),
    ),
    Break(
        "K04",
        (
            _SAME_INTERPRETER,
            Edit("pomfa_tui/__main__.py", "    os._exit(status)\n", "    sys.exit(status)\n"),
        ),
    ),
    Break(
        "K05",
        (
            _let_in("TEXTUAL_ALLOW_SIGNALS"),
            Edit(_PRIVATE, "termios.IEXTEN | termios.ISIG)", "termios.IEXTEN)"),
            Edit(_TTY, "    signal.SIGINT,\n", ""),
            Edit(_TTY, "_SILENCED = termios.ECHO | termios.ISIG\n", "_SILENCED = termios.ECHO\n"),
        ),
    ),
    Break(
        "K06",
        (
            _SAME_INTERPRETER,
            Edit(_ENVIRONMENT, "            del sys.path[0]\n", "            pass\n"),
        ),
    ),
    Break(
        "K06", (Edit(_SHELL, "#!/opt/pomfa-tui/bin/python -I\n", "#!/opt/pomfa-tui/bin/python\n"),)
    ),
    Break("K07", (_MARKUP,)),
    Break(
        "K08",
        (
            Edit(
                "pomfa_tui/screens/contact_us.py",
                "    def compose_body(self) -> ComposeResult:\n",
                "    def compose_body(self) -> ComposeResult:\n"
                "        from textual.widgets import Link\n"
                '        yield Link("https://www.example.org")\n',
            ),
            Edit(_APP, "    def open_url(", "    def no_url("),
            _let_in("BROWSER"),
            _ANY_ACTION,
        ),
    ),
    Break(
        "K09", (Edit(_CHILD, "        for number in signals:\n", "        for number in ():\n"),)
    ),
    Break("K10", (Edit(_SSHD, "    ForceCommand /usr/local/bin/pomfa-shell\n", ""),)),
    Break("K11", (Edit(_SSHD, "    DisableForwarding yes\n", ""),)),
    Break("K12", (Edit(_SSHD, "pomfa-shell or /bin/sh ", "pomfa-shell or /bin/bash "),)),
    Break(
        "K13",
        (
            Edit(
                "pomfa_tui/login_shell.py",
                '    if not plain or "SSH_ORIGINAL_COMMAND" in os.environ:\n',
                "    if not plain and False:\n",
            ),
        ),
    ),
    Break("K14", (Edit(_DRIVER, '("utf-8")("replace")', '("utf-8")("strict")'),)),
    Break("K15", (_TEXTUALS_READER,)),
    Break(
        "K20",
        (
            Edit(
                _PRIVATE,
                "    def _handle_exception(self, error: Exception) -> None:\n        self.fault_happened(error)\n",
                "    def _handle_exception(self, error: Exception) -> None:\n        return super()._handle_exception(error)\n",
            ),
            Edit(_PRIVATE, "    def _fatal_error(self)", "    def no_fatal_error(self)"),
            Edit(
                _PRIVATE, "    def _print_error_renderables(self)", "    def no_renderables(self)"
            ),
            Edit(_PRIVATE, "    def panic(self", "    def no_panic(self"),
        ),
    ),
    Break("K21", (_let_in("TEXTUAL_LOG"),)),
    Break("K22", _COPYING),
    Break(
        "K23",
        (
            Edit(
                _PRIVATE, "super().__init__(app, mouse=False)", "super().__init__(app, mouse=True)"
            ),
        ),
    ),
    Break(
        "K24",
        (
            _let_in("TEXTUAL_SCREENSHOT"),
            Edit(_APP, "    def save_screenshot(", "    def no_screenshot("),
            Edit(_APP, "    def deliver_screenshot(", "    def no_delivery("),
        ),
    ),
    Break(
        "K25",
        (
            Edit(_APP, "[ControlFilter(), *(", "[*("),
            _NOT_SHOWN_SAFELY,
        ),
    ),
    Break(
        "K25",
        (
            Edit(
                "pomfa_tui/terminal/filters.py",
                '    found = "".join(each if each.isascii() else _stand_in(each) for each in text.translate(_PLAIN))\n',
                "    found = text.translate(_PLAIN)\n",
            ),
        ),
    ),
    Break(
        "K26",
        (
            Edit(
                _TTY,
                "            termios.tcflush(INPUT, termios.TCIFLUSH)\n        return found\n",
                "            pass\n        return found\n",
            ),
            Edit(
                _DRIVER,
                "            case _ if not self.desk.is_shown:\n",
                "            case None:\n",
            ),
        ),
    ),
    Break("K26", (Edit(_APP, "DEAF_SECONDS = 0.3\n", "DEAF_SECONDS = 0.0\n"),)),
    Break("K27", (Edit("pomfa_tui/cli/interface.py", "        fresh_process=kiosk,\n", ""),)),
    Break(
        "K28",
        (
            Edit(
                "pomfa_tui/screens/idle_warning.py",
                "    IdleWarning Body { align: center middle; }\n",
                "    IdleWarning Body { height: 4; }\n",
            ),
            Edit(
                "pomfa_tui/screens/idle_warning.py",
                "    def compose_body(self)",
                "    is_modal = True\n\n    def compose_body(self)",
            ),
            Edit(_STYLES, "    background: $background;\n", "    background: transparent;\n"),
        ),
    ),
    Break("K29", (Edit(_DRIVER, "        self.write(_WIPE)\n        super()", "        super()"),)),
    Break(
        "K29",
        (
            Edit(
                _SUPERVISOR,
                "            self._tty.give_back_in_a_hurry(WIPE_WITH_HISTORY)\n",
                "            pass\n",
            ),
        ),
    ),
    Break(
        "K30",
        (
            Edit(
                _PROCESS,
                "        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n",
                "        pass\n",
            ),
        ),
    ),
    Break(
        "K31", (Edit(_PROCESS, "    return _prctl(_PR_SET_DUMPABLE, 0)\n", "    return True\n"),)
    ),
    Break(
        "K32",
        (
            Edit(
                _HANDOVER,
                "        environment = self._environ | ",
                "        environment = dict(os.environ) | ",
            ),
        ),
    ),
    Break(
        "K33",
        (
            Edit(
                _HOST_CHECKS,
                '        if not encrypted and not device.startswith("zram"):\n',
                "        if False:\n",
            ),
        ),
    ),
    Break(
        "K34",
        (
            Edit(_PROCESS, "    os.umask(0o077)\n", ""),
            Edit(_FILES, "FILE_MODE = 0o600\n", "FILE_MODE = 0o644\n"),
            Edit(_FILES, "FOR_OTHERS = 0o077\n", "FOR_OTHERS = 0o022\n"),
        ),
    ),
    Break(
        "K35",
        (
            Edit(
                _FILES,
                "_CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC",
                "_CAREFUL = os.O_CLOEXEC",
            ),
        ),
    ),
    Break("K36", (Edit(_PROCESS, "    sys.unraisablehook = _unraisable\n", ""),)),
    Break("K36", (Edit(_PROCESS, "    threading.excepthook = _uncaught_in_thread\n", ""),)),
    Break("K36", (Edit(_LAUNCH, "    silence_loop(loop)\n", ""),)),
    Break(
        "K37",
        (
            Edit(
                "pomfa_tui/services/first_factor.py",
                "            self._hasher.verify_dummy(attempt.typed)\n",
                "",
            ),
        ),
    ),
    Break("K40", (_MARKUP,)),
    Break("K41", (_TEXTUALS_READER,)),
    Break(
        "K42", (Edit(_DRIVER, "WIDEST, TALLEST = 240, 80\n", "WIDEST, TALLEST = 65535, 65535\n"),)
    ),
    Break(
        "K43",
        (
            Edit(
                _DRIVER,
                "            elif number % _BATCH == 0:\n",
                "            elif number < 0:\n",
            ),
        ),
    ),
    Break("K44", (Edit(_READER, "LONGEST_PASTE = 1024\n", "LONGEST_PASTE = 1 << 24\n"),)),
    Break("K44", (Edit(_READER, "PASTE_SECONDS = 2.0\n", "PASTE_SECONDS = 600.0\n"),)),
    Break(
        "K44",
        (
            Edit(
                _READER,
                "            elif line := _first_line(whole):\n",
                "            elif line := whole:\n",
            ),
            Edit(
                _INPUT,
                '        line = next((line for line in text.splitlines() if line.strip()), "")\n',
                "        line = text\n",
            ),
        ),
    ),
    Break(
        "K45",
        (
            Edit(
                _DRIVER,
                "                self.desk.line_lost()\n                return\n",
                "                continue\n",
            ),
            Edit(
                _LAUNCH,
                "    for number in (signal.SIGTERM, signal.SIGHUP):\n",
                "    for number in (signal.SIGTERM,):\n",
            ),
        ),
    ),
    Break(
        "K45",
        (
            Edit(
                _SUPERVISOR,
                "            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)\n",
                "            pass\n",
            ),
        ),
    ),
    Break("K46", (Edit(_LAUNCH, "    _end_by(app.line_lost)\n", ""),)),
    Break(
        "K46",
        (
            Edit(
                _LINE,
                "        if number in {signal.SIGTERM, signal.SIGHUP}:\n            self._lost.set()\n",
                "",
            ),
        ),
    ),
    Break(
        "K47",
        (
            Edit(_TTY, "    signal.SIGTSTP,\n", ""),
            Edit(_PRIVATE, "        signal.signal(signal.SIGTSTP, signal.SIG_IGN)\n", ""),
            Edit(_PRIVATE, "    def can_suspend(self)", "    def no_suspend(self)"),
        ),
    ),
    Break("K48", (Edit(_PRIVATE, "        signal.signal(signal.SIGCONT, signal.SIG_DFL)\n", ""),)),
    Break("K49", (Edit(_LAUNCH, "    watchdog.start()\n", ""),)),
    Break(
        "K49",
        (Edit(_APP, "        signal.setitimer(signal.ITIMER_REAL, HARD_STOP_SECONDS)\n", ""),),
    ),
    Break("K49", (Edit(_WATCHDOG, "        _allow(RUNAWAY_SECONDS)\n", ""),)),
    Break(
        "K49",
        (
            Edit(
                _LINE,
                "os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC",
                "os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC",
            ),
        ),
    ),
    Break("K50", (Edit(_TTY, "    if not missing:\n", "    if missing or not missing:\n"),)),
    Break(
        "K51",
        (
            Edit(
                _SESSION_APP,
                "        self.call_later(self._pass_pulse_on)\n",
                "        self._beat()\n",
            ),
        ),
    ),
    Break(
        "K52",
        (
            Edit(
                "pomfa_tui/screens/base.py",
                "        if self._dismissed:\n            return AwaitComplete()\n        if not self.is_active:\n",
                "        if False:\n",
            ),
        ),
    ),
    Break(
        "K53", (Edit("pomfa_tui/__main__.py", "    os._exit(status)\n", "    sys.exit(status)\n"),)
    ),
    Break(
        "K54",
        (
            Edit(
                _HANDOVER,
                "        except OSError as error:\n            return reason_of_error(error)\n",
                "        except ZeroDivisionError:\n            return MISSING\n",
            ),
        ),
    ),
    Break(
        "K55",
        (
            Edit(
                _FILES,
                "    discard_temporary(path, dir_fd=dir_fd)\n    temporary =",
                "    fd = os.open(_at(path, dir_fd), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE, dir_fd=dir_fd)\n"
                "    write_all(fd, data)\n    os.close(fd)\n    return\n    temporary =",
            ),
        ),
    ),
    Break(
        "K56",
        (
            Edit(
                "pomfa_tui/cli/interface.py",
                "            raise (Unloadable.because_of(error) or error) from None\n",
                "            raise error\n",
            ),
        ),
    ),
    Break("K57", (Edit(_APP, "*([] if traits.unicode else [PlainFilter()])", ""),)),
    Break("K58", (Edit(_LINE, "        child.resize(self.size)\n", ""),)),
    Break(
        "K59",
        (
            Edit(
                _SUPERVISOR,
                "            if self._asked_to_end or not _is_fault(status):\n",
                "            if True:\n",
            ),
        ),
    ),
    Break(
        "K59",
        (
            Edit(
                _PRIVATE, "        self._return_code = CRASHED\n", "        self._return_code = 0\n"
            ),
            Edit(
                _LAUNCH,
                "        return Leaving(status=CRASHED, message=app.farewell)\n",
                "        return Leaving(message=app.farewell)\n",
            ),
        ),
    ),
    Break(
        "K60",
        (
            Edit(
                _SESSION_APP,
                "        if self._watch.ended_by_time is not None:\n",
                "        if False:\n",
            ),
        ),
    ),
    Break(
        "K60",
        (
            Edit(
                _SESSION_APP,
                "        return not self.hide_idle_warning()\n",
                "        self.hide_idle_warning()\n        return True\n",
            ),
        ),
    ),
    Break(
        "K61",
        (
            Edit(
                "pomfa_tui/domain/totp.py",
                "fresh=newest is not None and newest > last_step)",
                "fresh=newest is not None)",
            ),
        ),
    ),
    Break(
        "K62",
        (
            Edit("pomfa_tui/widgets/code_input.py", 'restrict=r"[0-9]*"', 'restrict=r".*"'),
            Edit(
                "pomfa_tui/widgets/code_input.py",
                '        if re.fullmatch(f"[0-9]{{1,{DIGITS}}}", code):\n',
                "        if code:\n",
            ),
        ),
    ),
    Break(
        "K63",
        (
            Edit(
                _KEYS,
                "    return event.is_printable and not event.key.startswith(_MODIFIERS)\n",
                "    return event.is_printable\n",
            ),
            Edit(
                _READER,
                "            elif sequence in self._known:\n                found.append(Pressed(sequence))\n",
                "            else:\n                found += [Pressed(each) for each in sequence[1:]]\n",
            ),
        ),
    ),
    Break("K64", _COPYING),
    Break(
        "K65",
        (Edit(_HOST_CHECKS, "        if found and found != wanted:\n", "        if False:\n"),),
    ),
)
"""In the order of the rows; some have several, one for each way in which the finding is met."""
