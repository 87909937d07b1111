"""`Home`: who is where, what they should know, and nothing that they may not do."""

from __future__ import annotations

import threading

import pytest

from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.screens.home_words import moment
from pomfa_tui.services.sessions import SessionService
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.screens.arrival import arrive
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


async def test_it_says_who_is_where(world: World, start: Start) -> None:
    """A shared terminal always shows whose turn it is."""
    member = world.person("jo@abbey.example", name="Jo Hill")
    async with start(world) as hand:
        await hand.sign_in(member)
        assert "Jo Hill, jo@abbey.example" in hand.text
        assert "Staff at Abbey Pharmacy (FA111)" in hand.text
        assert "FA111 Abbey Pharmacy, Jo Hill" in hand.text.splitlines()[0]
        assert "This is your first sign-in." in hand.text


async def test_the_sign_in_before_is_told_in_london_time(world: World, start: Start) -> None:
    """Somebody else's sign-in would be noticed here."""
    member = world.person("jo@abbey.example")
    world.sign_in(member)
    world.clock.advance(hours=2)
    async with start(world) as hand:
        await hand.sign_in(member)
        assert "You signed in last on Monday 5 January 2026, 08:00 London time." in hand.words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1_767_600_000, "Monday 5 January 2026, 08:00 London time"),
        (1_782_900_000, "Wednesday 1 July 2026, 11:00 London time"),
    ],
)
def test_a_moment_follows_summer_time(seconds: int, words: str) -> None:
    """The clock on the wall, not UTC."""
    assert moment(seconds) == words


