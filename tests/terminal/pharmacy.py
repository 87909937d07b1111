"""A pharmacy on disk whose people can sign in at once, and the real program in a terminal in front of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.domain import totp
from pomfa_tui.domain.ports import Place
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import AesGcmVault
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings
from tests.fakes import FakeClock
from tests.members import GOOD_PASSWORD, Member, Phone, person_document, proven_credentials
from tests.terminal.pty_driver import Program

SITE = "FZ101"
LEAVES_ALTERNATE = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"


class WallClock(FakeClock):
    """The clock of the machine, as the real program reads it."""

    def now(self) -> int:
        """Return UTC seconds."""
        return int(time.time())


class OneHash(Argon2Hasher):
    """Hashes everybody's password once, and says the same of every recovery code: nobody types those here."""

    _text = ""

    def hash(self, text: str) -> str:
        """Return the one hash."""
        del text
        self._text = self._text or super().hash(GOOD_PASSWORD)
        return self._text


class Pharmacy:
    """One site, and people with both factors.

    Args:
        folder: Where everything lies; made by this.
        python: That of the installation whose program runs here.
    """

    def __init__(self, folder: Path, *, python: str = sys.executable) -> None:
        self.folder = folder
        self.python = python
        self.config = folder / "config.toml"
        self.config.write_text("", encoding="utf-8")
        self.config.chmod(0o600)
        self._used: dict[str, int] = {}
        self.settings = Settings(data_dir=folder / "data", key_file=folder / "keys" / "master.key")
        place = Place(terminal="pts/0", boot="boot", pid=os.getpid(), version="test")
        opened = open_desk(self.settings, place, create_key=True)
        opened.desk.setup.initialise(
            HostCaller("root"),
            site_code=SITE,
            site_name="Abbey Pharmacy",
            name="Ann Abbey",
            email="ann@example.org",
        )
        numbers = self.settings.limits
        cost = HashCost(numbers.hash_memory, numbers.hash_time, numbers.hash_parallelism)
        self._peppers = opened.keys.sub_keys(Purpose.PEPPER)
        self._hasher = OneHash(self._peppers, cost)
        self._vault = AesGcmVault(opened.keys.sub_keys(Purpose.VAULT))
        self._opened = opened

    def close(self) -> None:
        """Let go of the store."""
        self._opened.close()

    def member(
        self,
        email: str = "jo@example.org",
        role: str = "staff",
        cost: HashCost | None = None,
        name: str = "Jo Hill",
    ) -> Member:
        """Put somebody into the store who can sign in at once; `cost` is that of their password, where not the usual one."""
        hasher = OneHash(self._peppers, cost) if cost else self._hasher
        clock = WallClock()
        document = person_document(email, (SITE,), created_at=clock.now(), role=role, name=name)
        member = Member(document.id, email, GOOD_PASSWORD, Phone(clock))
        with self._opened.store.transaction() as tx:
            tx.people.put(document)
            tx.credentials.put(proven_credentials(member, hasher, self._vault))
        return member

    def configure(self, text: str) -> None:
        """Write the configuration."""
        self.config.write_text(text, encoding="utf-8")

    def hand_over_to(self, script: str, *more: str) -> None:
        """Configure a shell script as the program of the terminal, with more lines of its table."""
        path = self.folder / "desk.sh"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o700)
        self.configure("\n".join(["[handover]", f'command = ["{path}", "an argument"]', *more]))

    def noted(self, name: str) -> str:
        """Return what that script wrote into the file of this name beside it, once it has."""
        path = self.folder / f"desk.sh.{name}"
        return path.read_text(encoding="ascii").strip() if path.exists() else ""

    @property
    def command(self) -> list[str]:
        """The program with its places."""
        places = ["--data", str(self.settings.data_dir), "--key-file", str(self.settings.key_file)]
        return [self.python, "-m", "pomfa_tui", *places, "--config", str(self.config)]

    def fresh_code(self, member: Member) -> str:
        """Return a code of this member that nobody has typed yet."""
        step = max(member.phone.step(), self._used.get(member.id, 0) + 1)
        assert step <= member.phone.step() + 1, "both codes of the window have been used"
        self._used[member.id] = step
        return totp.code_at(member.phone.secret, step)

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run a command in a process of its own and return its answer."""
        done = subprocess.run(
            [*self.command, *arguments, "--json"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def events(self, member: Member) -> list[tuple[str, str | None]]:
        """Return what the audit log says of somebody's sessions: event and reason, oldest first."""
        records = self.run("audit", "show", "--person", member.email)["records"]
        found = [(each["event"], each.get("reason")) for each in records]
        return [each for each in found if each[0].startswith("session_")]


class Counter(Program):
    """Somebody at the counter with a phone.

    Args:
        pharmacy: Behind the terminal.
        options: Of `run`.
        environment: Variables beside those of a usual terminal.
    """

    def __init__(
        self,
        pharmacy: Pharmacy,
        *options: str,
        environment: Mapping[str, str] | None = None,
        **terminal: Any,
    ) -> None:
        self.pharmacy = pharmacy
        arguments = [*pharmacy.command, "run", *options]
        super().__init__(arguments, environment=environment, **terminal)

    @property
    def screens(self) -> int:
        """The number of the process that draws the screens; a kiosk's is its supervisor's child."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        found: list[str] = []

        def is_there() -> bool:
            found[:] = Path(children).read_text(encoding="ascii").split()
            return bool(found)

        self.wait_until(is_there)
        return int(found[0])

    def ready(self) -> Self:
        """Wait for `Sign in`, and until typing is heard."""
        self.wait_for("Your own e-mail and password").settle(0.3)
        return self

    def answers(self) -> None:
        """Show that the keyboard still works: Help opens and closes."""
        self.press("f1").wait_for(lambda text: text.startswith(" Help"))
        self.press("escape").wait_for(lambda text: not text.startswith(" Help"))

    def left_clean(self) -> None:
        """Show that the terminal is as it was found."""
        assert LEAVES_ALTERNATE in self.raw
        assert SHOWS_CURSOR in self.raw[self.raw.rindex(LEAVES_ALTERNATE) - 64 :]
        assert self.attributes == self.attributes_before
        assert b"Traceback" not in self.raw

    def sign_in(self, member: Member, until: str | Callable[[str], bool] = "first sign-in") -> None:
        """Type e-mail, password and code, and wait for what comes then."""
        self.wait_for("Your own e-mail and password").settle(0.3)
        self.send(f"{member.email}\t{member.password}\r")
        self.wait_for("Authentication code").settle(0.4)
        self.send(self.pharmacy.fresh_code(member) + "\r").wait_for(until)
