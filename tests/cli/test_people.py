"""`person` and `site`: what they refuse, what they find, and how it looks."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine

STAFF = ("--site", "FZ101", "--role", "staff", "--job", "dispenser")


def add(shop: CommandLine, email: str, *more: str, name: str = "Jo Bloggs") -> tuple[int, str]:
    """Add a member of staff and return exit status and code of the refusal."""
    answer = shop.run("person", "add", "--email", email, "--name", name, *STAFF, *more, "--json")
    return answer.status, answer.document.get("error", {}).get("code", "")


def test_refusals_of_the_rules_have_their_own_codes_and_status_one(shop: CommandLine) -> None:
    assert add(shop, "jo@example.org") == (0, "")
    assert add(shop, "JO@example.org ") == (1, "email_exists")
    assert add(shop, "pharmacy.fz101@nhs.net") == (1, "shared_mailbox")
    assert add(shop, "info@example.org") == (1, "shared_mailbox")
    assert add(shop, "no address") == (1, "bad_input")
    assert add(shop, "a@example.org", "--gphc", "123") == (1, "bad_input")
    assert add(shop, "a@example.org", "--to", "yesterday") == (1, "bad_input")
    assert add(shop, "a@example.org", name="\u202eevil") == (1, "bad_input")


def test_a_role_name_may_be_overridden_with_a_reason(shop: CommandLine) -> None:
    reason = ("--override-reason", "Her name is Ina Fo")
    assert add(shop, "info@example.org", *reason) == (0, "")
    created = shop.json("audit", "show", "--event", "user_created", "--limit", "1")["records"]
    assert created[0]["detail"]["override_reason"] == "Her name is Ina Fo"


def test_the_eleventh_nhsmail_account_of_a_site_is_refused(shop: CommandLine) -> None:
    for number in range(10):
        assert add(shop, f"person{number}.name@nhs.net") == (0, "")
    assert add(shop, "one.more@nhs.net") == (1, "nhsmail_full")


@pytest.mark.parametrize(
    "missing", [("--email", "--name", "--role"), ("--site",), ("--job",)], ids=" ".join
)
def test_what_is_missing_is_wrong_usage(shop: CommandLine, missing: tuple[str, ...]) -> None:
    given = {
        "--email": "jo@example.org",
        "--name": "Jo",
        "--site": "FZ101",
        "--role": "staff",
        "--job": "dispenser",
    }
    for left_out in missing:
        arguments = [
            part for name, value in given.items() if name != left_out for part in (name, value)
        ]
        answer = shop.run("person", "add", *arguments)
        assert answer.status == 2
        assert answer.out == ""
        assert left_out in answer.err
        assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--period", "90"),
        ("--period", "\uff16\uff10"),
        ("--role", "root"),
        ("--job", "astronaut"),
        ("--bogus", "x"),
    ],
)
def test_values_outside_a_list_are_wrong_usage(shop: CommandLine, wrong: tuple[str, str]) -> None:
    answer = shop.run(
        *("person", "add", "--email", "j@example.org", "--name", "J", *STAFF), *wrong, "--json"
    )
    assert (answer.status, answer.error["code"]) == (2, "bad_input")
    assert "Traceback" not in answer.err


def test_support_takes_no_site(shop: CommandLine) -> None:
    answer = shop.run(
        *("person", "add", "--email", "s@example.org", "--name", "Sam", "--role", "support"),
        *("--site", "FZ101", "--json"),
    )
    assert (answer.status, answer.error["code"]) == (1, "bad_input")


def test_people_are_found_by_every_filter(shop: CommandLine) -> None:
    shop.json("site", "add", "--code", "FZ102", "--name", "Harbour Pharmacy")
    add(shop, "jo@example.org")
    shop.json("person", "add", "--email", "s@example.org", "--name", "Sam", "--role", "support")

    def found(*filters: str) -> list[str]:
        people = shop.json("person", "list", *filters)["people"]
        return [person["email"] for person in people]

    assert found() == ["ada@example.org", "jo@example.org", "s@example.org"]
    assert found("--site", "fz101") == ["ada@example.org", "jo@example.org"]
    assert found("--site", "FZ102") == []
    assert found("--role", "support") == ["s@example.org"]
    assert found("--role", "admin") == ["ada@example.org"]
    assert found("--state", "active") == []
    assert found("--mfa", "none") == ["ada@example.org", "jo@example.org", "s@example.org"]
    assert found("--dormant", "0") == ["ada@example.org", "jo@example.org", "s@example.org"]
    assert found("--dormant", "30") == []
    assert found("--search", "BLOGGS") == ["jo@example.org"]


def test_nobody_and_nothing_by_that_name_is_status_four(shop: CommandLine) -> None:
    for arguments in (
        ("person", "show", "nobody@example.org"),
        ("person", "show", "0" * 32),
        ("person", "show", ""),
        ("person", "list", "--site", "FZ999"),
        ("site", "show", "FZ999"),
        ("session", "list", "nobody@example.org"),
        ("session", "end", "0" * 32),
        ("audit", "show", "--person", "nobody@example.org"),
        ("audit", "show", "--site", "FZ999"),
    ):
        answer = shop.run(*arguments, "--json")
        assert (answer.status, answer.error["code"]) == (4, "not_found"), arguments


def test_a_site_is_added_once(shop: CommandLine) -> None:
    answer = shop.run("site", "add", "--code", "FZ101", "--name", "Again", "--json")
    assert (answer.status, answer.error["code"]) == (1, "bad_input")


def test_tables_for_people_fit_80_columns_and_hold_whole_addresses(shop: CommandLine) -> None:
    long_name = "Bartholomew Featherstonehaugh-Cholmondeley of the Long Line of Long Names"
    add(shop, "bartholomew.featherston@example.org", name=long_name)
    shop.json("site", "add", "--code", "FZ102", "--name", 99 * "x")
    for arguments in (("person", "list"), ("site", "list"), ("audit", "show")):
        answer = shop.run(*arguments)
        assert (answer.status, answer.err) == (0, "")
        assert max(len(line) for line in answer.out.splitlines()) <= 80, answer.out
    listed = shop.run("person", "list").out
    assert "bartholomew.featherston@example.org" in listed
    assert "Bartholom" in listed


def test_markup_in_names_is_shown_as_it_is(shop: CommandLine) -> None:
    add(shop, "m@example.org", name="[red]Bob[/red] {0} %s")
    assert "[red]Bob[/red] {0} %s" in shop.run("person", "list").out
    assert "[red]Bob[/red] {0} %s" in shop.run("person", "show", "m@example.org").out


def test_a_new_person_is_told_with_the_code_to_hand_over(shop: CommandLine) -> None:
    answer = shop.run(
        *("person", "add", "--email", "n@example.org", "--name", "Nell", "--role", "support")
    )
    assert "Nell <n@example.org>" in answer.out
    assert "Activation code: " in answer.out
    assert "not shown again" in answer.out


def test_one_person_is_shown_with_dates_and_role(shop: CommandLine) -> None:
    add(shop, "jo@example.org", "--from", "2026-03-01", "--to", "2026-03-31")
    shown = shop.run("person", "show", "jo@example.org").out
    assert "FZ101: staff, dispenser, from 2026-03-01, to 2026-03-31" in shown
    shop.json("person", "add", "--email", "s@example.org", "--name", "Sam", "--role", "support")
    assert "support, at all sites" in shop.run("person", "show", "s@example.org").out
