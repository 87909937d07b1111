"""`session`: who is signed in, and ending that."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.cli.call import Call
from pomfa_tui.cli.demo import prepare
from pomfa_tui.cli.demonstration.cast import Player
from pomfa_tui.domain.errors import SessionEnded
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.host import this_place
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import NeedCode, NeedSite, SignedIn
from pomfa_tui.settings import Settings
from tests.cli.conftest import CommandLine

MOMENT = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@pytest.fixture
def players(line: CommandLine) -> dict[str, Player]:
    """Fill the store with the people of the demo and return them by e-mail."""
    settings = Settings(data_dir=line.data, key_file=line.key)
    return {player.part.email: player for player in prepare(settings, Call({}))}


@contextmanager
def signed_in(line: CommandLine, player: Player) -> Iterator[tuple[Desk, SessionToken]]:
    """Sign somebody in at another terminal."""
    settings = Settings(data_dir=line.data, key_file=line.key)
    opened = open_desk(settings, this_place({"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}))
    try:
        desk = opened.desk
        need = desk.sign_in.offer_password(player.part.email, player.typed)
        assert isinstance(need, NeedCode)
        step = desk.sign_in.offer_code(need.attempt, player.code(int(time.time())) or "")
        if isinstance(step, NeedSite):
            step = desk.sign_in.choose_site(step.attempt, step.sites[0].code)
        assert isinstance(step, SignedIn)
        yield desk, step.token
    finally:
        opened.close()


def test_running_sessions_are_listed_in_the_shape_of_the_contract(
    line: CommandLine, players: dict[str, Player]
) -> None:
    assert line.json("session", "list") == {"sessions": []}
    with signed_in(line, players["amara@example.org"]) as (_, token):
        (session,) = line.json("session", "list")["sessions"]
        assert set(session) == {"id", "person", "site", "terminal", "started", "last_seen"}
        assert (session["id"], session["site"]) == (token.session_id, "FZ101")
        assert session["terminal"] == "ssh:192.0.2.7"
        assert MOMENT.fullmatch(session["started"])
        assert MOMENT.fullmatch(session["last_seen"])
        of_amara = line.json("session", "list", "amara@example.org")["sessions"]
        assert of_amara == [session]
        assert line.json("session", "list", "priya@example.org")["sessions"] == []
        assert token.secret not in line.run("session", "list", "--json").out


def test_a_session_that_is_ended_stands_no_longer(
    line: CommandLine, players: dict[str, Player]
) -> None:
    """SES-08."""
    with signed_in(line, players["jonas@example.org"]) as (desk, token):
        desk.sessions.check(token)
        assert line.json("session", "end", token.session_id) == {
            "session": {"id": token.session_id}
        }
        with pytest.raises(SessionEnded):
            desk.sessions.check(token)
    assert line.json("session", "list") == {"sessions": []}
    again = line.run("session", "end", token.session_id, "--json")
    assert (again.status, again.error["code"]) == (4, "not_found")


def test_sessions_are_shown_to_people_with_the_id_to_end_them(
    line: CommandLine, players: dict[str, Player]
) -> None:
    assert line.run("session", "list").out == "Nobody is signed in.\n"
    with signed_in(line, players["sam@example.org"]) as (_, token):
        shown = line.run("session", "list").out
        assert "sam@example.org" in shown
        assert f"id {token.session_id}" in shown
        assert max(len(each) for each in shown.splitlines()) <= 80
        assert line.run("session", "end", token.session_id).out == "The session is ended.\n"


def test_somebody_who_signed_in_is_no_longer_dormant(
    line: CommandLine, players: dict[str, Player]
) -> None:
    shown = line.json("person", "show", "priya@example.org")["person"]
    assert (shown["state"], shown["mfa"]) == ("active", "active")
    assert MOMENT.fullmatch(shown["last_sign_in"])
    assert players["mei@example.org"].activation_code is not None
    assert line.json("person", "show", "mei@example.org")["person"]["last_sign_in"] is None
