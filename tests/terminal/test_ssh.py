"""The desk behind a real sshd on loopback: as ForceCommand, and as the login shell of an account."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.pharmacy import Counter, Pharmacy
from tests.terminal.pty_driver import Program

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy"
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "/usr/sbin/sshd"
FORCED, SHELL = "ForceCommand", "login shell"
# Only root can make an account with a login shell of its own.
DOORS = [FORCED, SHELL] if os.geteuid() == 0 else [FORCED]
SECONDS = 15
REFUSED = "This account opens the sign-in desk and nothing else"


@dataclass(slots=True)
class Door:
    """A way in over SSH.

    Attributes:
        pharmacy: Behind it.
        account: Whom to log in as.
        port: Where sshd listens, on 127.0.0.1 alone.
        log: What sshd says.
    """

    pharmacy: Pharmacy
    account: str
    port: int
    log: Path

    def client(self, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        """Return the command line of a client."""
        folder = self.pharmacy.folder
        settings = [
            f"UserKnownHostsFile={folder / 'known_hosts'}",
            "StrictHostKeyChecking=no",
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
        ]
        flags = [part for setting in settings for part in ("-o", setting)]
        place = ["-p", str(self.port), f"{self.account}@127.0.0.1"]
        return ["ssh", "-F", "none", "-i", str(folder / "id"), *flags, *options, *place, *words]

    def ask(self, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Ask for something without a terminal."""
        return subprocess.run(
            self.client(*words, options=options),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def desks(self) -> list[int]:
        """Return the processes of the program behind this door."""
        marks = [
            str(path).encode()
            for path in (self.pharmacy.config, self.pharmacy.folder / "pomfa-shell")
        ]
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                line = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                if any(mark in line for mark in marks):
                    found.append(int(entry.name))
        return found


class Visitor(Counter):
    """Somebody who comes over SSH."""

    def __init__(self, door: Door, *words: str, options: tuple[str, ...] = ("-tt",)) -> None:
        self.pharmacy = door.pharmacy
        Program.__init__(self, door.client(*words, options=options))


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    """Start sshd as docs/deploy/sshd.conf says, but for names and for how long it waits."""
    pharmacy = Pharmacy(tmp_path)
    shell = installed_shell(pharmacy)
    with (
        account(request.param, tmp_path, shell) as name,
        server(tmp_path, name, shell) as port,
    ):
        yield Door(pharmacy, name, port, tmp_path / "sshd.log")
    pharmacy.close()


def installed_shell(pharmacy: Pharmacy) -> Path:
    """Install docs/deploy/pomfa-shell for this checkout and this store."""
    data, key = pharmacy.settings.data_dir, pharmacy.settings.key_file
    pharmacy.configure(f'[store]\ndata_dir = "{data}"\nkey_file = "{key}"\n')
    text = (DEPLOY / "pomfa-shell").read_text(encoding="utf-8")
    text = text.replace("/opt/pomfa-tui/bin/python", sys.executable)
    assert text.count("\nmain()\n") == 1
    path = pharmacy.folder / "pomfa-shell"
    path.write_text(
        text.replace("\nmain()\n", f'\nmain(config="{pharmacy.config}")\n'), encoding="utf-8"
    )
    path.chmod(0o755)
    return path


@contextmanager
def account(door: str, folder: Path, shell: Path) -> Iterator[str]:
    """Make an account for the length of a test; an ordinary user has to do with their own."""
    if os.geteuid() != 0:
        yield pwd.getpwuid(os.geteuid()).pw_name
        return
    name = f"pomfa-{secrets.token_hex(4)}"
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True)
    for dotfile in (".profile", ".bashrc", ".bash_profile", ".bash_login", ".ssh/rc"):
        (home / dotfile).write_text(f"touch {folder}/RAN\n", encoding="utf-8")
    (home / ".ssh" / "environment").write_text("POMFA_CONFIG=/nowhere\n", encoding="utf-8")
    login_shell = str(shell) if door == SHELL else documented_shell()
    # The number of root, so that it may enter this checkout wherever that lies.
    make = ["useradd", "-o", "-u", "0", "-g", "0", "-M", "-d", str(home), "-s", login_shell]
    subprocess.run([*make, "-p", "*", name], check=True, capture_output=True, timeout=SECONDS)
    try:
        yield name
    finally:
        done = subprocess.run(
            ["userdel", "-f", name], check=False, capture_output=True, timeout=SECONDS
        )
        assert name not in Path("/etc/passwd").read_text(encoding="utf-8"), done.stderr


