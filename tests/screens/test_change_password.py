"""`Change password`: the present one, a new one twice, and everybody else is out (PWD-12, SES-09)."""

from __future__ import annotations

import pytest

from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member
from tests.office import runs
from tests.screens.arrival import arrive_at_account, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def member(world: World) -> Member:
    """Somebody who is signed in at this terminal."""
    return world.person("jo@abbey.example", name="Jo Hill")


async def open_form(hand: Hand, member: Member) -> None:
    """Go from `My account` to the form."""
    await arrive_at_account(hand, member)
    await choose(hand, "Change password")
    await hand.reach("Change password")


async def test_a_good_one_is_in_force_and_the_other_sign_ins_are_over(
    world: World, start: Start, member: Member
) -> None:
    """SES-09: whoever knew the old one is out everywhere, and this sign-in goes on."""
    other = world.sign_in(member)
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit(GOOD_PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD)
        await hand.reach("My account")
        assert hand.notice.startswith("Your password is changed.")
        assert not runs(world, other)
        member.password = OTHER_PASSWORD
        world.sign_in(member)


async def test_a_wrong_present_one_is_refused_beside_its_field_and_counts(
    world: World, start: Start, member: Member
) -> None:
    """THR-10: nobody guesses passwords at somebody else's terminal."""
    before = world.credentials(member)
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit("a wrong one", OTHER_PASSWORD, OTHER_PASSWORD)
        assert "That is not your current password" in hand.error("Current password")
        assert hand.field("Current password").value == ""
        assert hand.field("Current password").has_keyboard
        assert hand.field("New password").value == OTHER_PASSWORD
        after = world.credentials(member)
        assert after.password == before.password
        assert after.password_counter.failures == before.password_counter.failures + 1
        await hand.submit(GOOD_PASSWORD, "", "")
        await hand.reach("My account")


async def test_a_weak_one_is_refused_with_the_reason(
    world: World, start: Start, member: Member
) -> None:
    """PWD-09: the reason stands beside the field, once."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit(GOOD_PASSWORD, "passwordpassword", "passwordpassword")
        assert "easy to guess" in hand.error("New password")
        assert hand.words.count("easy to guess") == 1
        assert hand.field("New password").has_keyboard
        assert hand.field("Repeat password").value == ""


async def test_two_different_ones_are_refused_before_anything_is_asked(
    world: World, start: Start, member: Member
) -> None:
    """PWD-12: a slip nobody can see would lock its owner out."""
    async with start(world) as hand:
        await open_form(hand, member)
        verified = world.hasher.verified
        await hand.submit(GOOD_PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD + "x")
        assert "The two do not match" in hand.error("Repeat password")
        assert world.hasher.verified == verified


async def test_what_is_missing_is_named(world: World, start: Start, member: Member) -> None:
    """A slip of the finger costs no try."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.submit("", OTHER_PASSWORD, OTHER_PASSWORD)
        assert hand.error("Current password").startswith("Type the password that you sign in with")
        assert world.credentials(member).password_counter.failures == 0


@pytest.mark.parametrize("keys", [["escape"], ["shift+tab", "shift+tab", "enter"]])
async def test_leaving_changes_nothing_and_keeps_nothing(
    world: World, start: Start, member: Member, keys: list[str]
) -> None:
    """SES-16: by Esc and by the button; what was typed is gone."""
    async with start(world) as hand:
        await open_form(hand, member)
        before = world.credentials(member)
        await hand.fill(GOOD_PASSWORD)
        form = hand.field("Current password")
        await hand.press(*keys)
        await hand.reach("My account")
        assert hand.notice == ""
        assert form.value == ""
        assert world.credentials(member) == before


async def test_passwords_are_masked_in_all_three_fields(
    world: World, start: Start, member: Member
) -> None:
    """PWD-13, ACC-04: shown on request alone."""
    async with start(world) as hand:
        await open_form(hand, member)
        await hand.fill(GOOD_PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD)
        assert GOOD_PASSWORD not in hand.text
        assert OTHER_PASSWORD not in hand.text
        await hand.press("f3")
        assert hand.text.count(OTHER_PASSWORD) == 1
