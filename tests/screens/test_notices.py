"""What others did to one's account is shown at sign-in until it was said to have been seen (ENR-16, rule 20)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.notices import NO_TERMINAL, Notice, NoticeKind
from pomfa_tui.screens.base import Body
from pomfa_tui.widgets.push_button import PushButton
from tests.house import ABBEY, HOST
from tests.members import OTHER_PASSWORD, Member
from tests.office import sign_in_after_password_reset, why
from tests.screens.arrival import arrive, choose
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World

SEEN = "I have seen this"


@pytest.fixture
def member(world: World) -> Member:
    """Somebody to whom something was done."""
    return world.person("jo@abbey.example", name="Jo Hill")


def done_to(world: World, member: Member, *kinds: NoticeKind, by: str = "Ben Stone") -> None:
    """Have things done to somebody."""
    now = world.clock.now()
    acts = [Notice.new(now, kind, by=by, terminal="pts/9", site=ABBEY) for kind in kinds]
    world.set_person(member, notices=tuple(acts))


async def test_a_reset_is_told_with_who_when_and_from_where(world: World, start: Start) -> None:
    """ENR-16: on the way in, before anything else."""
    admin = world.person("ben@abbey.example", role="admin", name="Ben Stone")
    member = world.person("jo@abbey.example", name="Jo Hill")
    world.clock.advance(hours=1)
    issued = world.desk.office.resets.reset_password(world.sign_in(admin), member.id, why())
    async with start(world) as hand:
        await hand.offer_password(member, issued.activation_code)
        await hand.reach("Authentication code")
        await hand.submit(member.phone.code())
        await hand.reach("Choose a new password")
        await hand.submit(OTHER_PASSWORD, OTHER_PASSWORD)
        await hand.reach("Notices")
        assert "Warning: Your password was reset." in hand.words
        assert "By Ben Stone, 5 Jan 2026, 09:00 London time, from pts/7." in hand.words
        assert hand.keyboard == SEEN


async def test_the_helpdesk_is_named_and_no_terminal_where_there_was_none(
    world: World, start: Start, member: Member
) -> None:
    """ENR-16: an act of a timed job or over a pipe."""
    act = Notice.new(
        world.clock.now(), NoticeKind.UNLOCKED, by="the helpdesk", terminal=NO_TERMINAL
    )
    world.set_person(member, notices=(act,))
    async with start(world) as hand:
        await arrive(hand, member)
        await hand.reach("Notices")
        assert "By the helpdesk, 5 Jan 2026, 08:00 London time." in hand.words


async def test_what_was_seen_is_not_shown_again(world: World, start: Start, member: Member) -> None:
    """ENR-16: one Enter, and Home is there; the next sign-in goes straight to it."""
    done_to(world, member, NoticeKind.EDITED)
    async with start(world) as hand:
        await arrive(hand, member)
        await hand.reach("Notices")
        await hand.press("enter")
        await hand.reach("Home")
        assert "Notices" not in hand.text
        assert world.account(member).notices == ()
        await hand.press("f12")
        await hand.sign_in(member)
        assert hand.title == "Home"


@pytest.mark.parametrize("keys", [["escape"], ["right", "enter"]], ids=["Esc", "Later"])
async def test_what_was_put_off_stays_on_home_and_comes_back(
    world: World, start: Start, member: Member, keys: list[str]
) -> None:
    """ENR-16: nothing is acknowledged by walking past it."""
    done_to(world, member, NoticeKind.MFA_RESET)
    async with start(world) as hand:
        await arrive(hand, member)
        await hand.reach("Notices")
        await hand.press(*keys)
        await hand.reach("Home")
        assert len(world.account(member).notices) == 1
        await choose(hand, "Notices")
        await hand.reach("Notices")
        await hand.press("escape", "f12")
        await hand.reach("Sign in")
        await hand.offer_password(member)
        await hand.reach("Authentication code")
        world.wait_for_fresh_code(member)
        await hand.submit(member.phone.code())
        await hand.reach("Notices")


async def test_many_are_shown_a_few_at_a_time_and_only_those_are_acknowledged(
    world: World, start: Start, member: Member
) -> None:
    """ENR-16: nobody confirms what was never on the screen."""
    done_to(world, member, *NoticeKind, by="B" * 100)
    async with start(world) as hand:
        await arrive(hand, member)
        await hand.reach("Notices")
        how_many = f"{len(NoticeKind)} things were done to your account by others. The first 3:"
        assert how_many in hand.text
        # A button takes no second Enter while it looks pressed; here nobody is in such a haste.
        hand.screen.query_one("#seen", PushButton).active_effect_duration = 0
        seen: list[str] = []
        while hand.title == "Notices":
            assert hand.keyboard == SEEN
            assert "Did you not agree" in hand.text
            assert not hand.screen.query_one(Body).show_vertical_scrollbar
            said = whats(hand)
            seen += said
            await hand.press("enter")
            assert len(world.account(member).notices) == len(NoticeKind) - len(seen)
        assert len(seen) == len(NoticeKind)
        assert hand.title == "Home"


def whats(hand: Hand) -> list[str]:
    """Return the beginnings of the notices on the screen."""
    return [line for line in hand.text.splitlines() if "Note: " in line or "Warning: " in line]


def test_every_act_has_a_sentence() -> None:
    """No act goes without words."""
    for kind in NoticeKind:
        assert Notice.new(0, kind, by="", terminal="").sentence().endswith(".")


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/\\", "\x1b]0;x\x07"])
async def test_names_are_shown_as_they_are(
    world: World, start: Start, member: Member, name: str
) -> None:
    """GEN-05: whoever did it cannot hide behind a name."""
    done_to(world, member, NoticeKind.EDITED, by=name)
    async with start(world) as hand:
        await arrive(hand, member)
        await hand.reach("Notices")
        assert f"By {name.replace(chr(27), '�').replace(chr(7), '�')}, 5 Jan" in hand.text


async def test_one_s_own_deeds_are_no_notices(world: World, start: Start, member: Member) -> None:
    """ENR-16: what oneself did is no news."""
    slip = world.desk.office.resets.reset_password(HOST, member.id, why()).activation_code
    sign_in_after_password_reset(world, member, slip)
    world.desk.office.account.acknowledge(
        world.session_of(member.id), tuple(each.id for each in world.account(member).notices)
    )
    token = world.sign_in(member)
    world.desk.office.credentials.change_password(
        token, OTHER_PASSWORD, "an other long pass phrase"
    )
    member.password = "an other long pass phrase"
    async with start(world) as hand:
        await arrive(hand, member)
        assert hand.title == "Home"
        assert "Notices" not in hand.text
