"""`Audit log`: search, filters, pages, one record in words, and the file; by keyboard alone."""

from __future__ import annotations

import csv
import io

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.screens import listing
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import REASON, why
from tests.screens.arrival import arrive, arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.counter import age_proof, do, open_person, say
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search at once."""
    monkeypatch.setattr(listing, "PAUSE", 0.001)


@pytest.fixture
def admin(world: World) -> Member:
    return world.person("anna@abbey.example", role="admin", name="Anna")


async def open_log(hand: Hand, member: Member) -> None:
    """Choose the entry of `Home`."""
    await arrive(hand, member)
    await choose(hand, "Audit log")
    await hand.reach("Audit log")
    await hand.settle()


def fail(world: World, member: Member) -> None:
    """Type a wrong password."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(member.email, "wrong")


async def test_administrators_read_what_happened_at_their_site(
    world: World, start: Start, admin: Member
) -> None:
    """AUD-07, rule 32: by names, in words, in London time; the reading is the newest record."""
    bob = world.person("bob@abbey.example", name="Bob")
    world.person("far@bridge.example", BRIDGE)
    fail(world, bob)
    fail(world, world.person("far2@bridge.example", BRIDGE, name="Far"))
    async with start(world) as hand:
        await open_log(hand, admin)
        assert "- Sign-in failed" in hand.text
        assert "Bob" in hand.text
        assert "Far" not in hand.text
        assert "London time" in hand.text
        assert world.events()[-1].event is Event.AUDIT_READ


async def test_staff_have_no_such_entry_and_read_their_own_records(
    world: World, start: Start
) -> None:
    """PRI-04, PRI-07: everybody sees what is recorded about them, and nothing about others."""
    jo, bob = world.person("jo@abbey.example"), world.person("bob@abbey.example", name="Bob")
    fail(world, bob)
    async with start(world) as hand:
        await arrive(hand, jo)
        assert "Audit log" not in hand.text
        await arrive_at_account(hand, jo)
        await choose(hand, "Records about me")
        await hand.reach("Audit log")
        await hand.settle()
        assert "you" in hand.text
        assert "Bob" not in hand.text
        assert "Person" not in hand.text
        await hand.press("f8")
        await hand.settle()
        assert hand.notice == "Everything kept about you was written to exports/my-data.json."
    assert "bob@abbey.example" not in world.exports.files["my-data.json"]


async def test_search_and_filters_fit_together(world: World, start: Start, support: Member) -> None:
    """Section 2: person, site, event, outcome, dates."""
    bob = world.person("bob@abbey.example", name="Bob")
    far = world.person("far@bridge.example", BRIDGE, name="Far")
    fail(world, bob)
    world.sign_in(far)
    async with start(world) as hand:
        await open_log(hand, support)
        hand.field("Person").focus_entry()
        await hand.type("bob")
        assert "Records 1 to 1 of 1" in hand.text
        await hand.press("ctrl+u")
        hand.field("Site").focus_entry()
        await hand.type("fb222")
        assert "Far" in hand.text
        assert "Bob" not in hand.text
        await hand.press("ctrl+u")
        hand.field("Outcome").value = "failure"
        await hand.settle()
        assert "Records 1 to 1 of 1" in hand.text
        hand.field("Event").value = "sessions"
        await hand.settle()
        assert "No record found." in hand.text
        hand.field("Event").value = hand.field("Outcome").value = "any"
        hand.field("Search").focus_entry()
        await hand.type("sign-in fail")
        assert "Records 1 to 1 of 1" in hand.text


async def test_dates_are_days_in_london_and_what_is_none_is_said(
    world: World, start: Start, admin: Member
) -> None:
    """Section 2: dates; a half-typed date is no fault."""
    async with start(world) as hand:
        await open_log(hand, admin)
        today = hand.field("From")
        today.focus_entry()
        await hand.type("2026-01-05")
        assert "Records 1 to" in hand.text
        await hand.press("ctrl+u")
        await hand.type("2026-01-0")
        assert "That is not a date." in hand.notice
        await hand.press("ctrl+u")
        assert hand.notice == ""
        hand.field("To").focus_entry()
        await hand.type("2025-12-31")
        assert "No record found." in hand.text


