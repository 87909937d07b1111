"""`Set up this terminal`: the first site, its first administrator, and the nagging for a second one."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.screens.set_up import FIELDS, SetUpScreen
from pomfa_tui.widgets import strength_meter
from tests.house import HOST, kinds
from tests.members import GOOD_PASSWORD, Member, Phone
from tests.screens.conftest import Start
from tests.screens.hand import Hand
from tests.screens.test_pairing import scan
from tests.world import World

ANSWERS = ("fz101", "Oak Pharmacy", "Ann Dale", "ann@oak.example", GOOD_PASSWORD)
LABELS = ("Site code", "Site name", "Your name", "E-mail", "Password")


@pytest.fixture
def ann(empty: World) -> Member:
    """Whoever sets the terminal up."""
    return Member("", "ann@oak.example", GOOD_PASSWORD, Phone(empty.clock))


async def test_it_asks_for_five_things(empty: World, start: Start) -> None:
    """The exact words of the contract, the keyboard in the first field."""
    async with start(empty, SetUpScreen) as hand:
        assert hand.title == "Set up this terminal"
        assert [hand.field(label).label for label in LABELS] == list(LABELS)
        assert hand.keyboard == "Site code"


async def test_from_an_empty_store_to_home_by_keyboard(
    empty: World, start: Start, ann: Member
) -> None:
    """A29: form, pairing, recovery codes, a second administrator, Home; then the very same person signs in again."""
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*ANSWERS)
        await hand.reach("Set up your authenticator")
        scan(hand, ann)
        assert empty.events() == []
        await hand.submit(ann.phone.code())
        await hand.reach("Recovery codes")
        await hand.press("space", "tab", "enter")
        await hand.reach("Add a second administrator")
        assert "FZ101 Oak Pharmacy, Ann Dale" in hand.text.splitlines()[0]
        await hand.submit("Ben Dale", "ben@oak.example", "")
        await hand.reach("Activation code")
        words = hand.words.split()
        code = next(word for word in words if word.count("-") == 3)
        await hand.press("enter", "tab", "enter")
        await hand.reach("Home")
        assert len(hand.app.screen_stack) == 2
        await hand.press("f12")
        await hand.reach("Sign in")
        empty.clock.advance(30)
        await hand.submit(ann.email, ann.password)
        await hand.reach("Authentication code")
        await hand.submit(ann.phone.code())
        await hand.reach("Home")
        await hand.press("f12")
        await hand.reach("Sign in")
        await hand.submit("ben@oak.example", code)
        await hand.reach("Choose a new password")


async def test_the_second_administrator_can_be_put_off(
    empty: World, start: Start, ann: Member
) -> None:
    """Rule 8: Home goes on saying so."""
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*ANSWERS)
        await hand.reach("Set up your authenticator")
        scan(hand, ann)
        await hand.submit(ann.phone.code())
        await hand.reach("Recovery codes")
        await hand.press("space", "tab", "enter")
        await hand.reach("Add a second administrator")
        await hand.press("escape")
        await hand.reach("Home")
        assert "This site has one administrator only." in hand.words
        assert "Add a second administrator" in hand.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (0, "X", "Site code"),
        (0, "FFFFF", "Site code"),
        (1, "", "Site name"),
        (2, "", "Your name"),
        (3, "not an address", "E-mail"),
        (3, "pharmacy.fz101@nhs.net", "E-mail"),
        (4, "short", "Password"),
        (4, "Oak Pharmacy 2026", "Password"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    empty: World, start: Start, field: int, typed: str, sentence: str
) -> None:
    """ACC-08: in words, next to the field, which has the keyboard; nothing else is lost."""
    answers = list(ANSWERS)
    answers[field] = typed
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*answers)
        assert hand.title == "Set up this terminal"
        assert hand.error(sentence)
        assert hand.keyboard == sentence
        assert [hand.field(label).value for label in LABELS[:4]] == answers[:4]
        assert not [label for label in LABELS if label != sentence and hand.error(label)]


async def test_the_password_is_judged_with_the_other_answers_in_mind(
    empty: World, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PWD-08: the pharmacy's name is no password, and that is said before Enter."""
    monkeypatch.setattr(strength_meter, "PAUSE", 0.001)
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*ANSWERS[:4])
        await hand.type("Oak Pharmacy 2026")
        meter = hand.widget(strength_meter.StrengthMeter)
        while "made of your own or your site's words" not in meter.text:
            await hand.pilot.pause()


