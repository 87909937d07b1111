"""People of the demo on a store that can be backed up, lost and restored, with a clock that a test moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pomfa_tui.bootstrap import Opened, open_desk
from pomfa_tui.cli.call import Call
from pomfa_tui.cli.demo import prepare
from pomfa_tui.cli.demonstration.cast import Player
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.host import this_place
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import (
    NeedCode,
    NeedSite,
    ShowRecoveryCodes,
    SignedIn,
    Step,
)
from pomfa_tui.settings import Settings
from tests.cli.conftest import Answer, CommandLine
from tests.fakes import FakeClock

Act = Callable[[Desk], Any]


@dataclass(frozen=True)
class Shop:
    """A store with the people of the demo.

    Attributes:
        line: The command line over it.
        clock: Everybody's.
        players: By the first part of their e-mail.
    """

    line: CommandLine
    clock: FakeClock
    players: dict[str, Player]

    @classmethod
    def filled(cls, line: CommandLine, clock: FakeClock) -> Shop:
        """Return a store with everybody in it."""
        settings = Settings(data_dir=line.data, key_file=line.key)
        players = {each.part.email.partition("@")[0]: each for each in prepare(settings, Call({}))}
        return cls(line, clock, players)

    @property
    def settings(self) -> Settings:
        """Where the store is."""
        return Settings(data_dir=self.line.data, key_file=self.line.key)

    @property
    def notes(self) -> Path:
        """Where refusals of older files are noted."""
        (ledger,) = self.line.key.parent.glob("*.ledger")
        return ledger.with_suffix(".refused")

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Open the store as another terminal does."""
        opened = open_desk(self.settings, this_place({}))
        try:
            yield opened
        finally:
            opened.close()

    def code(self, who: str, steps: int = 0) -> str:
        """Return what somebody's authenticator shows now, or so many steps from now."""
        return self.players[who].code(self.clock.now() + 30 * steps) or ""

    def sign_in(self, desk: Desk, who: str, code: str = "", password: str = "") -> SessionToken:
        """Sign somebody in, up to `Home`."""
        return finished(desk, self.offer(desk, who, code, password))

    def offer(self, desk: Desk, who: str, code: str = "", password: str = "") -> Step:
        """Type password and code, and return what comes next."""
        player = self.players[who]
        step = desk.sign_in.offer_password(player.part.email, password or player.typed)
        if isinstance(step, NeedCode):
            return desk.sign_in.offer_code(step.attempt, code or self.code(who))
        return step

    def gets_in(self, who: str, password: str = "") -> bool:
        """Tell whether somebody gets in now."""
        try:
            with self.opened() as opened:
                self.sign_in(opened.desk, who, password=password)
        except Refusal:
            return False
        return True

    def lose_the_disk(self) -> None:
        """Remove the data folder with everything in it."""
        shutil.rmtree(self.line.data)

    def lose_the_ledger(self) -> None:
        """Remove what is kept beside the key for a restore."""
        for path in self.line.key.parent.glob("*.ledger"):
            path.unlink()

    def restore(self, *arguments: str) -> Any:
        """Restore the backup `backup`, and wait until codes work again."""
        made = self.line.json("restore", str(self.backup), *arguments)["restored"]
        self.clock.advance(90)
        return made

    def back_up(self) -> Answer:
        """Make a backup."""
        return self.line.run("backup", str(self.backup), "--json")

    @property
    def backup(self) -> Any:
        """Where the backup is."""
        return self.line.data.parent / "backup"


def finished(desk: Desk, step: Step) -> SessionToken:
    """Go on from a right code to `Home`: new recovery codes, a site."""
    if isinstance(step, ShowRecoveryCodes):
        step = desk.recovery.confirm(step.attempt)
    if isinstance(step, NeedSite):
        step = desk.sign_in.choose_site(step.attempt, step.sites[0].code)
    assert isinstance(step, SignedIn), step
    return step.token
