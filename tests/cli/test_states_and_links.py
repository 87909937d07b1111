"""`person disable`, `enable`, `leave`, `link` and `unlink`."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import SessionEnded, SignInRefused
from pomfa_tui.services.steps import NeedSite, SignedIn
from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import ADA, JO, LOCUM, LOU, WHY, add, refusal
from tests.fakes import FakeClock

# -- Disable, enable, leave ---------------------------------------------------------------------------------------------


def test_a_disabled_account_is_out_everywhere_until_it_is_enabled(
    shop: CommandLine, clock: FakeClock
) -> None:
    """Rules 14, 26."""
    slip = add(shop, JO)
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        session = jo.activate(slip)
        off = shop.json("person", "disable", JO, "--reason", "long leave")
        assert (set(off), off["person"]["state"]) == ({"person"}, "disabled")
        with pytest.raises(SessionEnded):
            desk.sessions.check(session)
        with pytest.raises(SignInRefused):
            desk.sign_in.offer_password(JO, jo.password)
        again = shop.run("person", "disable", JO, "--reason", "twice", "--json")
        assert refusal(again) == (1, "bad_input")
        on = shop.json("person", "enable", JO, "--reason", "back")
        assert on["person"]["state"] == "active"
        clock.advance(60)
        desk.sign_in.offer_code(jo.offer_password(), jo.phone.code())
    records = shop.json("audit", "show", "--event", "user_updated")["records"]
    assert [(each["reason"], each["detail"]["why"]) for each in records] == [
        ("disabled", "long leave"),
        ("enabled", "back"),
    ]


def test_whoever_enables_somebody_who_never_signed_in_is_told_about_a_new_code(
    two: CommandLine,
) -> None:
    two.json("person", "disable", LOU, "--reason", "not yet")
    told = two.run("person", "enable", LOU, "--reason", "now").out
    assert "is enabled again" in told
    assert "reset-password" in told


def test_a_leaver_is_out_of_every_site_and_can_be_linked_again(two: CommandLine) -> None:
    """Rule 14."""
    two.json("person", "link", LOU, "--site", "FZ102", *LOCUM, *WHY)
    left = two.json("person", "leave", LOU, "--reason", "moved away")["person"]
    assert (left["state"], left["memberships"], left["mfa"]) == ("left", [], "none")
    again = two.run("person", "leave", LOU, "--reason", "twice", "--json")
    assert refusal(again) == (1, "bad_input")
    told = two.run("person", "link", LOU, "--site", "FZ102", *LOCUM, *WHY)
    assert (told.status, told.err) == (0, "")
    assert "invited" in told.out
    assert "reset-password" in told.out


@pytest.mark.parametrize("command", ["disable", "enable", "leave"])
def test_a_change_of_state_says_why(shop: CommandLine, command: str) -> None:
    assert refusal(shop.run("person", command, ADA, "--json")) == (2, "bad_input")
    assert refusal(shop.run("person", command, ADA, "--reason", "", "--json")) == (1, "bad_input")
    nobody = shop.run("person", command, "nobody@example.org", "--reason", "x", "--json")
    assert refusal(nobody) == (4, "not_found")


# -- Link, unlink -------------------------------------------------------------------------------------------------------


def test_a_locum_is_refused_at_a_second_site_and_linked_instead(
    two: CommandLine, clock: FakeClock
) -> None:
    """Rules 5, 11, 12: neither name nor site is told; one login for both."""
    new = ("person", "add", "--email", "LOU@example.org", "--name", "Lou", "--site", "FZ102")
    told = two.run(*new, *LOCUM, "--json")
    assert refusal(told) == (1, "email_exists")
    message = "This person already has an account. Ask the helpdesk to link it."
    assert told.error["message"] == message
    linked = two.json(
        *("person", "link", LOU, "--site", "FZ102", *LOCUM, "--to", "2099-12-24", *WHY)
    )
    assert [(place["site"], place["to"]) for place in linked["person"]["memberships"]] == [
        ("FZ101", None),
        ("FZ102", "2099-12-24"),
    ]
    # What administrators may not do to somebody of several sites, the helpdesk may.
    reset = two.json("person", "reset-password", LOU, *WHY)
    with counter(two) as desk:
        need = Person(desk, clock, LOU).first_sign_in(reset["activation_code"])
        assert isinstance(need, NeedSite)
        assert {site.code for site in need.sites} == {"FZ101", "FZ102"}
        assert isinstance(desk.sign_in.choose_site(need.attempt, "FZ102"), SignedIn)


def test_a_link_that_ends_leaves_the_other_sites_alone(two: CommandLine) -> None:
    """Rule 14."""
    two.json("person", "link", LOU, "--site", "FZ102", *LOCUM, *WHY)
    rest = two.json("person", "unlink", LOU, "--site", "fz101", *WHY)["person"]
    assert [place["site"] for place in rest["memberships"]] == ["FZ102"]
    gone = two.json("person", "unlink", LOU, "--site", "FZ102", *LOCUM, *WHY)["person"]
    assert (gone["state"], gone["memberships"]) == ("left", [])
    record = two.json("audit", "show", "--event", "user_archived")["records"][-1]
    assert record["detail"] == {"identity": "called-back", "why": "covers both", "ticket": "HD-12"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--site", "FZ101", *LOCUM, *WHY), (1, "bad_input")),
        (("--site", "FZ999", *LOCUM, *WHY), (4, "not_found")),
        (("--site", "nowhere", *LOCUM, *WHY), (1, "bad_input")),
        (("--site", "FZ102", *LOCUM, "--to", "x", *WHY), (1, "bad_input")),
        (("--site", "FZ102", *LOCUM, *WHY[:-1], " "), (1, "bad_input")),
        (("--site", "FZ102", *LOCUM, *WHY[:-2]), (2, "bad_input")),
        (("--site", "FZ102", *LOCUM, *WHY[2:]), (2, "bad_input")),
        (("--site", "FZ102", *LOCUM[:2], *WHY), (2, "bad_input")),
        (("--site", "FZ102", "--role", "support", *LOCUM[2:], *WHY), (2, "bad_input")),
        ((*LOCUM, *WHY), (2, "bad_input")),
    ],
)
def test_a_link_against_the_rules_is_refused(
    two: CommandLine, options: tuple[str, ...], expected: tuple[int, str]
) -> None:
    before = two.json("person", "show", LOU)
    assert refusal(two.run("person", "link", LOU, *options, "--json")) == expected
    assert two.json("person", "show", LOU) == before


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--site", "FZ102", *WHY), (4, "not_found")),
        (("--site", "FZ101", "--role", "admin", *WHY), (1, "bad_input")),
        (("--site", "FZ101", "--job", "dispenser", *WHY), (1, "bad_input")),
        (("--site", "FZ101", *WHY[:-2]), (2, "bad_input")),
        (WHY, (2, "bad_input")),
    ],
)
def test_an_unlink_that_does_not_fit_is_refused(
    two: CommandLine, options: tuple[str, ...], expected: tuple[int, str]
) -> None:
    before = two.json("person", "show", LOU)
    assert refusal(two.run("person", "unlink", LOU, *options, "--json")) == expected
    assert two.json("person", "show", LOU) == before


def test_support_is_linked_nowhere(shop: CommandLine) -> None:
    """Rule 9."""
    shop.json("person", "add", "--email", "s@example.org", "--name", "Sam", "--role", "support")
    told = shop.run("person", "link", "s@example.org", "--site", "FZ101", *LOCUM, *WHY, "--json")
    assert refusal(told) == (1, "not_permitted")