def documented_shell() -> str:
    """Return the shell that docs/deploy/sshd.conf names beside our own."""
    named = re.search(r"pomfa-shell or (/bin/\w+) ", (DEPLOY / "sshd.conf").read_text("utf-8"))
    assert named is not None
    return named[1]


@contextmanager
def server(folder: Path, name: str, shell: Path) -> Iterator[int]:
    """Run sshd on a free port of 127.0.0.1."""
    for key in ("host", "id"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
        subprocess.run(command, check=True, timeout=SECONDS)
    (folder / "id.pub").rename(folder / "authorized_keys")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    snippet = (DEPLOY / "sshd.conf").read_text(encoding="utf-8")
    snippet = snippet.replace("Match User pomfa", f"Match User {name}")
    snippet = snippet.replace("/etc/pomfa-tui/authorized_keys", str(folder / "authorized_keys"))
    snippet = snippet.replace("ClientAliveInterval 15", "ClientAliveInterval 1")
    snippet = snippet.replace("ForceCommand /usr/local/bin/pomfa-shell", f"ForceCommand {shell}")
    config = folder / "sshd_config"
    # As careless a server as there may be, but for the snippet.
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder / 'host'}\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"PermitRootLogin yes\nAcceptEnv *\nAllowTcpForwarding yes\nX11Forwarding yes\n"
        f"Subsystem sftp internal-sftp\n{snippet}",
        encoding="utf-8",
    )
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
        try:
            wait_for_port(port, process, folder / "sshd.log")
            yield port
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until sshd says that it listens."""
    pause = signal.sigtimedwait
    for _ in range(SECONDS * 50):
        if f"Server listening on 127.0.0.1 port {port}" in log.read_text(encoding="utf-8"):
            return
        assert process.poll() is None, log.read_text(encoding="utf-8")
        pause([], 0.02)
    pytest.fail("sshd does not listen")


def test_a_person_signs_in_and_the_origin_is_recorded(door: Door) -> None:
    """K10, K12, STO-01, section 4: no file of the account runs before the desk, and closing it closes the connection."""
    jo = door.pharmacy.member()
    with Visitor(door) as visitor:
        visitor.sign_in(jo)
        assert "═" in visitor.screen_text
        (session,) = door.pharmacy.run("session", "list")["sessions"]
        assert session["terminal"] == "ssh:127.0.0.1"
        visitor.settle().press("f12").wait_for("You have signed out").settle(0.4)
        visitor.press("escape").wait_for("Press Esc again").settle(0.3).press("escape")
        assert visitor.wait_exit() == 0
    assert door.desks() == []
    assert not (door.pharmacy.folder / "RAN").exists()
    records = door.pharmacy.run("audit", "show", "--person", jo.email)["records"]
    ways = {each["terminal"] for each in records if each["actor"] == jo.id}
    assert ways == {"ssh:127.0.0.1"}


def test_no_command_is_run_and_without_a_terminal_there_is_no_desk(door: Door) -> None:
    """K13, K45, section 4: with a terminal or without one, each ends at once and leaves nothing behind."""
    for words in (["id"], ["scp", "-t", "."], ["sh -i"]):
        asked = door.ask(*words)
        assert (asked.returncode, asked.stdout) == (2, "")
        assert REFUSED in asked.stderr
    with Visitor(door, "sh", "-i") as visitor:
        assert visitor.wait_exit() == 2
        assert REFUSED in visitor.screen_text
    silent = door.ask(options=("-T",))
    assert silent.returncode == 2
    assert "needs a terminal" in silent.stderr
    assert door.desks() == []


def test_neither_files_nor_forwarding_are_to_be_had(door: Door) -> None:
    """K11, K13, section 4: sftp, scp, -W, -L, -R and -D."""
    sftp = door.ask("sftp", options=("-s",))
    assert sftp.returncode != 0
    assert sftp.stdout == ""
    with socket.create_server(("127.0.0.1", 0)) as secret:
        port = secret.getsockname()[1]
        through = door.ask(options=("-W", f"127.0.0.1:{port}"))
        assert through.returncode != 0
        assert "forwarding failed" in through.stderr
        back = door.ask(options=("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1"))
        assert back.returncode != 0
        secret.setblocking(False)
        with pytest.raises(BlockingIOError):
            secret.accept()
    assert door.desks() == []


@pytest.mark.parametrize("door", DOORS[:1], indirect=True)
def test_variables_from_the_other_end_change_nothing(door: Door) -> None:
    """K04, K06, K21, STO-01: not even where sshd lets every one of them in."""
    evil = door.pharmacy.folder / "evil"
    evil.mkdir()
    (evil / "usercustomize.py").write_text(f"open('{evil}/RAN', 'w')\n", encoding="utf-8")
    (evil / "sitecustomize.py").write_text(f"open('{evil}/RAN', 'w')\n", encoding="utf-8")
    variables = {
        "POMFA_CONFIG": "/nowhere",
        "POMFA_DATA_DIR": str(evil),
        "POMFA_KEY_FILE": str(evil / "key"),
        "POMFA_EXPECTED": "eve@example.org",
        "POMFA_ENDED": "sign_out",
        "PYTHONPATH": str(evil),
        "PYTHONINSPECT": "1",
        "TEXTUAL_LOG": str(evil / "log"),
        "HOME": str(evil),
    }
    # Only the first SetEnv counts, so that they go in one.
    joined = " ".join(f"{name}={value}" for name, value in variables.items())
    with Visitor(door, options=("-tt", "-o", f"SetEnv={joined}")) as visitor:
        visitor.wait_for("Your own e-mail and password").settle()
        assert "eve@example.org" not in visitor.screen_text
        assert "signed out" not in visitor.screen_text
        visitor.sign_in(door.pharmacy.member())
    assert [path.name for path in evil.iterdir() if path.suffix != ".py"] == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "silent"])
def test_a_cut_connection_leaves_no_process_no_session_and_no_lost_change(
    door: Door, number: signal.Signals
) -> None:
    """K45, K46, SES-14: also where the other end just stops to answer."""
    jo = door.pharmacy.member()
    with Visitor(door) as visitor:
        visitor.sign_in(jo)
        assert door.desks()
        visitor.kill(number)
        visitor.wait_until(lambda: not door.desks(), SECONDS)
    assert door.pharmacy.run("session", "list")["sessions"] == []
    assert door.pharmacy.events(jo) == [("session_created", None), ("session_expired", "lost")]
    assert door.pharmacy.run("audit", "verify")["ok"] is True


@pytest.mark.parametrize("door", DOORS[:1], indirect=True)
def test_a_thin_client_without_escapes_has_no_way_out(door: Door) -> None:
    """K65: `~.` after Enter would end any other client, and `~^Z` give its shell; with `-e none` they are typed."""
    with Visitor(door, options=("-tt", "-e", "none")) as visitor:
        visitor.wait_for("Your own e-mail and password").settle(0.3)
        for escape in ("~.", "~\x1a", "~C"):
            visitor.press("enter").settle(0.2).send(escape).settle(0.2)
        visitor.press("f1").wait_for(lambda text: text.startswith(" Help"))
        assert visitor.running


@pytest.mark.parametrize("door", DOORS[:1], indirect=True)
def test_the_server_is_as_strict_as_the_document_says(door: Door) -> None:
    """K11: what sshd itself makes of the snippet."""
    config = door.pharmacy.folder / "sshd_config"
    told = subprocess.run(
        [SSHD, "-T", "-f", str(config), "-C", f"user={door.account},host=h,addr=127.0.0.1"],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    ).stdout
    for line in ("disableforwarding yes", "permituserrc no", "permittunnel no", "maxsessions 1"):
        assert re.search(rf"^{line}$", told, re.MULTILINE)


def test_a_login_shell_that_sshd_does_not_force_takes_no_command_either(tmp_path: Path) -> None:
    """K10, K13: as login, su and an sshd without ForceCommand start it; `-c` is refused, its own path after it is not a command."""
    pharmacy = Pharmacy(tmp_path)
    shell = str(installed_shell(pharmacy))
    for words in (["-c", "id"], ["-c", "/usr/lib/openssh/sftp-server"], ["-i"], ["-c", shell, "x"]):
        with Program([shell, *words]) as program:
            assert program.wait_exit() == 2
            assert REFUSED in program.screen_text
    for words in ([], ["-c", shell]):
        with Program([shell, *words]) as program:
            program.wait_for("Your own e-mail and password").terminate()
            assert program.wait_exit() == 75
    pharmacy.close()