async def test_failed_tries_are_told_with_a_word_for_their_weight(
    world: World, start: Start
) -> None:
    """THR-12, ACC-06: not by colour alone."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.offer_password(member, "a wrong one")
        await hand.submit(member.password)
        await hand.reach("Authentication code")
        await hand.submit(member.phone.code())
        await hand.reach("Home")
        assert "Warning: 1 wrong password since your last sign-in: on 5 Jan 2026," in hand.words


@pytest.mark.parametrize(
    ("role", "sites", "entries"),
    [
        ("staff", (ABBEY,), []),
        ("staff", (ABBEY, BRIDGE), ["Switch site"]),
        (
            "admin",
            (ABBEY,),
            ["People", "Add a second administrator", "Audit log", "Evidence", "Access review"],
        ),
        (
            "support",
            (),
            [
                "People",
                "Sites",
                "Link a person",
                "Requests",
                "Audit log",
                "Evidence",
                "Access review",
                "Doctor",
                "Phone reset",
            ],
        ),
        ("commissioner", (), ["Reset MFA QR code"]),
    ],
)
async def test_the_list_has_what_this_person_may_do_now(
    world: World, start: Start, role: str, sites: tuple[str, ...], entries: list[str]
) -> None:
    """No dead entry, and none that would be refused."""
    member = world.person("jo@abbey.example", *sites, role=role)
    async with start(world) as hand:
        await hand.offer_password(member)
        await hand.reach("Authentication code")
        await hand.submit(member.phone.code())
        if len(sites) > 1:
            await hand.reach("Choose a site")
            await hand.press("enter")
        await hand.reach("Home")
        listed = [
            line.strip(" ║>").split("  ")[0] for line in hand.text.splitlines() if "║" in line
        ]
        everybody = ["My account", "Help", "Contact us", "Sign out"]
        assert [entry for entry in listed if entry] == entries + everybody


async def test_two_administrators_are_enough(world: World, start: Start) -> None:
    """Rule 8: the nagging ends when the second one is active."""
    world.person("ben@abbey.example", role="admin")
    member = world.person("jo@abbey.example", role="admin")
    async with start(world) as hand:
        await hand.sign_in(member)
        assert "second administrator" not in hand.text


async def sign_in_at_the_first_site(hand: Hand, member: Member) -> None:
    """Sign in somebody who has more than one."""
    await hand.offer_password(member)
    await hand.reach("Authentication code")
    await hand.submit(member.phone.code())
    await hand.reach("Choose a site")
    await hand.press("enter")
    await hand.reach("Home")


async def test_switching_needs_no_second_code(world: World, start: Start) -> None:
    """Rule 12: and the title line follows."""
    member = world.person("jo@abbey.example", ABBEY, BRIDGE, name="Jo Hill")
    async with start(world) as hand:
        await sign_in_at_the_first_site(hand, member)
        await hand.choose("Switch site")
        await hand.reach("Choose a site")
        assert "> Abbey Pharmacy  FA111, where you are now" in hand.text
        await hand.press("down", "enter")
        await hand.reach("Home")
        assert "FB222 Bridge Chemist, Jo Hill" in hand.text.splitlines()[0]
        assert "Staff at Bridge Chemist (FB222)" in hand.text
        assert [session.site for session in world.sessions(member) if not session.ended] == [BRIDGE]


async def test_switching_can_be_left(world: World, start: Start) -> None:
    """Esc goes back to where one was."""
    member = world.person("jo@abbey.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await sign_in_at_the_first_site(hand, member)
        await hand.choose("Switch site")
        await hand.reach("Choose a site")
        await hand.press("escape")
        await hand.reach("Home")
        assert "FA111" in hand.text.splitlines()[0]


async def test_an_end_typed_right_behind_switching_leaves_nothing_behind(
    world: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES-08: the sites were being looked up when the session ended, and nobody sees them."""
    sites, go_on = SessionService.sites, threading.Event()

    def slow(sessions: SessionService, token: SessionToken) -> object:
        go_on.wait()
        return sites(sessions, token)

    monkeypatch.setattr(SessionService, "sites", slow)
    member = world.person("jo@abbey.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await sign_in_at_the_first_site(hand, member)
        await hand.choose("Switch site")
        await hand.press("f12")
        await hand.reach("Sign in")
        go_on.set()
        await hand.app.workers.wait_for_complete()
        await hand.settle()
        assert hand.title == "Sign in"
        assert hand.app.screen_stack == [hand.screen]


@pytest.mark.parametrize("keys", [["f12"], ["end", "enter"]], ids=["F12", "list"])
async def test_signing_out_takes_two_keys_at_most(
    world: World, start: Start, keys: list[str]
) -> None:
    """SES-07: by the key that is shown, and by the list."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.sign_in(member)
        assert "F12  Sign out" in hand.hints
        await hand.press(*keys)
        await hand.reach("Sign in")
        (session,) = world.sessions(member)
        assert session.ended is not None


@pytest.mark.parametrize(
    "way", [["f1"], ["f2"], ["enter"]], ids=["Help", "Contact us", "Add a second administrator"]
)
async def test_sign_out_is_offered_on_every_signed_in_screen(
    world: World, start: Start, way: list[str]
) -> None:
    """SES-07: wherever one is, F12 is shown and works."""
    member = world.person("jo@abbey.example", role="admin")
    async with start(world) as hand:
        await hand.sign_in(member)
        await hand.press(*way)
        assert hand.title != "Home"
        assert "F12  Sign out" in hand.hints
        await hand.press("f12")
        await hand.reach("Sign in")
        assert len(hand.app.screen_stack) == 1


async def test_esc_does_not_leave_home(world: World, start: Start) -> None:
    """Leaving a session is said, not slipped into."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.sign_in(member)
        await hand.press("escape")
        assert hand.title == "Home"
        assert "Esc" not in hand.hints


async def test_a_session_that_was_ended_elsewhere_shows_nothing_more(
    world: World, start: Start
) -> None:
    """SES-08: the next look at the store leads out, with the reason."""
    member = world.person("jo@abbey.example")
    async with start(world) as hand:
        await hand.sign_in(member)
        (session,) = world.sessions(member)
        world.desk.sessions.end(HOST, session.id)
        await hand.reach("Sign in")
        assert "This sign-in was ended from elsewhere." in hand.notice


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "bob[/x]", "[/", "a\\", "x" * 100])
async def test_a_name_is_shown_as_it_is(world: World, start: Start, name: str) -> None:
    """GEN-05: and the longest one leaves the title whole."""
    member = world.person("jo@abbey.example", name=name)
    async with start(world) as hand:
        await hand.sign_in(member)
        assert name[:60] in hand.text
        assert hand.text.startswith(" Home ")


@pytest.mark.parametrize("size", [(1, 1), (2, 24), (9, 5)])
async def test_a_window_made_as_small_as_can_be_ends_nothing(
    world: World, start: Start, size: tuple[int, int]
) -> None:
    """ACC-12: the list had no room left for a single letter, which ended the program."""
    async with start(world) as hand:
        await arrive(hand, world.person("jo@abbey.example"))
        before = hand.text
        for key in ("f1", "escape"):
            await hand.press(key)
            await hand.pilot.resize_terminal(*size)
            await hand.pilot.resize_terminal(80, 24)
        await hand.settle()
        assert hand.text == before
