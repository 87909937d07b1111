"""`Access review` and `Evidence`: the walk, the decisions, the figures and the files; by keyboard alone."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.reviews import DUE_DAYS
from tests.house import ABBEY, BRIDGE
from tests.members import Member
from tests.office import why
from tests.screens.arrival import arrive, choose
from tests.screens.conftest import Start
from tests.screens.counter import age_proof, say
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def admin(world: World) -> Member:
    return world.person("anna@abbey.example", role="admin", name="Anna")


async def open_from_home(hand: Hand, member: Member, entry: str) -> None:
    """Choose an entry of `Home`."""
    await arrive(hand, member)
    await choose(hand, entry)
    await hand.reach(entry)
    await hand.settle()


async def pick(hand: Hand, words: str) -> None:
    """Choose what is decided about the person on the screen."""
    await choose(hand, words)
    await hand.settle()


class TestAccessReview:
    """Rule 33: walk the list, confirm or end each person."""

    async def test_the_walk_goes_from_one_to_the_next_and_ends_with_the_record(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: by Enter and arrows; dormant people first; the decisions stand in the list."""
        old = world.person("zoe@abbey.example", name="Zoe")
        world.set_person(old, last_sign_in=world.clock.now() - 95 * 86400)
        bob = world.person("bob@abbey.example", name="Bob")
        async with start(world) as hand:
            await open_from_home(hand, admin, "Access review")
            assert "There was no review yet." in hand.text
            await hand.press("enter")
            await hand.settle()
            assert "Zoe, zoe@abbey.example" in hand.text
            assert "95 days ago: is the account still needed?" in hand.text
            await pick(hand, "End membership")
            await say(hand, "Yes, end it")
            await hand.settle()
            assert "Anna, anna@abbey.example" in hand.text
            assert "last sign-in today" in hand.text
            assert "End membership" not in hand.text
            await pick(hand, "Confirm access")
            assert "Bob, bob@abbey.example" in hand.text
            await pick(hand, "Confirm access")
            assert hand.notice == "Everybody was looked at. Finish the review."
            assert hand.keyboard == "Finish the review"
            await hand.press("enter")
            await hand.settle()
            assert hand.notice == "The review is finished and on record."
            assert "by Anna: 2 confirmed, 1 ended, 0 disabled." in hand.text
        assert world.account(old).state is PersonState.LEFT
        assert world.account(bob).state is PersonState.ACTIVE

    async def test_it_is_left_and_gone_on_with(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: resumable; deciding later goes on with the next."""
        world.person("bob@abbey.example", name="Bob")
        world.person("cleo@abbey.example", name="Cleo")
        async with start(world) as hand:
            await open_from_home(hand, admin, "Access review")
            await hand.press("enter")
            await hand.settle()
            await pick(hand, "Confirm access")
            await pick(hand, "Decide later")
            assert "Cleo, cleo@abbey.example" in hand.text
            await hand.press("escape")
            await hand.settle()
            assert "1 of 3 looked at." in hand.text
            await hand.press("tab", "enter")
            await hand.settle()
            assert hand.notice == "2 people are still to be looked at."
        world.restart()
        async with start(world) as hand:
            await open_from_home(hand, admin, "Access review")
            assert "1 of 3 looked at." in hand.text
            await hand.press("enter")
            await hand.settle()
            assert "Bob, bob@abbey.example" in hand.text

    async def test_a_dormant_account_is_disabled_by_one_key(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: F6 on the marked person, after one question."""
        old = world.person("zoe@abbey.example", name="Zoe")
        world.set_person(old, last_sign_in=world.clock.now() - 95 * 86400)
        async with start(world) as hand:
            await open_from_home(hand, admin, "Access review")
            await hand.press("f6")
            await say(hand, "Yes, disable")
            await hand.reach("Access review")
            await hand.settle()
            assert hand.notice == "Zoe is disabled."
            assert "disabled" in hand.text
        assert world.account(old).state is PersonState.DISABLED

    async def test_what_the_rules_forbid_is_said(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 11: somebody of several sites is not this administrator's to disable."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE, name="Lee")
        world.set_person(lee, last_sign_in=world.clock.now() - 95 * 86400)
        async with start(world) as hand:
            await open_from_home(hand, admin, "Access review")
            await hand.press("f6")
            await say(hand, "Yes, disable")
            await hand.reach("Access review")
            await hand.settle()
            assert "also linked elsewhere" in hand.notice
        assert world.account(lee).state is PersonState.ACTIVE

    async def test_support_names_the_site_first(
        self, world: World, start: Start, support: Member
    ) -> None:
        """Rule 9."""
        world.person("bob@abbey.example", name="Bob")
        async with start(world) as hand:
            await open_from_home(hand, support, "Access review")
            assert hand.keyboard == "Site"
            assert "Type the code of a site and press Enter." in hand.text
            assert "Nobody has access" not in hand.text
            hand.screen.query_one("#walk").focus()
            await hand.press("enter")
            await hand.settle()
            assert hand.notice == ""
            hand.field("Site").focus_entry()
            await hand.submit("fx999")
            await hand.settle()
            assert "Nothing found for site FX999." in hand.notice
            hand.field("Site").focus_entry()
            await hand.press("ctrl+u")
            await hand.submit("fa111")
            await hand.settle()
            assert "FA111 Abbey Pharmacy." in hand.text
            assert "Bob" in hand.text

    async def test_home_tells_administrators_when_it_is_overdue(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: due every quarter."""
        world.clock.advance(seconds=(DUE_DAYS + 1) * 86400)
        async with start(world) as hand:
            await arrive(hand, admin)
            assert "The access review of this site is overdue since 7 Apr 2026." in hand.words


class TestEvidence:
    """Rule 33: on screen and as a file."""

    async def test_the_figures_of_the_site_are_on_one_screen(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: enrolled, administrators, NHSmail, resets with checks, dormant, last review."""
        bob = world.person("bob@nhs.net", name="Bob")
        helper = world.person("aid@desk.example", role="support", name="Aid")
        world.desk.office.resets.reset_mfa(world.sign_in(helper), bob.id, why())
        async with start(world) as hand:
            await open_from_home(hand, admin, "Evidence")
            for words in (
                "1 Jul 2025 to 5 Jan 2026",
                "yes: 1 of 2 people enrolled",
                "Anna; two or more are wanted",
                "1 of 10 accounts",
                "1 authenticator reset",
                "1 In person",
                "30 days 0, 60 days 0, 90 days 0",
                "none yet, due by 7 Apr 2026",
            ):
                assert words in hand.text

    async def test_a_period_is_typed_and_what_is_none_is_said(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Rule 33: for any period."""
        async with start(world) as hand:
            await open_from_home(hand, admin, "Evidence")
            await hand.submit("2026-01-0x")
            await hand.settle()
            assert "That is not a date." in hand.notice
            await hand.press("ctrl+u")
            await hand.submit("2025-12-01")
            await hand.settle()
            assert hand.notice == ""
            assert "1 Dec 2025 to 5 Jan 2026" in hand.text

    @pytest.mark.parametrize(("button", "name"), [("Save as text", "txt"), ("Save as CSV", "csv")])
    async def test_the_files_take_a_fresh_code(
        self, world: World, start: Start, admin: Member, button: str, name: str
    ) -> None:
        """Rule 22: exports."""
        async with start(world) as hand:
            await open_from_home(hand, admin, "Evidence")
            age_proof(world, admin)
            while hand.keyboard != button:
                await hand.press("tab")
            await hand.press("enter")
            await hand.reach("Authentication code")
            world.clock.advance(seconds=30)
            await hand.submit(admin.phone.code())
            await hand.reach("Evidence")
            await hand.settle()
            assert hand.notice == f"Written to exports/evidence.{name}."
        assert "enrolled" in world.exports.files[f"evidence.{name}"]

    async def test_a_terminal_of_this_program_alone_makes_no_files(
        self, world: World, start: Start, admin: Member
    ) -> None:
        """Nobody at the counter could fetch them."""
        async with start(world, kiosk=True) as hand:
            await open_from_home(hand, admin, "Evidence")
            assert "Save as" not in hand.text

    async def test_support_sees_all_sites_and_asks_for_one(
        self, world: World, start: Start, support: Member
    ) -> None:
        """Rule 33: which sites have one administrator only, and whose review is overdue."""
        world.clock.advance(seconds=(DUE_DAYS + 1) * 86400)
        async with start(world) as hand:
            await open_from_home(hand, support, "Evidence")
            assert "3: FA111, FB222, FC333" in hand.text
            hand.field("Site").focus_entry()
            await hand.submit("fb222")
            await hand.settle()
            assert "FB222 Bridge Chemist" in hand.text
            hand.field("Site").focus_entry()
            await hand.press("ctrl+u")
            await hand.submit("zz")
            await hand.settle()
            assert hand.notice != ""