async def test_one_record_is_shown_in_words(world: World, start: Start, support: Member) -> None:
    """Rule 21, AUD-02: who, for whom, where, how checked, why, and the names of the log."""
    bob = world.person("bob@abbey.example", name="Bob")
    helper = world.person("aid@desk.example", role="support", name="Aid")
    world.desk.office.resets.reset_password(world.sign_in(helper), bob.id, why())
    async with start(world) as hand:
        await open_log(hand, support)
        await hand.type("password reset")
        await hand.press("enter", "enter")
        await hand.reach("Record")
        assert "Password reset" in hand.text
        for fact in ("Aid, support", "Bob", "In person", REASON, "HD-4711", "pts/7", bob.id):
            assert fact in hand.text
        await hand.press("escape")
        await hand.reach("Audit log")


async def test_pages_are_turned(world: World, start: Start, support: Member) -> None:
    """T34."""
    bob = world.person("bob@abbey.example", name="Bob")
    for _ in range(60):
        with world.store.transaction() as tx:
            world.desk.audit._recorder.record(tx, Event.USER_UPDATED, actor=bob.id)
    async with start(world) as hand:
        await open_log(hand, support)
        await hand.press("enter", "pagedown")
        assert "Records 15 to 28 of" in hand.text or "Records 16 to" in hand.text


async def test_the_export_takes_a_yes_and_a_fresh_code_and_says_where_it_is(
    world: World, start: Start, admin: Member
) -> None:
    """Rule 22, AUD-07, AUD-14: a table, safe for spreadsheets, of the administrator's own site."""
    bob = world.person("bob@abbey.example", name="Bob")
    world.desk.office.states.disable(HOST, bob.id, "=cmd()")
    world.sign_in(world.person("far@bridge.example", BRIDGE))
    async with start(world) as hand:
        await open_log(hand, admin)
        age_proof(world, admin)
        await hand.press("f8")
        await say(hand, "Yes, export")
        await hand.reach("Authentication code")
        world.clock.advance(seconds=30)
        await hand.submit(admin.phone.code())
        await hand.reach("Audit log")
        await hand.settle()
        assert "written to exports/audit.csv" in hand.notice
    table = list(csv.DictReader(io.StringIO(world.exports.files["audit.csv"], newline="")))
    assert {line["site"] for line in table} <= {ABBEY, ""}
    assert table[-1]["reason"] == "exported"


async def test_the_export_holds_what_is_listed_and_says_so(
    world: World, start: Start, support: Member
) -> None:
    """Rule 32, PRI-01: search and person hold for the file as well; that something was typed is recorded, not what."""
    for name in ("bob", "joe"):
        member = world.person(f"{name}@abbey.example", name=name.title())
        world.desk.office.states.disable(HOST, member.id, f"reason of {name}")
    async with start(world) as hand:
        await open_log(hand, support)
        hand.field("Person").value = "bob@"
        hand.field("Search").value = "disabled"
        await hand.settle()
        await hand.press("f8")
        await hand.settle()
        assert "Search, Person and the other filters hold for it." in hand.words
        await say(hand, "Yes, export")
        await hand.reach("Audit log")
        await hand.settle()
        assert hand.notice == "1 record written to exports/audit.csv."
    (row,) = csv.DictReader(io.StringIO(world.exports.files["audit.csv"], newline=""))
    assert "reason of bob" in row["detail"]
    assert world.events()[-1].detail == {"searched": "yes"}


async def test_a_terminal_of_this_program_alone_makes_no_files(
    world: World, start: Start, admin: Member
) -> None:
    """K-rows: nobody at the counter could fetch them."""
    async with start(world, kiosk=True) as hand:
        await open_log(hand, admin)
        await hand.press("f8")
        assert hand.title == "Audit log"
        assert world.exports.files == {}


async def test_hostile_texts_are_texts(world: World, start: Start, admin: Member) -> None:
    """AUD-05, GEN-05: names and reasons in the list and in the record."""
    bob = world.person("bob@abbey.example", name="[@click=app.quit]Bob[/]")
    world.desk.office.states.disable(HOST, bob.id, "[bold]x[/")
    async with start(world) as hand:
        await open_log(hand, admin)
        await hand.type("disabled")
        assert "[@click" in hand.text
        await hand.press("enter", "enter")
        await hand.reach("Record")
        assert "[bold]x[/" in hand.text


async def test_support_erases_a_leaver_on_their_page(
    world: World, start: Start, support: Member
) -> None:
    """PRI-04: with a reason, after a yes; administrators have no such deed."""
    bob = world.person("bob@abbey.example", name="Bob")
    world.desk.office.states.leave(HOST, bob.id, REASON)
    async with start(world) as hand:
        await open_person(hand, support, bob)
        await do(hand, "Erase")
        await hand.submit("asked for it")
        await say(hand, "Yes, erase")
        await hand.settle()
    assert world.account(bob).name == "Erased person"
