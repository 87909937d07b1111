"""`Person`: what the actor may know, what the actor may do, and the deeds that need no identity check."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.ports import Place
from pomfa_tui.domain.throttle import Counter
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import why
from tests.screens.conftest import Start
from tests.screens.counter import deeds, do, open_people, open_person, say
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody whose name would crash or command a screen that took it for markup (K07, K40)."""
    return world.person("jo@abbey.example", name="Jo [/x] Hill")


def elsewhere(world: World, member: Member, terminal: str) -> None:
    """Sign somebody in at another terminal."""
    here, world.place = world.place, Place(terminal, world.place.boot, 4712, "0.0.test")
    world.desk = world.another_terminal(terminal=terminal)
    world.sign_in(member)
    world.place = here
    world.restart()


async def test_everything_about_somebody_is_on_one_page(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 17, ENR-15: states, membership, pairings without anything secret, sessions."""
    world.desk.office.resets.reset_mfa(HOST, jo.id, why())
    (tie,) = world.account(jo).memberships
    dated = msgspec.structs.replace(tie, starts=date(2026, 1, 1), ends=date(2026, 2, 1))
    world.set_person(jo, memberships=(dated,), gphc="2071234")
    world.set_credentials(jo, password_counter=Counter(failures=10, locked_until=1_767_600_900))
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        words = hand.words
        for fact in (
            "Jo [/x] Hill, jo@abbey.example",
            "State Active, added 5 Jan 2026",
            "Locked until 5 Jan 2026, 08:15",
            "At FA111 Staff, pharmacist",
            "from 1 Jan 2026 to 1 Feb 2026",
            "GPhC number 2071234",
            "Last sign-in never",
            "Password chosen 5 Jan 2026",
            "Activation code until 6 Jan 2026, 08:00",
            "Authenticator reset, to be paired anew",
            "Before that 5 Jan 2026, reset 5 Jan 2026",
        ):
            assert all(word in words for word in fact.split(", ")), fact
        assert jo.phone.secret.hex() not in hand.text
        assert "Unlock" in deeds(hand)


async def test_sessions_and_recent_events_are_shown_and_reading_is_recorded_once(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """AUD-07: the glance at the log is in the log, and not repeated at every look."""
    elsewhere(world, jo, "pts/9")
    async with start(world) as hand:
        with world.recorded() as events:
            await open_person(hand, admin, jo)
            await hand.press("f1", "escape")
            await hand.settle()
        assert "pts/9 at FA111, 5 Jan, 08:00" in hand.words
        assert "08:00 Signed in" in hand.words
        assert "Audit log read" not in hand.text
        assert [event.event for event in events].count(Event.AUDIT_READ) == 1


OFFERED = {
    "active": (
        (ABBEY,),
        PersonState.ACTIVE,
        ["Edit person", "Reset password", "Reset MFA QR code", "Mark away", "Disable", "Has left"],
    ),
    "of two sites": (
        (ABBEY, BRIDGE),
        PersonState.ACTIVE,
        ["Edit person", "Mark away", "Has left"],
    ),
    "disabled": ((ABBEY,), PersonState.DISABLED, ["Edit person", "Enable", "Has left"]),
    "invited": (
        (ABBEY,),
        PersonState.INVITED,
        ["Edit person", "New activation code", "Mark away", "Disable", "Has left"],
    ),
}


@pytest.mark.parametrize("kind", OFFERED)
async def test_only_what_may_be_done_is_offered(
    world: World, start: Start, admin: Member, kind: str
) -> None:
    """ROL-01, rules 9 to 11: as the service says."""
    sites, state, expected = OFFERED[kind]
    member = world.person("jo@abbey.example", *sites, state=state)
    async with start(world) as hand:
        await open_person(hand, admin, member)
        assert deeds(hand) == expected
        right = " ".join(line[48:].strip() for line in hand.text.splitlines())
        assert ("only the helpdesk can do more" in right) is (len(sites) > 1)
        assert ("also linked elsewhere" in hand.words) is (len(sites) > 1)
        assert BRIDGE not in hand.text


async def test_support_links_and_names_every_site(
    world: World, start: Start, support: Member
) -> None:
    """Rules 9, 12."""
    member = world.person("jo@locum.example", ABBEY, BRIDGE)
    async with start(world) as hand:
        await open_person(hand, support, member)
        assert {"Link a person", "End a link", "Reset password"} <= set(deeds(hand))
        assert "At FB222" in hand.text


async def test_nobody_does_anything_to_themselves(
    world: World, start: Start, admin: Member
) -> None:
    """Rule 10."""
    async with start(world) as hand:
        await open_person(hand, admin, admin)
        assert deeds(hand) == []
        assert "This is you." in hand.words


async def test_disabling_asks_for_a_reason_and_then_once_more_and_enabling_does_not(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 14: the harmless answer has the keyboard."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Disable")
        await hand.press("enter")
        assert hand.error() == "The reason is missing. Fill it in."
        await hand.submit("long leave")
        assert hand.title == "Are you sure?"
        assert "Disable the account of Jo [/x] Hill?" in hand.text
        await hand.press("enter")
        await hand.reach("Disable")
        assert world.account(jo).state is PersonState.ACTIVE
        await hand.press("enter")
        await say(hand, "Yes, disable")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is disabled."
        assert world.account(jo).state is PersonState.DISABLED
        await do(hand, "Enable")
        await hand.submit("is back")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is enabled again."
        assert "Disable" in deeds(hand)


async def test_a_leaver_is_gone_from_the_list(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 14."""
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.type("jo@")
        await hand.press("enter", "enter")
        await hand.reach("Person")
        with world.recorded() as events:
            await do(hand, "Has left")
            await hand.submit("moved away")
            await say(hand, "Yes, they have left")
            await hand.reach("People")
        assert hand.notice == "Jo [/x] Hill has left."
        assert world.account(jo).state is PersonState.LEFT
        assert "jo@abbey.example" not in hand.text
        assert Event.AUTHZ_FAILED not in [event.event for event in events]


async def test_the_last_administrator_stays(world: World, start: Start, admin: Member) -> None:
    """Rule 8, ROL-07: the sentence says what to do."""
    other = world.person("bob@abbey.example", role="admin", name="Bob")
    async with start(world) as hand:
        await open_person(hand, admin, other)
        world.set_person(admin, memberships=_away(world, admin))
        await do(hand, "Disable")
        await hand.submit("in doubt")
        await say(hand, "Yes, disable")
        await hand.reach("Disable")
        assert hand.notice.startswith("This is the last active administrator of FA111.")
        assert world.account(other).state is PersonState.ACTIVE


def _away(world: World, member: Member) -> tuple[object, ...]:
    (tie,) = world.account(member).memberships
    return (msgspec.structs.replace(tie, away_until=date(2026, 3, 1)),)


async def test_somebody_is_marked_away_and_back(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 8."""
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "Mark away")
        await hand.submit("next week")
        assert hand.error("Away until").startswith("That is not a date.")
        await hand.press("ctrl+u")
        await hand.submit("2026-02-01")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is away until 1 Feb 2026."
        assert "away until 1 Feb 2026" in hand.words
        await do(hand, "Mark away")
        assert hand.field("Away until").value == "2026-02-01"
        await hand.press("ctrl+u", "enter")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is back."


async def test_support_says_at_which_site_somebody_is_away(
    world: World, start: Start, support: Member
) -> None:
    member = world.person("jo@locum.example", ABBEY, BRIDGE, name="Jo")
    async with start(world) as hand:
        await open_person(hand, support, member)
        await do(hand, "Mark away")
        await hand.press("right", "enter")
        await hand.submit("2026-02-01")
        await hand.reach("Person")
        away = {each.site: each.away_until for each in world.account(member).memberships}
        assert away == {ABBEY: None, BRIDGE: date(2026, 2, 1)}


async def test_one_of_several_sessions_is_ended_or_all(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """Rule 26, SES-11."""
    for terminal in ("pts/8", "pts/9"):
        elsewhere(world, jo, terminal)
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "End sessions")
        assert "pts/9 at FA111" in hand.text
        await hand.press("enter")
        assert "Sign Jo [/x] Hill out at pts/8 at FA111?" in hand.text
        await say(hand, "Yes, sign out")
        await hand.reach("Person")
        assert _running(world, jo) == ["pts/9"]
        elsewhere(world, jo, "pts/10")
        await hand.press("f1", "escape")
        await do(hand, "End sessions")
        await hand.press("end", "enter")
        elsewhere(world, jo, "pts/11")
        await say(hand, "Yes, sign out")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill was signed out at all terminals."
        assert _running(world, jo) == []
        assert "End sessions" not in deeds(hand)


def _running(world: World, member: Member) -> list[str]:
    return [each.terminal for each in world.sessions(member) if each.ended is None]


async def test_a_session_that_ended_by_itself_is_no_obstacle(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    elsewhere(world, jo, "pts/8")
    async with start(world) as hand:
        await open_person(hand, admin, jo)
        await do(hand, "End sessions")
        for session in world.sessions(jo):
            world.desk.sessions.end(HOST, session.id)
        await hand.press("enter")
        await say(hand, "Yes, sign out")
        await hand.reach("Person")
        assert hand.notice.startswith("Jo [/x] Hill was signed out")


async def test_somebody_who_leaves_meanwhile_closes_the_page(
    world: World, start: Start, admin: Member, jo: Member
) -> None:
    """ROL-02: the sentence is that of somebody who does not exist."""
    async with start(world) as hand:
        await open_people(hand, admin)
        await hand.type("jo@")
        await hand.press("enter", "enter")
        await hand.reach("Person")
        world.desk.office.states.leave(HOST, jo.id, "moved away")
        await hand.press("f1", "escape")
        await hand.reach("People")
        assert hand.notice.startswith("Nothing found for")


async def test_links_are_made_and_ended_by_support(
    world: World, start: Start, support: Member, jo: Member
) -> None:
    """Rules 11, 12, 21: with identity check, reason and ticket."""
    async with start(world) as hand:
        await open_person(hand, support, jo)
        await do(hand, "Link a person")
        await hand.submit("fb222", "", "", "", "")
        await hand.press("c", "enter")
        await hand.submit("two branches", "HD-1")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is linked to FA111, FB222 now."
        await do(hand, "End a link")
        await hand.press("right", "enter", "i", "enter")
        await hand.submit("one branch again", "HD-2")
        assert "End the link of Jo [/x] Hill to FB222?" in hand.text
        await say(hand, "Yes, end it")
        await hand.reach("Person")
        assert hand.notice == "Jo [/x] Hill is linked to FA111 alone now."
        assert world.account(jo).linked_sites() == (ABBEY,)
        assert "FB222" not in _facts(hand)


def _facts(hand: Hand) -> str:
    return "\n".join(line for line in hand.text.splitlines() if "Done:" not in line)


async def test_a_site_that_does_not_fit_is_said_beside_its_field(
    world: World, start: Start, support: Member, jo: Member
) -> None:
    async with start(world) as hand:
        await open_person(hand, support, jo)
        await do(hand, "Link a person")
        hand.field("Identity check").value = "In person"
        hand.field("Reason").value, hand.field("Ticket").value = "two branches", "HD-1"
        hand.field("Site code").value = ABBEY
        hand.field("Ticket").focus_entry()
        await hand.press("enter")
        assert "linked to site FA111 already" in hand.error("Site code")
        assert hand.keyboard == "Site code"
