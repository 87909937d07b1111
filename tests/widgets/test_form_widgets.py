"""The building blocks of forms, worked by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.widgets.busy import DELAY, Busy
from pomfa_tui.widgets.code_input import CodeInput
from pomfa_tui.widgets.countdown import Countdown, in_digits
from pomfa_tui.widgets.field import Field, FieldLabel
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.password_input import LONGEST, PasswordField, RevealToggle
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput, TextInput
from tests.terminal.session_fakes import FakeGuard

PASSWORD = "Zq7 Hunter2-pw"
FULL_WIDTH = "123456".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "123456"})


class Bench(DeskScreen[None]):
    """A screen with the widgets under test."""

    TITLE = "Bench"

    def __init__(self, make: Callable[[], list[Widget]]) -> None:
        super().__init__()
        self._make = make
        self.heard: list[object] = []

    def compose_body(self) -> ComposeResult:
        """Lay out the widgets."""
        yield from self._make()

    @on(Field.Submitted)
    @on(Field.Changed)
    def hear(self, event: Field.Submitted | Field.Changed) -> None:
        """Remember what fields say."""
        self.heard.append(event)

    @on(Input.Submitted)
    @on(Input.Changed)
    @on(Input.Blurred)
    def overhear(self, event: events.Event) -> None:
        """Remember what should not get here."""
        self.heard.append(event)

    @property
    def kinds(self) -> list[type]:
        """What was heard."""
        return [type(each) for each in self.heard]


@asynccontextmanager
async def bench(*widgets: Callable[[], Widget]) -> AsyncIterator[tuple[Pilot[object], Bench]]:
    """Show widgets on a screen of the real app."""
    screen = Bench(lambda: [make() for make in widgets])
    app: App[object] = PomfaApp(first=lambda: screen, guard=FakeGuard(), deaf_seconds=0)  # type: ignore[assignment]
    async with app.run_test() as pilot:
        await pilot.pause()
        yield pilot, screen


def lines_of(screen: Bench) -> list[str]:
    strips = screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def paste(pilot: Pilot[object], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


# -- Fields ----------------------------------------------------------------------------------------------------------


async def test_a_field_tells_its_screen_and_carries_no_value() -> None:
    """STO-12: what is typed is asked for where it is needed, not sent around."""
    async with bench(lambda: Field("E-mail", EmailInput())) as (pilot, screen):
        await pilot.press("a", "enter")

        assert screen.kinds == [Field.Changed, Field.Submitted]
        assert not any("a'" in repr(each) for each in screen.heard)
        assert screen.query_one(Field).value == "a"


async def test_an_error_is_in_words_below_its_field_and_goes_when_something_changes() -> None:
    """ACC-06, ACC-08: marked by a sign."""
    async with bench(lambda: Field("E-mail", EmailInput(), hint="Your own")) as (pilot, screen):
        field = screen.query_one(Field)
        assert "Your own" in "\n".join(lines_of(screen))
        field.refuse("Type your e-mail.")
        await pilot.pause()
        text = "\n".join(lines_of(screen))
        assert "! Type your e-mail." in text
        assert "Your own" not in text
        assert field.error == "Type your e-mail."
        await pilot.press("a")
        await pilot.pause()
        assert field.error == ""
        assert "Your own" in "\n".join(lines_of(screen))


async def test_an_error_without_a_hint_takes_room_only_while_it_is_there() -> None:
    async with bench(lambda: Field("E-mail"), lambda: Field("Name")) as (pilot, screen):
        before = lines_of(screen)
        screen.query(Field).first().refuse("Type your e-mail.")
        await pilot.pause()
        assert lines_of(screen) != before
        screen.query(Field).first().accept()
        await pilot.pause()
        assert lines_of(screen) == before


async def test_the_focused_field_has_a_sign_and_another_edge() -> None:
    """ACC-06, ACC-07: not colour alone; in both forms."""
    plain = [lambda: Field("E-mail"), lambda: Field("Name")]
    async with bench(*plain) as (pilot, screen):
        await pilot.press("tab")
        text = "\n".join(lines_of(screen))
        assert "  E-mail              │" in text
        assert "> Name                ▌" in text
    boxed = [lambda: Field("E-mail", boxed=True), lambda: PasswordField("Password", boxed=True)]
    async with bench(*boxed) as (pilot, screen):
        await pilot.press("tab")
        text = "\n".join(lines_of(screen))
        assert "┌─ E-mail ─" in text
        assert "╔═ > Password ═" in text


async def test_a_label_is_text_and_not_markup() -> None:
    """GEN-05."""
    hostile = "[b]Name[/]"
    both = [lambda: Field(hostile), lambda: Field(hostile, boxed=True)]
    async with bench(*both) as (pilot, screen):
        await pilot.pause()
        assert "\n".join(lines_of(screen)).count(hostile) == 2


async def test_clearing_a_field_forgets_value_and_error() -> None:
    async with bench(lambda: Field("E-mail")) as (pilot, screen):
        field = screen.query_one(Field)
        await pilot.press(*"anna")
        field.refuse("No.")
        field.clear()
        await pilot.pause()

        assert (field.value, field.error) == ("", "")


async def test_a_value_set_by_the_screen_is_gone_on_with() -> None:
    """ACC-11: carried along and ready to be edited at its end."""
    async with bench(lambda: Field("E-mail")) as (pilot, screen):
        field = screen.query_one(Field)
        field.value = "anna"
        field.focus_entry()
        await pilot.press("x")

        assert field.value == "annax"


# -- Lines of text ---------------------------------------------------------------------------------------------------


async def test_nothing_can_be_copied_cut_or_selected() -> None:
    """K22, K64, T21."""
    async with bench(lambda: Field("E-mail")) as (pilot, screen):
        entry = screen.query_one(TextInput)
        await pilot.press(*"secret", "shift+home", "ctrl+c", "ctrl+x", "ctrl+v", "ctrl+shift+a")
        for action in ("copy", "cut", "paste", "select_all"):
            await pilot.app.run_action(action, entry)
        entry.action_copy()
        entry.action_cut()
        entry.action_paste()

        assert entry.value == "secret"
        assert entry.selection.is_empty
        assert pilot.app.clipboard == ""
    keys = {binding.key for binding in TextInput.BINDINGS}  # type: ignore[union-attr]
    assert not keys & {"ctrl+c,super+c", "ctrl+x", "ctrl+v", "shift+left", "ctrl+shift+a"}


async def test_a_line_is_bounded_and_says_so() -> None:
    """K43: not by a bell."""
    async with bench(lambda: Field("Code", TextInput(longest=3))) as (pilot, screen):
        field = screen.query_one(Field)
        await pilot.press(*"abcd")
        await pilot.pause()

        assert field.value == "abc"
        assert field.error == "There is room for 3 characters here."


async def test_a_pasted_line_is_trimmed_and_cleaned() -> None:
    """ACC-01, K25: an e-mail copied with its line end and a zero-width space."""
    async with bench(lambda: Field("E-mail", EmailInput())) as (pilot, screen):
        await paste(pilot, "  anna@example.org\u200b \n")

        assert screen.query_one(Field).value == "anna@example.org"


async def test_a_paste_of_nothing_changes_nothing() -> None:
    async with bench(lambda: Field("E-mail", EmailInput())) as (pilot, screen):
        await paste(pilot, " \n ")

        assert screen.query_one(Field).value == ""


async def test_a_line_forgets_its_text_when_its_screen_goes() -> None:
    """SES-16."""
    async with bench(lambda: Field("E-mail")) as (pilot, screen):
        await pilot.press(*"anna")
        entry = screen.query_one(TextInput)
        await screen.query_one(Field).remove()

        assert entry.value == ""


async def test_a_text_longer_than_its_field_is_followed_to_its_end_and_back() -> None:
    async with bench(lambda: Field("E-mail", EmailInput())) as (pilot, screen):
        await paste(pilot, "start" + "x" * 100 + "end")
        await pilot.pause()
        text = "\n".join(lines_of(screen))
        assert "end" in text
        assert "start" not in text
        await pilot.press("home")
        await pilot.pause()
        assert "start" in "\n".join(lines_of(screen))


async def test_a_key_lays_nothing_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a key costs does not grow with what else is on the screen."""
    async with bench(lambda: Field("E-mail", EmailInput())) as (pilot, screen):
        await pilot.press("a")
        await pilot.pause()
        laid_out: list[object] = []
        monkeypatch.setattr(Bench, "_refresh_layout", lambda *each, **_: laid_out.append(each))
        await pilot.press("b", "backspace")
        await pilot.pause()

        assert laid_out == []
        assert screen.query_one(Field).value == "a"


