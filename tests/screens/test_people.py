"""`People`: search, filters and pages, by keyboard alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from pomfa_tui.domain.errors import Busy
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import PersonState
from pomfa_tui.screens import listing
from pomfa_tui.services.access import Caller
from pomfa_tui.services.people import PeopleFilter, PeopleService
from pomfa_tui.services.people_pages import PeoplePage
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import arrive, choose
from tests.screens.conftest import Start
from tests.screens.counter import open_people
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search at once."""
    monkeypatch.setattr(listing, "PAUSE", 0.001)


@pytest.fixture
def admin(world: World) -> Member:
    return world.person("anna@abbey.example", role="admin", name="Anna")


def rows(hand: Hand) -> list[str]:
    """Return the rows of the table, their words apart by single gaps."""
    inside = [
        line.strip("│║ ") for line in hand.text.splitlines() if line.strip()[:1] in {"│", "║"}
    ]
    return [" ".join(line.removeprefix(">").split()) for line in inside if "@" in line]


def names(hand: Hand) -> list[str]:
    """Return who is listed, for people whose names have one word."""
    return [row.split()[0] for row in rows(hand)]


async def test_everybody_of_the_site_is_listed_with_role_state_and_mfa_in_words(
    world: World, start: Start, admin: Member
) -> None:
    """ACC-06, rule 33: who is enrolled can be seen at a glance."""
    world.newcomer("bob@abbey.example")
    cleo = world.person("cleo@abbey.example")
    world.reset_mfa(cleo)
    world.person("dan@abbey.example", state=PersonState.DISABLED)
    world.person("far@bridge.example", BRIDGE)
    async with start(world) as hand:
        await open_people(hand, admin)
        assert rows(hand) == [
            "Anna anna@abbey.example Admin Active Paired",
            "Bob bob@abbey.example Staff Invited Not yet",
            "Cleo cleo@abbey.example Staff Active Reset",
            "Dan dan@abbey.example Staff Disabled Paired",
        ]
        assert "People 1 to 4 of 4" in hand.text


async def test_a_lock_goes_before_the_state(world: World, start: Start, admin: Member) -> None:
    """Rule 24: whoever rings the bell is found by it."""
    jo = world.person("jo@abbey.example")
    for _ in range(10):
        with pytest.raises(Exception, match=r"did not match|Too many"):
            world.desk.sign_in.offer_password(jo.email, "wrong")
    async with start(world) as hand:
        await open_people(hand, admin)
        assert "Jo jo@abbey.example Staff Locked Paired" in rows(hand)


async def test_the_nhsmail_counter_is_in_sight(world: World, start: Start, admin: Member) -> None:
    """Rule 3."""
    for number in range(7):
        world.person(f"p{number}@nhs.net")
    async with start(world) as hand:
        await open_people(hand, admin)
        assert "NHSmail 7 of 10" in hand.text


async def test_what_is_typed_is_looked_for_and_enter_goes_to_what_was_found(
    world: World, start: Start, admin: Member
) -> None:
    for name in ("bob", "bobby", "cleo"):
        world.person(f"{name}@abbey.example")
    async with start(world) as hand:
        await open_people(hand, admin)
        assert hand.keyboard == "Search"
        await hand.type("BOB")
        assert names(hand) == ["Bob", "Bobby"]
        await hand.press("enter", "down", "enter")
        await hand.reach("Person")
        assert "Bobby, bobby@abbey.example" in hand.text
        await hand.press("escape")
        await hand.reach("People")
        assert names(hand) == ["Bob", "Bobby"]
        assert "║ > Bobby" in hand.text


async def test_nobody_found_says_what_to_do(world: World, start: Start, admin: Member) -> None:
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.type("zzz")
        assert "Nobody found. Try fewer letters, or other filters." in hand.text
        assert "People 1 to" not in hand.text


