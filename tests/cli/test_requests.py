"""`request list|show|close`."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.requests import spoken
from pomfa_tui.services.request_filing import NewRequest
from tests.cli.at_the_counter import counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import refusal
from tests.fakes import FakeClock

REQUEST = {"reference", "state", "need", "email", "times", "filings", "closed"}
FILING = {"reference", "at", "terminal", "by", "name", "phone", "site", "note"}


def ask(shop: CommandLine, need: str = "link", email: str = "jo@example.org") -> str:
    """File a request at the counter and return its number."""
    new = NewRequest(need, "Jo Bloggs", email, "01632 960123", "FZ101", "covers Saturdays")
    with counter(shop) as desk:
        return desk.filing.file(None, new)


def test_requests_are_listed_with_their_contract(shop: CommandLine) -> None:
    ask(shop)
    ask(shop)
    answer = shop.json("request", "list")
    (found,) = answer["requests"]
    assert (set(answer), answer["open"]) == ({"requests", "open"}, 1)
    assert (set(found), [set(each) for each in found["filings"]]) == (REQUEST, [FILING] * 2)
    assert (found["state"], found["need"], found["times"], found["closed"]) == (
        "open",
        "link",
        2,
        None,
    )
    text = shop.run("request", "list").out
    assert found["reference"] in text
    assert max(map(len, text.splitlines())) <= 80


def test_filters_leave_out_what_was_not_asked_for(shop: CommandLine, clock: FakeClock) -> None:
    ask(shop)
    clock.advance(days=3)
    closed = ask(shop, "reset", "lou@example.org")
    shop.json("request", "close", closed, "--outcome", "declined")
    found = {
        options: [each["email"] for each in shop.json("request", "list", *options)["requests"]]
        for options in (
            (),
            ("--state", "closed"),
            ("--state", "all"),
            ("--need", "reset"),
            ("--older", "2"),
            ("--older", "4"),
            ("--again",),
            ("--site", "FZ999"),
            ("--search", "LOU", "--state", "all"),
        )
    }
    jo, lou = "jo@example.org", "lou@example.org"
    assert list(found.values()) == [[jo], [lou], [jo, lou], [], [jo], [], [], [], [lou]]
    assert shop.run("request", "list", "--again").out == "No request found.\n"


def test_a_request_is_shown_with_the_account_it_is_about(shop: CommandLine) -> None:
    reference = ask(shop, "reset", "ada@example.org")
    answer = shop.json("request", "show", reference)
    assert (set(answer), answer["person"]["email"]) == ({"request", "person"}, "ada@example.org")
    text = shop.run("request", "show", reference).out
    for words in ("01632 960123 (not checked)", "covers Saturdays", "Ada Example"):
        assert words in text
    assert shop.json("request", "show", ask(shop))["person"] is None


def test_a_request_is_closed_once(shop: CommandLine) -> None:
    """ROL-16: the second is told who was first, status 1."""
    reference = ask(shop)
    closed = shop.json("request", "close", reference, "--outcome", "done", "--note", "by phone")
    assert set(closed) == {"request"}
    ending = closed["request"]["closed"]
    assert (ending["outcome"], ending["note"]) == ("done", "by phone")
    assert ending["by"].startswith("host:")
    again = shop.run("request", "close", reference, "--outcome", "declined", "--json")
    assert refusal(again) == (1, "not_permitted")
    assert "closed already by the helpdesk (done)" in again.error["message"]
    assert "Closed" in shop.run("request", "show", reference).out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("show", "482-771-938"), (4, "not_found")),
        (("show", "482-771-937"), (1, "bad_input")),
        (("show", "x"), (1, "bad_input")),
        (("close", "482-771-938", "--outcome", "done"), (4, "not_found")),
        (("close", "482-771-938"), (2, "bad_input")),
        (("close", "482-771-938", "--outcome", "gone"), (2, "bad_input")),
        (("close", "482-771-938", "--outcome", "done", "--note", "x" * 201), (1, "bad_input")),
        (("list", "--need", "money"), (2, "bad_input")),
        (("list", "--older", "-1"), (2, "bad_input")),
    ],
)
def test_what_cannot_be_done_has_its_status(
    shop: CommandLine, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    assert refusal(shop.run("request", *arguments, "--json")) == expected


def test_what_strangers_typed_is_harmless_on_the_terminal(shop: CommandLine) -> None:
    """GEN-05: markup and colours stay text."""
    new = NewRequest("other", "[red]Jo[/]", "jo@example.org", "01632 960123", "", "[/x]")
    with counter(shop) as desk:
        desk.filing.file(None, new)
    assert "[red]Jo[/]" in shop.run("request", "list").out


def test_the_record_holds_the_number_and_no_name(shop: CommandLine) -> None:
    """PRI-01: from filing to closing."""
    reference = ask(shop)
    shop.json("request", "close", reference, "--outcome", "done", "--note", "Jo rang")
    records = shop.json("audit", "show")["records"]
    ours = [each for each in records if each["event"].startswith("request_")]
    assert [each["event"] for each in ours] == ["request_filed", "request_closed"]
    assert [each["detail"]["request"] for each in ours] == [spoken(reference)] * 2
    for private in ("jo@example", "Jo", "960123"):
        assert private not in str(ours)
