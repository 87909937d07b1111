"""`site edit` and `site close`."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import NoSiteToday, SessionEnded
from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import JO, add, refusal
from tests.fakes import FakeClock


def test_a_site_is_renamed(shop: CommandLine) -> None:
    answer = shop.json("site", "edit", "fz101", "--name", "Old Town Pharmacy")
    assert (set(answer), answer["site"]["name"]) == ({"site"}, "Old Town Pharmacy")
    assert answer == shop.json("site", "show", "FZ101")
    assert "Old Town" in shop.run("site", "edit", "FZ101", "--name", "Old Town Pharmacy").out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), (1, "bad_input")),
        (("--name", ""), (1, "bad_input")),
        (("--reason", "because"), (1, "bad_input")),
        (("--nhsmail-limit", "12"), (2, "bad_input")),
        (("--nhsmail-limit", "12", "--reason", " "), (1, "bad_input")),
        (("--nhsmail-limit", "0", "--reason", "x"), (2, "bad_input")),
        (("--nhsmail-limit", "101", "--reason", "x"), (2, "bad_input")),
        (("--nhsmail-limit", "1e1", "--reason", "x"), (2, "bad_input")),
    ],
)
def test_a_site_is_not_edited_against_the_rules(
    shop: CommandLine, options: tuple[str, ...], expected: tuple[int, str]
) -> None:
    before = shop.json("site", "show", "FZ101")
    assert refusal(shop.run("site", "edit", "FZ101", *options, "--json")) == expected
    assert shop.json("site", "show", "FZ101") == before


def test_nobody_signs_in_at_a_closed_site(shop: CommandLine, clock: FakeClock) -> None:
    slip = add(shop, JO)
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        session = jo.activate(slip)
        closed = shop.json("site", "close", "FZ101", "--reason", "sold")
        assert (set(closed), closed["site"]["state"]) == ({"site"}, "closed")
        with pytest.raises(SessionEnded):
            desk.sessions.check(session)
        clock.advance(60)
        with pytest.raises(NoSiteToday):
            desk.sign_in.offer_code(jo.offer_password(), jo.phone.code())
    again = shop.run("site", "close", "FZ101", "--reason", "sold", "--json")
    assert refusal(again) == (1, "bad_input")


@pytest.mark.parametrize("command", [("edit", "--name", "x"), ("close", "--reason", "x")])
def test_a_site_that_is_not_there_is_status_four(
    shop: CommandLine, command: tuple[str, ...]
) -> None:
    name, *options = command
    assert refusal(shop.run("site", name, "FZ999", *options, "--json")) == (4, "not_found")


def test_a_site_is_not_closed_without_a_reason(shop: CommandLine) -> None:
    assert refusal(shop.run("site", "close", "FZ101", "--json")) == (2, "bad_input")
    assert refusal(shop.run("site", "close", "FZ101", "--reason", "", "--json")) == (1, "bad_input")