# -- Codes -----------------------------------------------------------------------------------------------------------


async def test_six_digits_are_typed_with_or_without_spaces() -> None:
    """ACC-01, T29."""
    async with bench(lambda: Field("Code", CodeInput())) as (pilot, screen):
        await pilot.press(*"123", "space", *"456")

        assert screen.query_one(Field).value == "123456"
        assert screen.query_one(Field).error == ""


@pytest.mark.parametrize("text", ["123 456", "123456\n", " 12 34 56 ", "123-456", "123\u00a0456"])
async def test_a_pasted_code_fills_the_field(text: str) -> None:
    """ACC-01, ACC-02: over whatever was there before."""
    async with bench(lambda: Field("Code", CodeInput())) as (pilot, screen):
        await pilot.press("9")
        await paste(pilot, text)

        assert screen.query_one(Field).value == "123456"


@pytest.mark.parametrize("text", [FULL_WIDTH, "١٢٣٤٥٦", "1234567", "12345a", "otpauth://x"])
async def test_what_is_no_code_is_refused_in_words(text: str) -> None:
    """T30, K62: full-width and Arabic digits, too many, letters."""
    async with bench(lambda: Field("Code", CodeInput())) as (pilot, screen):
        field = screen.query_one(Field)
        await paste(pilot, text)
        assert (field.value, field.error) == ("", "A code has 6 digits, 0 to 9.")


