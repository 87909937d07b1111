"""A fresh code in the middle of a session: asked for in one place for every act that needs it (rule 22)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.memberships import SiteRole
from tests.house import HOST
from tests.members import Member
from tests.office import Picture
from tests.screens.conftest import Start
from tests.screens.counter import age_proof, do, open_people, open_person, say
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    return world.person("jo@abbey.example", name="Jo Hill")


async def reach_code(hand: Hand, admin: Member, jo: Member) -> None:
    """Be asked for a code on the way to a reset."""
    await open_person(hand, admin, jo)
    await do(hand, "Reset password")
    await hand.press("i", "enter")
    await hand.submit("forgot it")
    age_proof(hand.world, admin)
    await say(hand, "Yes, reset")
    await hand.reach("Authentication code")


async def test_a_proof_that_is_fresh_is_not_asked_for_again(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 22: five minutes."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        age_proof(world, admin, 299)
        await do(hand, "Reset password")
        await hand.press("i", "enter")
        await hand.submit("forgot it")
        await say(hand, "Yes, reset")
        await hand.reach("Activation code")


async def test_the_act_goes_on_by_itself_after_the_right_code(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 22, ROL-10: wrong and used codes are said beside the field and count."""
    async with start(world) as hand:
        await reach_code(hand, admin, jo)
        assert "PharmOutcomes:anna@abbey.example~1" in hand.text
        assert world.credentials(jo).password is not None
        await hand.submit(admin.phone.wrong_code())
        assert hand.error("Code").startswith("That code is not right.")
        assert hand.field("Code").value == ""
        await hand.submit(admin.phone.code())
        assert hand.error("Code").startswith("That code has been used already.")
        await hand.submit("12")
        assert hand.error("Code").startswith("A code has six digits.")
        world.wait_for_fresh_code(admin)
        await hand.submit(admin.phone.code())
        await hand.reach("Activation code")
        assert world.credentials(jo).password is None


@pytest.mark.parametrize("key", ["escape", "back"])
async def test_without_a_code_nothing_is_changed_and_the_form_is_kept(
    world: World, start: Start, admin: Member, jo: Member, key: str
) -> None:
    async with start(world) as hand:
        await reach_code(hand, admin, jo)
        before = Picture.of(world)
        await hand.press(*(["escape"] if key == "escape" else ["tab", "tab", "enter"]))
        await hand.reach("Reset password")
        assert hand.notice.startswith("Nothing was changed, since that needs a fresh code")
        assert hand.field("Reason").value == "forgot it"
        assert Picture.of(world) == before


async def test_a_session_that_ends_meanwhile_ends_the_question_too(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """SES-08."""
    async with start(world) as hand:
        await reach_code(hand, admin, jo)
        world.desk.office.states.disable(HOST, admin.id, "in doubt")
        await hand.submit(admin.phone.code())
        await hand.reach("Sign in")
        assert "Your account was changed" in hand.notice
        assert world.credentials(jo).password is not None


async def test_role_changes_and_new_administrators_ask_in_the_same_way(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 22: one mechanism for all of them."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Edit person")
        hand.field("Role").value = "Administrator"
        age_proof(world, admin)
        hand.field("A code lives").focus_entry()
        await hand.press("enter")
        await hand.reach("Authentication code")
        world.wait_for_fresh_code(admin)
        await hand.submit(admin.phone.code())
        await hand.reach("Person")
        assert world.account(jo).memberships[0].role is SiteRole.ADMIN
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.press("f3")
        await hand.reach("Add a person")
        await hand.submit("New Boss", "boss@abbey.example")
        await hand.press("a")
        age_proof(world, admin)
        await hand.press(*["enter"] * 6)
        await hand.reach("Authentication code")
        world.wait_for_fresh_code(admin)
        await hand.submit(admin.phone.code())
        await hand.reach("Activation code")