@pytest.mark.parametrize("step", ["Set up your authenticator", "Recovery codes"])
async def test_leaving_half_way_loses_the_password_alone(
    empty: World, start: Start, ann: Member, step: str
) -> None:
    """Before the pairing nothing is kept; after it the administrator exists and signs in."""
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*ANSWERS)
        await hand.reach("Set up your authenticator")
        if step == "Set up your authenticator":
            await hand.press("escape")
            await hand.reach("Set up this terminal")
            assert [hand.field(label).value for label in LABELS] == [*ANSWERS[:4], ""]
            assert empty.events() == []
            return
        scan(hand, ann)
        await hand.submit(ann.phone.code())
        await hand.reach("Recovery codes")
        await hand.press("escape", "escape")
        await hand.reach("Sign in")
        assert Event.STORE_CREATED in kinds(empty.events())
        empty.clock.advance(30)
        await hand.submit(ann.email, ann.password)
        await hand.reach("Authentication code")


async def test_who_comes_second_is_sent_to_sign_in(empty: World, start: Start) -> None:
    """A29: two terminals at the same form, one of them wins."""
    async with start(empty, SetUpScreen) as hand:
        empty.desk.setup.initialise(
            HOST,
            site_code="FZ102",
            site_name="Elm Pharmacy",
            name="Eve",
            email="eve@elm.example",
        )
        await hand.submit(*ANSWERS)
        await hand.reach("Sign in")
        assert "This store is already set up." in hand.notice


async def test_who_pairs_second_is_sent_to_sign_in(empty: World, start: Start, ann: Member) -> None:
    """A29: also when the other one was quicker with the phone."""
    async with start(empty, SetUpScreen) as hand:
        await hand.submit(*ANSWERS)
        await hand.reach("Set up your authenticator")
        scan(hand, ann)
        empty.desk.setup.initialise(
            HOST,
            site_code="FZ102",
            site_name="Elm Pharmacy",
            name="Eve",
            email="eve@elm.example",
        )
        await hand.submit(ann.phone.code())
        await hand.reach("Sign in")
        assert "This store is already set up." in hand.notice


def test_the_form_has_a_field_for_everything_that_can_be_refused() -> None:
    """ACC-08: no sentence without a place."""
    assert len(FIELDS) == len(LABELS)


async def fill_names(hand: Hand, name: str) -> None:
    """Type a name everywhere a name can stand."""
    await hand.submit("FZ101", name, name, "ann@oak.example", GOOD_PASSWORD)


@pytest.mark.parametrize("name", ["[@click=app.quit]x[/]", "bob[/x]", "[/", "$name"])
async def test_names_are_shown_as_they_are(
    empty: World, start: Start, ann: Member, name: str
) -> None:
    """GEN-05: in the title line, on Home and on the form for the second administrator."""
    async with start(empty, SetUpScreen) as hand:
        await fill_names(hand, name)
        await hand.reach("Set up your authenticator")
        scan(hand, ann)
        await hand.submit(ann.phone.code())
        await hand.reach("Recovery codes")
        await hand.press("space", "tab", "enter")
        await hand.reach("Add a second administrator")
        assert name in hand.text.splitlines()[0]
        await hand.submit(name, "ben@oak.example", "")
        await hand.reach("Activation code")
        assert f"For     {name}" in hand.text
        await hand.press("space", "tab", "enter")
        await hand.reach("Home")
        assert f"Administrator at {name} (FZ101)" in hand.text
