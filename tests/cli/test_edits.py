"""`person edit`: what can be changed, what is refused, and the last administrator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import ADA, LOCUM, LOU, WHY, add, refusal
from tests.fakes import FakeClock


def edit(shop: CommandLine, who: str, *options: str) -> Any:
    """Edit somebody and return them as they are then."""
    answer = shop.json("person", "edit", who, *options)
    assert set(answer) == {"person"}
    return answer["person"]


def test_every_detail_can_be_edited_and_what_is_not_named_stays(two: CommandLine) -> None:
    before = two.json("person", "show", LOU)["person"]
    details = ("--name", "Lou Smith", "--email", "Lou.Smith@example.org", "--gphc", "2071234")
    dates = ("--from", "2026-01-05", "--to", "2026-12-24")
    after = edit(
        two, LOU, *details, "--period", "60", "--role", "admin", "--job", "pharmacist", *dates
    )
    assert after == {
        **before,
        "name": "Lou Smith",
        "email": "Lou.Smith@example.org",
        "gphc": "2071234",
        "period": 60,
        "memberships": [
            {
                "site": "FZ101",
                "role": "admin",
                "job": "pharmacist",
                "from": "2026-01-05",
                "to": "2026-12-24",
            }
        ],
    }
    assert edit(two, after["id"], "--name", "Lou") == {**after, "name": "Lou"}


def test_an_empty_text_takes_an_optional_value_away(two: CommandLine) -> None:
    edit(two, LOU, "--gphc", "2071234", "--from", "2026-01-05", "--to", "2026-12-24")
    edit(two, LOU, "--away-until", "2099-01-01")
    assert "away until 2099-01-01" in two.run("person", "show", LOU).out
    after = edit(two, LOU, "--gphc", "", "--from", "", "--to", "", "--away-until", "")
    assert after["gphc"] is None
    assert (after["memberships"][0]["from"], after["memberships"][0]["to"]) == (None, None)
    assert "away" not in two.run("person", "show", LOU).out


def test_somebody_edited_is_shown_to_people(two: CommandLine) -> None:
    answer = two.run("person", "edit", LOU, "--name", "[b]Lou[/b]")
    assert (answer.status, answer.err) == (0, "")
    assert "[b]Lou[/b]" in answer.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--email", ADA), "email_exists"),
        (("--email", "ADA@Example.org "), "email_exists"),
        (("--email", "pharmacy.fz101@nhs.net"), "shared_mailbox"),
        (("--email", "info@example.org"), "shared_mailbox"),
        (("--email", "nobody"), "bad_input"),
        (("--email", ""), "bad_input"),
        (("--name", " "), "bad_input"),
        (("--gphc", "123"), "bad_input"),
        (("--to", "tomorrow"), "bad_input"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "bad_input"),
        (("--away-until", "soon"), "bad_input"),
        (("--reason", "because"), "bad_input"),
        ((), "bad_input"),
    ],
)
def test_an_edit_against_the_rules_is_refused_and_changes_nothing(
    two: CommandLine, options: tuple[str, ...], code: str
) -> None:
    before = two.json("person", "show", LOU)
    assert refusal(two.run("person", "edit", LOU, *options, "--json")) == (1, code)
    assert two.json("person", "show", LOU) == before


def test_a_role_name_is_overridden_with_a_reason(two: CommandLine) -> None:
    reason = ("--override-reason", "Her name is Ina Fo")
    assert edit(two, LOU, "--email", "info@example.org", *reason)["email"] == "info@example.org"


@pytest.mark.parametrize(
    "options", [("--period", "45"), ("--role", "support"), ("--job", ""), ("--role", "")]
)
def test_values_outside_a_list_are_wrong_usage(two: CommandLine, options: tuple[str, ...]) -> None:
    assert refusal(two.run("person", "edit", LOU, *options, "--json")) == (2, "bad_input")


def test_the_eleventh_nhsmail_address_is_refused_until_the_limit_is_raised(
    shop: CommandLine,
) -> None:
    """Rule 3."""
    for number in range(10):
        add(shop, f"p{number}.x@nhs.net")
    change = ("person", "edit", ADA, "--email", "ada.example@nhs.net", "--json")
    assert refusal(shop.run(*change)) == (1, "nhsmail_full")
    raised = shop.json("site", "edit", "FZ101", "--nhsmail-limit", "11", "--reason", "approved")
    assert (raised["site"]["nhsmail"], raised["site"]["nhsmail_limit"]) == (10, 11)
    assert shop.run(*change).status == 0
    record = shop.json("audit", "show", "--event", "site_updated")["records"][-1]
    assert record["detail"]["why"] == "approved"


def test_the_site_has_to_be_named_where_there_are_several(two: CommandLine) -> None:
    two.json("person", "link", LOU, "--site", "FZ102", *LOCUM, *WHY)
    told = two.run("person", "edit", LOU, "--to", "2026-12-24", "--json")
    assert refusal(told) == (1, "bad_input")
    assert "several sites" in told.error["message"]
    after = edit(two, LOU, "--site", "fz102", "--to", "2026-12-24")
    assert [place["to"] for place in after["memberships"]] == [None, "2026-12-24"]
    elsewhere = two.run("person", "edit", ADA, "--site", "FZ102", "--role", "staff", "--json")
    assert refusal(elsewhere) == (4, "not_found")


@pytest.fixture
def administered(shop: CommandLine, clock: FakeClock) -> CommandLine:
    """Return a command line over a store whose site has one active administrator."""
    reset = shop.json("person", "reset-password", ADA, "--identity", "known", "--reason", "new")
    with counter(shop) as desk:
        Person(desk, clock, ADA).activate(reset["activation_code"])
    assert shop.json("site", "show", "FZ101")["site"]["administrators"] == 1
    return shop


@pytest.mark.parametrize("change", [("--role", "staff"), ("--away-until", "2099-01-01")])
def test_the_last_administrator_goes_only_with_a_reason(
    administered: CommandLine, change: tuple[str, ...]
) -> None:
    """Rule 8: support can, and says why; it is in the site's log."""
    for options in ((), ("--reason", " ")):
        told = administered.run("person", "edit", ADA, *change, *options, "--json")
        assert refusal(told) == (1, "bad_input")
        assert "last active administrator" in told.error["message"]
        assert "--reason" in told.error["message"]
    edit(administered, ADA, *change, "--reason", "on the run")
    records = administered.json("audit", "show", "--site", "FZ101")["records"]
    assert "last_administrator_gone" in {record["reason"] for record in records}


def test_a_reason_that_cannot_be_used_is_told_as_such(administered: CommandLine) -> None:
    told = administered.run("person", "edit", ADA, "--role", "staff", "--reason", "x" * 300)
    assert told.status == 1
    assert "too long" in told.err
