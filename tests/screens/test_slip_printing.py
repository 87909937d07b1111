"""The slip with an activation code goes to the printer as it stands on the screen (rule 17)."""

from __future__ import annotations

import pytest

from pomfa_tui.content.slips import SlipKind
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.views import Issued
from tests.house import ABBEY, HOST
from tests.screens.arrival import sign_in_beside
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.world import World


@pytest.fixture
def issued(world: World) -> Issued:
    """Somebody new, whose name would be a link where names are markup."""
    name = "[@click=app.quit]Jo[/] Hill"
    return world.desk.people.add(
        HOST, NewPerson("jo@abbey.example", name, "staff", ABBEY, "dispenser")
    )


async def show(hand: Hand, world: World, issued: Issued) -> None:
    """Sign in as an administrator and show the slip."""
    await sign_in_beside(hand, world.person("anna@abbey.example", role="admin"))
    await hand.show(lambda givens: SlipScreen(givens, issued, SlipKind.NEW))


async def test_the_slip_of_one_person_is_printed_line_by_line(
    world: World, start: Start, issued: Issued
) -> None:
    """Rule 17, GEN-05: the text on the screen and nothing else, one line for each."""
    async with start(world, printing=("lp",)) as hand:
        await show(hand, world, issued)
        assert "print it" in hand.text
        await hand.press("f9")
        (text,) = world.printer.printed
        for line in text.splitlines():
            assert line in hand.text
        assert f"Code    {issued.activation_code}\n" in text
        assert text.startswith("Signing in to PharmOutcomes\nFor     [@click=app.quit]Jo[/] Hill\n")
        assert text.endswith("afterwards.\n")
        assert "has taken the slip" in hand.notice


async def test_it_still_has_to_be_on_paper_before_one_goes_on(
    world: World, start: Start, issued: Issued
) -> None:
    """A printer that says yes and prints nothing must not lose the code."""
    async with start(world, printing=("lp",)) as hand:
        await show(hand, world, issued)
        await hand.press("f9", "tab", "tab")
        assert hand.keyboard == "Done"
        await hand.press("enter")
        assert hand.title == "Activation code"
        assert "Put the code on paper first" in hand.notice


async def test_a_printer_that_fails_leaves_the_code_on_the_screen(
    world: World, start: Start, issued: Issued
) -> None:
    """GEN-01: what happened and what to do instead, without the code."""
    world.printer.trouble = "The printer did not take the slip."
    async with start(world, printing=("lp",)) as hand:
        await show(hand, world, issued)
        await hand.press("tab", "enter")
        assert hand.notice.startswith("The printer did not take the slip. Write it down instead")
        assert issued.activation_code in hand.text
        assert hand.screen.query_one("#body").max_scroll_y == 0


async def test_without_a_printer_the_screen_says_how_to_write_it_down(
    world: World, start: Start, issued: Issued
) -> None:
    async with start(world) as hand:
        await show(hand, world, issued)
        await hand.press("f9")
        assert "Print" not in hand.text
        assert "Write this down, or print the screen" in hand.text
        assert world.printer.printed == []
