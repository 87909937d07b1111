"""`Add a second administrator`, and the activation code that comes of it, shown once."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.screens.add_administrator import JOBS
from pomfa_tui.services.people import PeopleFilter
from tests.house import BRIDGE, HOST
from tests.members import Member
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def ann(world: World) -> Member:
    """The only administrator."""
    return world.person("ann@abbey.example", role="admin", name="Ann Dale")


async def reach_form(hand: Hand, member: Member) -> None:
    """Sign in and choose the entry."""
    await hand.sign_in(member)
    await hand.choose("Add a second administrator")
    await hand.reach("Add a second administrator")


def test_every_job_title_can_be_chosen() -> None:
    """Rule 6: the likely ones first, none left out."""
    assert sorted(JOBS) == sorted(JobTitle)


async def test_the_new_administrator_is_stored_as_typed(
    world: World, start: Start, ann: Member
) -> None:
    """Rule 9: administrator of this site and of no other."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.submit("Ben Dale", "ben@abbey.example")
        await hand.press("m", "right", "left", "enter")
        await hand.reach("Activation code")
        (ben,) = world.desk.people.list(HOST, PeopleFilter(search="ben@"))
        (membership,) = ben.memberships
        assert (ben.name, membership.role, membership.site, membership.job) == (
            "Ben Dale",
            SiteRole.ADMIN,
            "FA111",
            JobTitle.MANAGER,
        )


async def test_the_code_is_shown_once_with_whose_it_is_and_for_how_long(
    world: World, start: Start, ann: Member
) -> None:
    """Rule 17, ENR-07: and it opens the account."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.submit("Ben Dale", "ben@abbey.example", "")
        await hand.reach("Activation code")
        assert "For Ben Dale" in hand.words
        assert "E-mail ben@abbey.example" in hand.words
        assert "works once, until 6 Jan 2026" in hand.words
        code = next(word for word in hand.words.split() if word.count("-") == 3)
        screen = hand.screen
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
        assert code not in hand.text
        assert code not in str(vars(screen))
        world.desk.sign_in.offer_password("ben@abbey.example", code)


async def test_one_enter_too_many_does_not_lose_the_code(
    world: World, start: Start, ann: Member
) -> None:
    """Somebody in haste still gets to write it down."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.submit("Ben Dale", "ben@abbey.example", "")
        await hand.reach("Activation code")
        await hand.press("tab", "enter")
        assert hand.title == "Activation code"
        await hand.press("escape")
        assert hand.title == "Activation code"
        assert "Leaving loses this code." in hand.notice
        await hand.press("escape")
        await hand.reach("Home")


@pytest.mark.parametrize(
    "case",
    [
        (("", "ben@abbey.example"), "Name", "missing"),
        (("Ben", "ben"), "E-mail", "not an e-mail address"),
        (("Ben", "ann@abbey.example"), "E-mail", "Ask the helpdesk to link it."),
        (("Ben", "pharmacy.fa111@nhs.net"), "E-mail", "shared NHSmail mailbox"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    world: World, start: Start, ann: Member, case: tuple[tuple[str, str], str, str]
) -> None:
    """ACC-08: and the keyboard is there."""
    typed, label, words = case
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.submit(*typed, "")
        assert words in hand.error(label)
        assert hand.keyboard == label


async def test_who_has_an_account_can_be_asked_for_at_once(
    world: World, start: Start, ann: Member
) -> None:
    """Rule 5: the refusal offers the request, filled in."""
    world.person("ben@bridge.example", BRIDGE, name="Benjamin Dale")
    async with start(world) as hand:
        await reach_form(hand, ann)
        assert "Ask helpdesk" not in hand.text
        await hand.submit("Ben", "ben@bridge.example", "")
        assert "Benjamin" not in hand.text
        hand.screen.query_one("#ask").focus()
        await hand.press("enter")
        await hand.reach("Contact us")
        await hand.submit("01632 960123")
        await hand.press("enter", "enter")
        await hand.reach("Request sent")
    with world.store.view() as view:
        (request,) = view.requests.all()
    assert (request.need, request.email, request.first.note) == (
        "link",
        "ben@bridge.example",
        "To be linked to FA111 as administrator",
    )


async def test_a_role_like_address_needs_a_reason(world: World, start: Start, ann: Member) -> None:
    """Rule 2: the field for it appears when it is needed and not before."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        assert "Reason" not in hand.text
        await hand.submit("Ben Dale", "info@abbey.example", "")
        assert "looks like a shared mailbox" in hand.error("E-mail")
        assert "Reason" in hand.text
        await hand.press("enter", "enter")
        await hand.submit("It is his alone.")
        await hand.reach("Activation code")


@pytest.mark.parametrize("keys", [["escape"], ["shift+tab", "shift+tab", "enter"]])
async def test_it_can_be_put_off(world: World, start: Start, ann: Member, keys: list[str]) -> None:
    """By Esc and by the button Later."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.press(*keys)
        await hand.reach("Home")
        assert "This site has one administrator only." in hand.words


async def test_a_session_that_is_over_adds_nobody(world: World, start: Start, ann: Member) -> None:
    """SES-08: the service checks at the very act."""
    async with start(world) as hand:
        await reach_form(hand, ann)
        await hand.submit("Ben Dale", "ben@abbey.example")
        (session,) = world.sessions(ann)
        world.desk.sessions.end(HOST, session.id)
        await hand.press("enter")
        await hand.reach("Sign in")
        assert "This sign-in was ended from elsewhere." in hand.notice
        assert not world.desk.people.list(HOST, PeopleFilter(search="ben@"))