async def test_several_quick_keys_are_one_question(
    world: World, start: Start, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look for each pause, not for each key."""
    monkeypatch.setattr(listing, "PAUSE", 0.2)
    asked: list[str] = []
    page = PeopleService.page

    def counted(
        self: PeopleService, caller: Caller, wanted: PeopleFilter, **where: int
    ) -> PeoplePage:
        asked.append(wanted.search or "")
        return page(self, caller, wanted, **where)

    monkeypatch.setattr(PeopleService, "page", counted)
    async with start(world) as hand:
        await open_people(hand, admin)
        asked.clear()
        await hand.press("a", "n", "n")
        assert asked == ["ann"]


async def test_a_late_answer_does_not_take_the_place_of_a_newer_one(
    world: World, start: Start, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T8: a thread cannot be stopped, but nobody waits for it any more."""
    world.person("bob@abbey.example")
    page, go_on, begun = PeopleService.page, threading.Event(), threading.Event()

    def slow(self: PeopleService, caller: Caller, wanted: PeopleFilter, **where: int) -> PeoplePage:
        if wanted.search == "a":
            begun.set()
            go_on.wait(10)
        return page(self, caller, wanted, **where)

    monkeypatch.setattr(PeopleService, "page", slow)
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.pilot.press("a")
        while not begun.is_set():
            await hand.pilot.pause()
        await hand.press("backspace", "b", "o", "b")
        assert names(hand) == ["Bob"]
        go_on.set()
        await hand.settle()
        assert names(hand) == ["Bob"]


def _filtered(world: World) -> None:
    today = london_day(world.clock.now())
    world.newcomer("new@abbey.example")
    world.person("boss@abbey.example", role="admin")
    world.person("off@abbey.example", state=PersonState.DISABLED)
    world.person("ends@abbey.example", ends=today + timedelta(days=20))
    old = world.person("old@abbey.example")
    created = world.clock.now() - 45 * 86400
    world.set_person(old, created_at=created)


FILTERS: tuple[tuple[str, str, list[str]], ...] = (
    ("Role", "a", ["Anna", "Boss"]),
    ("State", "i", ["New"]),
    ("MFA", "n", ["New"]),
    ("Not seen", "right", ["Old"]),
    ("Pass ends", "right", []),
)


async def test_filters_are_turned_by_keys(world: World, start: Start, admin: Member) -> None:
    """ACC-01: a letter or an arrow."""
    _filtered(world)
    async with start(world) as hand:
        await open_people(hand, admin)
        for label, key, found in FILTERS:
            await hand.press("tab")
            assert hand.keyboard == label
            await hand.press(key)
            assert names(hand) == found
            hand.field(label).value = "any"


async def test_filters_and_search_fit_together_and_passes_end_soon(
    world: World, start: Start, admin: Member
) -> None:
    """Rule 13."""
    _filtered(world)
    async with start(world) as hand:
        await open_people(hand, admin)
        hand.field("Pass ends").value = "30 days"
        await hand.settle()
        assert names(hand) == ["Ends"]
        await hand.type("new")
        assert names(hand) == []


async def test_a_thousand_people_are_a_page_at_a_time(
    world: World, start: Start, admin: Member
) -> None:
    """T34: never more rows than fit."""
    for number in range(100):
        world.person(f"p{number}@abbey.example", name=f"P{number:03}")
    async with start(world) as hand:
        await open_people(hand, admin)
        assert len(rows(hand)) == 14
        await hand.press("enter", "pagedown")
        assert names(hand)[0] == "P013"
        assert "People 15 to 28 of 101" in hand.text
        await hand.press("end")
        assert names(hand)[-1] == "P099"
        await hand.press("home", "up")
        assert hand.keyboard != ""
        assert names(hand)[0] == "Anna"


async def test_another_search_begins_at_the_first_page(
    world: World, start: Start, admin: Member
) -> None:
    for number in range(60):
        world.person(f"p{number}@abbey.example", name=f"P{number:03}")
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.press("enter", "end")
        hand.field("Search").focus_entry()
        await hand.type("p0")
        assert names(hand)[0] == "P000"
        assert "People 1 to 14 of 60" in hand.text


async def test_support_sees_people_with_their_sites_and_asks_for_one(
    world: World, start: Start, support: Member
) -> None:
    world.person("bob@abbey.example", role="admin")
    world.person("far@bridge.example", BRIDGE)
    world.person("lee@locum.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await open_people(hand, support)
        assert rows(hand) == [
            "Bob bob@abbey.example Admin FA111 Active Paired",
            "Far far@bridge.example Staff FB222 Active Paired",
            "Helen help@desk.example Support Active Paired",
            "Lee lee@locum.example 2 sites Active Paired",
        ]
        assert "NHSmail" not in hand.text
        hand.field("Site").focus_entry()
        await hand.type("fb222")
        assert names(hand) == ["Far", "Lee"]
        assert "NHSmail 0 of 10" in hand.text


async def test_a_wide_terminal_shows_the_last_sign_in_too(
    world: World, start: Start, admin: Member
) -> None:
    world.person("bob@abbey.example")
    async with start(world, size=(120, 40)) as hand:
        await open_people(hand, admin)
        assert "Anna anna@abbey.example Admin Active Paired 5 Jan 2026" in rows(hand)
        assert "Bob bob@abbey.example Staff Active Paired never" in rows(hand)


async def test_hostile_names_are_texts(world: World, start: Start, admin: Member) -> None:
    """K07, K40: in the list and on the page."""
    hostile = ("[@click=app.quit]Bob[/]", "[/", "\\", "\u6f22\u5b57", "<b>&amp;")
    for number, name in enumerate(hostile):
        world.person(f"p{number}@bad.example", name=name)
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.type("@bad")
        for name in hostile:
            assert any(row.startswith(name[:10]) for row in rows(hand))
        await hand.press("enter", "end", "enter")
        await hand.reach("Person")
        assert "\u6f22\u5b57, p3@bad.example" in hand.text


async def test_somebody_who_has_gone_meanwhile_is_not_opened(
    world: World, start: Start, admin: Member
) -> None:
    bob = world.person("bob@abbey.example")
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.type("bob")
        world.desk.office.states.leave(HOST, bob.id, "moved away")
        await hand.press("enter", "enter")
        assert hand.title == "People"
        assert hand.notice.startswith("Nothing found")


async def test_a_busy_store_is_said_and_typing_tries_again(
    world: World, start: Start, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(world) as hand:
        await open_people(hand, admin)
        with monkeypatch.context() as patch:
            patch.setattr(world.store, "changes", _busy)
            await hand.type("an")
            assert hand.notice.startswith("The store is busy")
        await hand.type("na")
        assert hand.notice == ""
        assert names(hand) == ["Anna"]


def _busy() -> int:
    raise Busy


async def test_the_end_of_the_session_ends_the_list(
    world: World, start: Start, admin: Member
) -> None:
    """SES-08: asked at every page."""
    async with start(world) as hand:
        await open_people(hand, admin)
        world.desk.office.states.disable(HOST, admin.id, "in doubt")
        await hand.pilot.press("x")
        await hand.reach("Sign in")
        assert "Your account was changed" in hand.notice


@pytest.mark.parametrize("role", ["staff", "commissioner"])
async def test_nobody_else_has_a_way_here(world: World, start: Start, role: str) -> None:
    """ROL-01, T28: and where one were found, the service would show them nobody."""
    member = world.person("jo@abbey.example", role=role, name="Jo")
    world.person("bob@abbey.example")
    async with start(world) as hand:
        await arrive(hand, member)
        assert "People" not in hand.text
        await open_people(hand, member)
        assert names(hand) == ["Jo"]
        assert "Add person" not in hand.hints
        await hand.press("f3")
        assert hand.title == "People"


async def test_home_leads_here_and_the_last_line_to_adding(
    world: World, start: Start, admin: Member
) -> None:
    """ACC-01: without a function key, too."""
    world.person("spare@abbey.example", role="admin")
    async with start(world) as hand:
        await arrive(hand, admin)
        await choose(hand, "People")
        await hand.reach("People")
        await hand.press("shift+tab")
        assert hand.keyboard == "keys"
        await hand.press("right", "right", "enter")
        await hand.reach("Add a person")
