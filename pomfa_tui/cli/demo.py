"""`pomfa-tui demo`: a throw-away store with invented people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, pass_call

if TYPE_CHECKING:
    from pathlib import Path

    from pomfa_tui.app import PomfaApp
    from pomfa_tui.cli.demonstration.cast import Player
    from pomfa_tui.settings import Settings


@click.command()
@click.option(
    "--print", "only_print", is_flag=True, help="Print who can sign in, and open no interface."
)
@pass_call
def demo(call: Call, only_print: bool) -> int:
    """Try everything with invented people.

    Shows their passwords, codes and keys. Needs nothing and leaves nothing: its temporary folder is removed at the end.
    """
    call.require_output()
    from pomfa_tui.cli.demonstration.folder import temporary_base, throw_away_folder
    from pomfa_tui.domain.errors import WrongUsage
    from pomfa_tui.terminal.tty import missing_terminal

    if not only_print and (sentence := missing_terminal()):
        raise WrongUsage(sentence)
    with throw_away_folder(temporary_base(call.environ)) as folder:
        settings = demo_settings(folder)
        players = prepare(settings, call)
        sys.stdout.write(_introduction(players))
        call.flush()
        return 0 if only_print else _open_interface(settings, players, call)


def demo_settings(folder: Path) -> Settings:
    """Return settings with everything in one folder."""
    from pomfa_tui.settings import Settings

    return Settings(data_dir=folder / "data", key_file=folder / "key" / "master.key")


def prepare(settings: Settings, call: Call) -> tuple[Player, ...]:
    """Fill an empty store with invented people and return them."""
    from pomfa_tui.bootstrap import open_desk
    from pomfa_tui.cli.demonstration.build import PastClock, Rehearsal
    from pomfa_tui.host import SystemClock, this_place

    clock = PastClock(SystemClock())
    opened = open_desk(settings, this_place(call.environ), create_key=True, clock=clock)
    try:
        return Rehearsal(opened.desk, clock, call.caller).play()
    finally:
        opened.close()


def _open_interface(settings: Settings, players: tuple[Player, ...], call: Call) -> int:
    from functools import partial

    from pomfa_tui.cli.interface import DeskOnDemand, build_app
    from pomfa_tui.launch import run_interface

    desk = DeskOnDemand(settings, call.environ)

    def build() -> PomfaApp:
        from pomfa_tui.cli.demonstration.app import DemoApp

        app = partial(DemoApp, players=players)
        return build_app(settings, desk, call.environ, kiosk=False, app=app)

    try:
        return run_interface(build, kiosk=False)
    finally:
        desk.close()


def _introduction(players: tuple[Player, ...]) -> str:
    import time

    from pomfa_tui.cli.demonstration.page import keys_page, people_page

    return "\n".join(
        [
            "A demo with invented people, in a temporary folder that is removed at the end.",
            "",
            people_page(players, int(time.time())),
            "",
            keys_page(players),
            "",
            "In the interface, F9 shows this page again, with the codes of that moment.",
            "",
        ]
    )