async def test_a_typed_letter_or_a_seventh_digit_is_refused_in_words() -> None:
    async with bench(lambda: Field("Code", CodeInput())) as (pilot, screen):
        field = screen.query_one(Field)
        for keys, left in (("x", ""), ("1234567", "123456"), (FULL_WIDTH[3], "123456")):
            await pilot.press(*keys)
            await pilot.pause()
            assert (field.value, field.error) == (left, "A code has 6 digits, 0 to 9.")


# -- Passwords -------------------------------------------------------------------------------------------------------


async def test_a_pasted_password_keeps_its_spaces_and_loses_only_its_line_end() -> None:
    """PWD-13, ACC-01."""
    async with bench(PasswordField) as (pilot, screen):
        await paste(pilot, f"  {PASSWORD} \u200d \r\n")

        assert screen.query_one(PasswordField).value == f"  {PASSWORD} \u200d "


async def test_a_password_is_shown_by_key_or_switch_and_hidden_again_by_itself() -> None:
    """PWD-13, ACC-04: on leaving and on submitting."""
    async with bench(PasswordField, lambda: Field("Name")) as (pilot, screen):
        field = screen.query_one(PasswordField)
        await paste(pilot, PASSWORD)
        assert PASSWORD not in "\n".join(lines_of(screen))
        await pilot.press("f3")
        await pilot.pause()
        assert PASSWORD in "\n".join(lines_of(screen))
        seen = []
        for keys in (
            ("tab",),
            ("enter",),
            ("space", "tab"),
            ("shift+tab", "shift+tab", "f3", "enter"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            seen.append(field.revealed)
        assert seen == [True, False, False, False]
        assert PASSWORD not in "\n".join(lines_of(screen))


async def test_the_switch_says_what_it_does_and_shows_where_the_keyboard_is() -> None:
    """ACC-06."""
    async with bench(PasswordField) as (pilot, screen):
        toggle = screen.query_one(RevealToggle)
        assert str(toggle.render()) == " F3 Show"
        await pilot.press("f3", "tab")
        assert str(toggle.render()) == ">F3 Hide"


async def test_a_cleared_password_is_gone_and_masked() -> None:
    async with bench(PasswordField) as (pilot, screen):
        field = screen.query_one(PasswordField)
        await paste(pilot, PASSWORD)
        await pilot.press("f3")
        field.clear()

        assert (field.value, field.revealed) == ("", False)


async def test_a_password_gives_no_hint_of_its_words_when_moved_through() -> None:
    """K22: word moves go to the ends."""
    async with bench(PasswordField) as (pilot, screen):
        await paste(pilot, PASSWORD)
        await pilot.press("ctrl+left")
        assert screen.query_one(TextInput).cursor_position == 0
        await pilot.press("ctrl+w", "ctrl+right")
        assert screen.query_one(TextInput).cursor_position == len(PASSWORD)


def test_the_longest_password_fits_whatever_form_it_is_typed_in() -> None:
    """Rule 16: the rules count after NFC, typing may take several code points for one."""
    from pomfa_tui.domain.limits import LIMITS

    assert LIMITS["password_max"].high * 2 <= LONGEST


# -- Forms and what is said -------------------------------------------------------------------------------------------


async def test_a_form_takes_no_keys_while_it_works_and_gives_the_keyboard_back() -> None:
    """T12: three Enters are one submission."""
    form = [lambda: Form(Field("Name", id="name"), PushButton("Go"))]
    async with bench(*form) as (pilot, screen):
        name = screen.query_one(Field)
        await pilot.press("tab", "shift+tab", "a")
        with screen.query_one(Form).working("Checking."):
            await pilot.pause()
            assert screen.query_one(Form).is_working
            await pilot.press("b", "enter", "enter")
            assert name.value == "a"
            assert Field.Submitted not in screen.kinds
        await pilot.press("c", "enter")

        assert name.value == "ac"
        assert screen.kinds.count(Field.Submitted) == 1


async def test_a_form_that_has_gone_meanwhile_is_left_alone() -> None:
    """T9: the session may end while a form works."""
    async with bench(lambda: Form(Field("Name"))) as (pilot, screen):
        form = screen.query_one(Form)
        with form.working("Checking."):
            await form.remove()
        await pilot.pause()

        assert pilot.app.is_running


async def test_an_exception_in_the_work_opens_the_form_again() -> None:
    async with bench(lambda: Form(Field("Name"))) as (pilot, screen):
        form = screen.query_one(Form)
        with pytest.raises(ValueError, match="no"), form.working("Checking."):
            raise ValueError("no")
        await pilot.pause()

        assert not form.is_working
        assert pilot.app.focused is screen.query_one(TextInput)


class ByHand:
    """Stands in for a widget's timers: they are let go by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.timers: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(Busy, "set_timer", self.set)
        monkeypatch.setattr(Busy, "set_interval", self.set)

    def set(self, delay: float, callback: Callable[[], None]) -> ByHand:
        """Remember a timer."""
        self.timers.append((delay, callback))
        return self

    def stop(self) -> None:
        """Forget the timers."""
        self.timers.clear()

    def go(self) -> None:
        """Let the latest timer go off."""
        self.timers[-1][1]()


@pytest.mark.parametrize("animate", [False, True])
async def test_work_is_announced_only_when_it_lasts_and_moves_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, animate: bool
) -> None:
    async with bench(lambda: Busy(animate=animate)) as (_pilot, screen):
        busy = screen.query_one(Busy)
        hand = ByHand(monkeypatch)
        busy.start("Checking.")
        assert busy.text == ""
        assert hand.timers[0][0] == DELAY == 0.5
        hand.go()
        shown = {busy.text}
        if animate:
            hand.go()
            shown.add(busy.text)
        assert all(text.endswith("Checking. Please wait.") for text in shown)
        assert len(shown) == (2 if animate else 1)
        busy.stop()
        assert busy.text == ""


async def test_a_notice_says_in_a_word_how_serious_it_is() -> None:
    """ACC-06, GEN-05: any text, never markup."""
    async with bench(Notice, lambda: Static("below")) as (pilot, screen):
        notice = screen.query_one(Notice)
        assert not notice.display
        for severity in Severity:
            notice.show("[b]Bob[/] [/", severity)
            await pilot.pause()
            assert f"{severity.value}: [b]Bob[/] [/" in "\n".join(lines_of(screen))
        notice.clear()
        await pilot.pause()
        assert not notice.display


async def test_a_countdown_shows_digits_and_says_once_that_time_is_up() -> None:
    """ACC-09."""
    left = [61.0]
    elapsed: list[Countdown.Elapsed] = []

    class Counting(Bench):
        """Hears the end."""

        def on_countdown_elapsed(self, event: Countdown.Elapsed) -> None:
            """Remember it."""
            elapsed.append(event)

    screen = Counting(lambda: [Countdown(lambda: left[0], "Good for {}.")])
    app = PomfaApp(first=lambda: screen, guard=FakeGuard())
    async with app.run_test() as pilot:
        countdown = screen.query_one(Countdown)
        assert countdown.text == "Good for 1:01."
        left[0] = 0.2
        countdown.count()
        assert countdown.text == "Good for 0:01."
        left[0] = -5
        countdown.count()
        countdown.count()
        await pilot.pause()
        assert countdown.text == "Good for 0:00."
        assert len(elapsed) == 1
        left[0] = 30
        countdown.start_over()
        left[0] = 0
        countdown.count()
        await pilot.pause()
        assert len(elapsed) == 2


class Cover(Bench):
    """Another screen; the app shows none whose like is open already."""


async def test_a_countdown_rests_while_its_screen_is_covered() -> None:
    """T11."""
    asked: list[int] = []

    def left() -> float:
        asked.append(1)
        return 60

    async with bench(lambda: Countdown(left)) as (pilot, screen):
        countdown = screen.query_one(Countdown)
        states = [countdown.is_counting]
        await pilot.app.push_screen(above := Cover(list))
        await pilot.pause()
        states.append(countdown.is_counting)
        before = len(asked)
        above.dismiss()
        await pilot.pause()
        states.append(countdown.is_counting)
        assert states == [True, False, True]
        assert len(asked) > before


def test_long_times_are_in_hours() -> None:
    assert [in_digits(each) for each in (0, 9, 75, 3600, 28799)] == [
        *["0:00", "0:09", "1:15", "1:00:00", "7:59:59"],
    ]


async def test_buttons_stand_in_a_row_and_the_focused_one_has_another_edge() -> None:
    """ACC-06, ACC-07: and its label is text, not markup."""
    row = [lambda: ButtonRow(PushButton("Sign in", id="go"), PushButton("[b]Help[/]"))]
    async with bench(*row) as (pilot, screen):
        text = "\n".join(lines_of(screen))
        assert "╔══════════╗  ┌────────────┐" in text
        assert "[b]Help[/]" in text
        await pilot.press("right")
        await pilot.pause()
        assert "┌──────────┐  ╔════════════╗" in "\n".join(lines_of(screen))


async def test_labels_are_drawn_by_the_field_that_they_belong_to() -> None:
    async with bench(lambda: Static("x")) as (_pilot, _screen):
        assert str(FieldLabel("Alone").render()) == "  Alone"
