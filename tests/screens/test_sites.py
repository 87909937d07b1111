"""`Sites`: support sees how each pharmacy stands, adds one, renames one, raises a limit, closes one (rules 3, 7, 8, 9)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.sites import Site, SiteState
from pomfa_tui.screens.sites import SitesScreen
from tests.house import ABBEY, BRIDGE
from tests.members import Member
from tests.office import runs
from tests.screens.arrival import choose, sign_in_beside
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """Return a world in which a proof by code is soon too old."""
    return make_world(step_up_minutes=1)


@pytest.fixture
def support(world: World) -> Member:
    """Somebody of the helpdesk."""
    return world.person("sue@help.example", role="support", name="Sue Desk")


async def open_sites(hand: Hand, support: Member) -> None:
    """Sign in and show the list."""
    token = await sign_in_beside(hand, support)
    await hand.show(lambda givens: SitesScreen(givens, token))


async def open_site(hand: Hand, support: Member, code: str) -> None:
    """Find a site by its code and open it."""
    await open_sites(hand, support)
    await hand.submit(code)
    await hand.press("enter")
    await hand.reach("Site")


def stored(world: World, code: str) -> Site | None:
    """Return a site as stored."""
    with world.store.view() as view:
        return view.sites.get(code)


def row(hand: Hand, code: str) -> list[str]:
    """Return the cells of a site."""
    lines = [line for line in hand.text.splitlines() if line.strip()[0:1] in {"│", "║"}]
    line = next(line for line in lines if f" {code} " in line)
    return [cell.strip() for cell in line.strip("│║ >").split("  ") if cell.strip()]


async def test_each_site_says_how_it_stands(world: World, start: Start, support: Member) -> None:
    """Rules 3, 8: people, administrators with a word when they are too few, NHSmail accounts, state."""
    for number in range(2):
        world.person(f"admin{number}@abbey.example", ABBEY, role="admin")
    world.person("jo.hill@nhs.net", ABBEY)
    world.person("ben@bridge.example", BRIDGE, role="admin")
    world.close_site("FC333")
    async with start(world) as hand:
        await open_sites(hand, support)
        assert row(hand, ABBEY) == [ABBEY, "Abbey Pharmacy", "3", "2", "1 of 10", "Open"]
        assert row(hand, BRIDGE) == [BRIDGE, "Bridge Chemist", "1", "only 1", "0 of 10", "Open"]
        assert row(hand, "FC333") == ["FC333", "Castle Pharmacy", "0", "0", "0 of 10", "Closed"]


async def test_a_site_without_administrators_says_so(
    world: World, start: Start, support: Member
) -> None:
    """Rule 8: nobody there can help anybody."""
    async with start(world) as hand:
        await open_sites(hand, support)
        assert row(hand, ABBEY)[3] == "none"


@pytest.mark.parametrize("typed", ["  BRIdge ", "fb22"])
async def test_a_few_letters_find_a_site(
    world: World, start: Start, support: Member, typed: str
) -> None:
    """By name or code, whatever the case."""
    async with start(world) as hand:
        await open_sites(hand, support)
        await hand.type(typed)
        assert "FB222" in hand.text
        assert "FA111" not in hand.text
        assert "1 to 1 of 1" in hand.text


async def test_many_sites_come_by_the_page(world: World, start: Start, support: Member) -> None:
    """Three hundred are as quick as three."""
    for number in range(300):
        world.site(f"FZ{number:03}", f"Pharmacy {number:03}")
    async with start(world) as hand:
        await open_sites(hand, support)
        assert "1 to 16 of 303" in hand.text
        await hand.press("enter", "pagedown")
        assert "17 to 32 of 303" in hand.text
        await hand.press("end")
        assert "to 303 of 303" in hand.text
        assert "FZ299" in hand.text


async def test_nothing_found_says_what_to_do(world: World, start: Start, support: Member) -> None:
    """An empty list is never just empty."""
    async with start(world) as hand:
        await open_sites(hand, support)
        await hand.type("zzz")
        assert "No site found." in hand.text


async def test_a_site_is_added_and_listed(world: World, start: Start, support: Member) -> None:
    """Rule 7: the code in capitals; and the next step is said."""
    async with start(world) as hand:
        await open_sites(hand, support)
        await hand.press("f3")
        await hand.reach("Add a site")
        await hand.submit("fd444", "Dale Pharmacy")
        await hand.reach("Sites")
        assert hand.notice == "FD444 was added. Add its administrators next, on People."
        assert row(hand, "FD444")[1] == "Dale Pharmacy"


@pytest.mark.parametrize(
    ("code", "name", "label", "sentence"),
    [
        ("A1B2C", "Dale", "Site code", "That is a head office code."),
        ("FA111", "Dale", "Site code", "Site FA111 exists already."),
        ("FD444", "", "Site name", "The site name is missing."),
    ],
)
async def test_what_cannot_be_a_site_is_refused_beside_its_field(  # noqa: PLR0917 - one case in full
    world: World, start: Start, support: Member, code: str, name: str, label: str, sentence: str
) -> None:
    """Rule 7: with the reason."""
    async with start(world) as hand:
        await open_sites(hand, support)
        await hand.press("f3")
        await hand.reach("Add a site")
        await hand.submit(code, name)
        assert hand.error(label).startswith(sentence)
        assert hand.field(label).has_keyboard
        assert stored(world, "FD444") is None


async def test_a_site_is_renamed(world: World, start: Start, support: Member) -> None:
    """A name needs no reason."""
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Edit site")
        await hand.reach("Edit site")
        assert hand.field("Site name").value == "Abbey Pharmacy"
        await hand.press("end", "ctrl+u")
        await hand.fill("Abbey and Daughters", "", "")
        await hand.press("enter")
        await hand.reach("Site")
        assert hand.notice == "The site was changed."
        assert "FA111 Abbey and Daughters" in hand.text


async def test_raising_the_limit_takes_a_reason_and_a_fresh_code(
    world: World, start: Start, support: Member
) -> None:
    """Rules 3, 22: in exceptional cases only; the reason is in the audit log."""
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Edit site")
        await hand.reach("Edit site")
        assert "It has 0 of 10 accounts now." in hand.words
        await hand.press("enter", "ctrl+u")
        await hand.submit("12", "")
        assert hand.error("Reason").startswith("The reason is missing.")
        world.clock.advance(minutes=2)
        await hand.submit("two teams joined")
        await hand.reach("Authentication code")
        with world.recorded() as events:
            await hand.submit(support.phone.code())
            await hand.reach("Site")
        assert "0 of 12" in hand.text
        (changed,) = [each for each in events if each.event is Event.SITE_UPDATED]
        assert changed.detail["why"] == "two teams joined"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("many", "Type a number"),
        ("101", "A site may sponsor 1 to 100"),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "Type a number"),
    ],
)
async def test_what_is_no_limit_is_refused_beside_its_field(
    world: World, start: Start, support: Member, typed: str, sentence: str
) -> None:
    """T30: and nothing is written."""
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Edit site")
        await hand.reach("Edit site")
        await hand.press("enter", "ctrl+u")
        await hand.submit(typed, "because")
        assert hand.error("NHSmail limit").startswith(sentence)
        assert stored(world, ABBEY) == Site(
            code=ABBEY, name="Abbey Pharmacy", created_at=world.clock.now()
        )


async def test_saving_without_a_change_says_so(world: World, start: Start, support: Member) -> None:
    """No record of nothing."""
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Edit site")
        await hand.reach("Edit site")
        await hand.press("enter", "enter", "enter")
        assert "Nothing is different yet." in hand.notice


async def test_closing_takes_a_reason_and_a_yes_and_ends_the_sign_ins_there(
    world: World, start: Start, support: Member
) -> None:
    """Rule 7: asked twice, the keyboard at the harmless answer; then nobody is in there any more."""
    token = world.sign_in(world.person("jo@abbey.example", ABBEY))
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Close site")
        await hand.reach("Close site")
        assert "Its one person can no longer sign in there" in hand.words
        await hand.press("enter")
        assert hand.error("Reason") == "Say why the site is closed."
        await hand.submit("sold to a chain")
        await hand.reach("Are you sure?")
        assert hand.keyboard == "No, go back"
        await hand.press("right", "enter")
        await hand.reach("Site")
        assert hand.notice == "The site is closed."
        assert "State             Closed" in hand.text
        assert "Close site" not in hand.text
        assert not runs(world, token)


async def test_no_means_no(world: World, start: Start, support: Member) -> None:
    """Enter in haste closes nothing, and the reason is still there."""
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        await choose(hand, "Close site")
        await hand.reach("Close site")
        await hand.submit("a slip of the finger")
        await hand.reach("Are you sure?")
        await hand.press("enter")
        await hand.reach("Close site")
        assert hand.field("Reason").value == "a slip of the finger"
        site = stored(world, ABBEY)
        assert site is not None
        assert site.state is SiteState.OPEN


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "[/"])
async def test_names_are_shown_as_they_are(
    world: World, start: Start, support: Member, name: str
) -> None:
    """GEN-05: in the list, on the page, in the form and in the question."""
    world.site(ABBEY, name)
    async with start(world) as hand:
        await open_site(hand, support, ABBEY)
        assert f"FA111 {name}" in hand.text
        await choose(hand, "Edit site")
        assert hand.field("Site name").value == name
        await hand.press("escape")
        await choose(hand, "Close site")
        assert f"FA111 {name}" in hand.text
        await hand.submit("because")
        assert f"Close FA111 {name}?" in hand.text
        await hand.press("escape", "escape", "escape")
        assert name in row(hand, ABBEY)


async def test_the_button_back_leaves_a_form_as_esc_does(
    world: World, start: Start, support: Member
) -> None:
    """On every form: terminals without function keys, and people who look for a way out on the screen."""
    async with start(world) as hand:
        await open_sites(hand, support)
        await hand.press("f3")
        await hand.reach("Add a site")
        hand.screen.query_one("#back").focus()
        await hand.press("enter")
        await hand.reach("Sites")
