"""What holds on every screen: title line, keys, one session, a safe way to close."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.widgets import Static

from pomfa_tui.app import PomfaApp
from pomfa_tui.domain.errors import NotPermitted, Refusal
from pomfa_tui.domain.sessions import ENDINGS, SessionEnd, SessionToken
from pomfa_tui.screens.base import DeskScreen, Faulted
from pomfa_tui.screens.idle_warning import IdleWarning
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal import background, session_app
from pomfa_tui.terminal.filters import ControlFilter, PlainFilter
from pomfa_tui.terminal.handover import HandOver
from pomfa_tui.terminal.leaving import Leaving
from pomfa_tui.terminal.traits import Traits
from pomfa_tui.themes import DEFAULT_NAME, HIGH_CONTRAST_NAME, THEMES
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.key_hints import LONGEST, hint_width, hints_of
from pomfa_tui.widgets.password_input import PasswordField
from pomfa_tui.widgets.push_button import PushButton
from tests.terminal.session_fakes import FakeGuard, HandClocks

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens

BADGE = "FZ101 Corner Pharmacy, Asha Patel"


@pytest.fixture(autouse=True)
def clock_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app look at its clocks when a test says so, and not by itself."""
    monkeypatch.setattr(session_app, "TICK_SECONDS", 3600.0)


class First(DeskScreen[None]):
    """The screen underneath."""

    TITLE = "Sign in"
    said = ""

    def compose_body(self) -> ComposeResult:
        """Lay out a field in the clear and a secret one."""
        yield Field("E-mail", id="email")
        yield PasswordField(id="password")

    def start_over(self, message: str) -> None:
        """Remember why."""
        self.said = message
        for field in self.query(Field):
            field.clear()


class Page(DeskScreen[str]):
    """A screen above."""

    TITLE = "People"

    def compose_body(self) -> ComposeResult:
        """Lay out a field and a button."""
        yield Field("Search", id="search")
        yield PushButton("Open", id="open")


class Above(DeskScreen[bool]):
    """A screen above that."""

    TITLE = "Are you sure?"


class Answered(DeskScreen[None]):
    """Takes its time to go, and something is answered meanwhile."""

    TITLE = "Are you sure?"
    answer = asyncio.Event()

    async def on_unmount(self) -> None:
        """Be slower than whoever waits."""
        self.answer.set()
        for _ in range(20):
            await asyncio.sleep(0)


class Help(DeskScreen[None]):
    """Stands in for Help."""

    TITLE = "Help"


class Shell:
    """The app under test with what it was built from."""

    def __init__(self, **options: Any) -> None:
        self.guard = FakeGuard()
        self.hand = HandClocks()
        self.faults: list[str] = []
        usual: dict[str, Any] = {"deaf_seconds": 0, "help_screen": Help, "contact_screen": Help}
        self.app = PomfaApp(
            first=First,
            guard=self.guard,
            clocks=self.hand.clocks,
            record_fault=lambda incident, place: self.faults.append(f"{incident} {place}"),
            **(usual | options),
        )
        self._pilot: Pilot[Any] | None = None

    @property
    def pilot(self) -> Pilot[Any]:
        """The hands at the keyboard."""
        assert self._pilot is not None
        return self._pilot

    @asynccontextmanager
    async def running(self, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shell]:
        """Run the app."""
        async with self.app.run_test(size=size) as pilot:
            self._pilot = pilot
            await pilot.pause()
            yield self
            self.app.workers.cancel_all()

    async def sign_in(self) -> Page:
        """Hold a session and show the page behind."""
        page = Page()
        self.app.signed_in(SessionToken.new(), BADGE)
        await self.app.push_screen(page)
        await self.pilot.pause()
        return page

    async def settle(self) -> None:
        """Let workers and messages come to an end."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def tick(self, seconds: float) -> None:
        """Let time pass and the app look at it."""
        self.hand.pass_by(seconds)
        self.app._next_look = 0.0
        self.app.tick()
        await self.settle()

    @property
    def screen(self) -> DeskScreen[Any]:
        """The screen in front."""
        screen = self.app.screen
        assert isinstance(screen, DeskScreen)
        return screen

    @property
    def title(self) -> str:
        """The title of the screen in front."""
        return self.screen.TITLE

    @property
    def first(self) -> First:
        """The screen underneath."""
        first = self.app.screen_stack[0]
        assert isinstance(first, First)
        return first

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


# -- Title line and hints ---------------------------------------------------------------------------------------------


async def test_the_first_line_has_the_title_and_once_signed_in_site_and_person() -> None:
    async with Shell().running() as shell:
        assert shell.lines[0] == " Sign in"
        await shell.sign_in()
        assert shell.lines[0].startswith(" People")
        assert shell.lines[0].endswith(BADGE)


async def test_a_badge_that_is_too_long_is_cut_and_the_title_is_not() -> None:
    async with Shell().running() as shell:
        shell.app.badge = "FZ101 " + "Long Name " * 12
        await shell.pilot.pause()

        assert shell.lines[0].startswith(" Sign in ")
        assert shell.lines[0].endswith("…")
        assert len(shell.lines[0]) <= 80


async def test_a_hostile_badge_is_shown_as_it_is() -> None:
    """GEN-05, K07, K40."""
    async with Shell().running() as shell:
        shell.app.badge = "[@click=app.leave]Bob[/] [/"
        await shell.pilot.pause()

        assert shell.lines[0].endswith("[@click=app.leave]Bob[/] [/")


async def test_the_last_line_shows_the_keys_that_work() -> None:
    async with Shell().running() as shell:
        assert shell.lines[-1] == "  F1  Help   F2  Contact us"
        await shell.sign_in()
        assert shell.lines[-1] == "  F1  Help   F2  Contact us   F12  Sign out   Esc  Back"


async def test_a_key_of_the_app_gives_way_where_the_hints_of_a_screen_leave_no_room_for_it() -> (
    None
):
    """T35: the demo adds one; Esc was cut off by it."""
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.app.bind("f9", "demo_people", description="Demo people")
        shell.screen.refresh_bindings()
        await shell.pilot.pause()
        assert "F9  Demo people" in shell.lines[-1]

        await shell.app.push_screen(Crowded())
        await shell.pilot.pause()
        assert shell.lines[-1].endswith("F6  Add person   F12  Sign out   Esc  Back")


def every_screen() -> list[type[DeskScreen[Any]]]:
    """Return every screen of the program."""
    folder = Path(inspect.getfile(DeskScreen)).parent
    found: set[type[DeskScreen[Any]]] = set()
    for path in sorted(folder.glob("*.py")):
        module = importlib.import_module(f"pomfa_tui.screens.{path.stem}")
        found |= {
            each
            for each in vars(module).values()
            if inspect.isclass(each) and issubclass(each, DeskScreen) and each.TITLE
        }
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("screen", every_screen(), ids=lambda each: each.__name__)
def test_all_hints_of_a_screen_fit_into_eighty_columns(screen: type[DeskScreen[Any]]) -> None:
    """T35: Textual's footer cuts silently; all keys that a screen may ever show fit beside each other."""
    bindings: dict[str, Binding] = {}
    for cls in reversed(screen.__mro__):
        for binding in vars(cls).get("BINDINGS", ()):
            assert isinstance(binding, Binding), cls
            bindings[binding.key] = binding
    shown = [binding for binding in bindings.values() if binding.show]

    assert sum(hint_width(binding) for binding in shown) <= 80
    for binding in shown:
        assert len(binding.description) <= LONGEST, binding.description


# -- Keys ------------------------------------------------------------------------------------------------------------


async def test_tab_and_arrows_go_round_all_controls_and_back() -> None:
    """ACC-07: no trap, whatever is focused."""
    async with Shell().running() as shell:
        page = await shell.sign_in()
        start = shell.app.focused
        for key in ("tab", "shift+tab"):
            seen = [start]
            for _ in range(len(page.focus_chain)):
                await shell.pilot.press(key)
                seen.append(shell.app.focused)
            assert seen[-1] is start
            assert len(set(seen)) == len(page.focus_chain)


async def test_f1_opens_help_once_and_escape_closes_it() -> None:
    async with Shell().running() as shell:
        await shell.pilot.press("f1", "f1", "f2")
        assert len(shell.app.screen_stack) == 2
        await shell.pilot.press("escape")
        assert shell.screen is shell.first


async def test_escape_does_not_take_the_first_screen_away() -> None:
    """T15."""
    async with Shell().running() as shell:
        await shell.pilot.press("escape", "escape")

        assert shell.app.screen_stack == [shell.first]


async def test_f12_does_nothing_before_anybody_has_signed_in() -> None:
    async with Shell().running() as shell:
        await shell.pilot.press("f12")
        await shell.settle()

        assert shell.guard.ended == []
        assert shell.first.said == ""


async def test_a_mouse_that_nobody_asked_for_does_nothing() -> None:
    """K23: reports can be sent though the mouse is off."""
    async with Shell().running() as shell:
        await shell.sign_in()
        before = shell.app.focused
        x, y = shell.app.screen.query_one("#open").region.offset
        for kind in (events.MouseMove, events.MouseDown, events.MouseUp):
            shell.app.post_message(
                kind(None, x + 1, y + 1, 0, 0, 1, shift=False, meta=False, ctrl=False)
            )
        await shell.pilot.pause()

        assert shell.app.focused is before


async def test_the_rest_of_a_secret_does_nothing_on_the_next_screen() -> None:
    """K26: for a moment, after a field that is secret; function keys and Tab still work."""
    async with Shell(deaf_seconds=60).running() as shell:
        await shell.pilot.press("tab", *"secret")
        await shell.app.push_screen(page := Page())
        await shell.pilot.press(*"rest", "enter", "tab", "shift+tab")
        assert page.query_one("#search", Field).value == ""
        await shell.pilot.press("f1")
        assert isinstance(shell.screen, Help)


async def test_after_a_field_in_the_clear_the_next_screen_listens_at_once() -> None:
    """K26: a fast typist loses nothing in ordinary use."""
    async with Shell(deaf_seconds=60).running() as shell:
        await shell.pilot.press(*"anna")
        await shell.app.push_screen(page := Page())
        await shell.pilot.press(*"bob")

        assert page.query_one("#search", Field).value == "bob"


async def test_a_paste_that_was_dropped_is_said_in_the_field() -> None:
    async with Shell().running() as shell:
        shell.app.paste_dropped()
        await shell.pilot.pause()

        assert "longer than 1024 characters" in shell.first.query_one("#email", Field).error


# -- Nothing to take away --------------------------------------------------------------------------------------------


async def test_there_is_no_palette_no_picture_no_clipboard_and_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K02, K08, K22, K24, GEN-04."""
    monkeypatch.chdir(tmp_path)
    async with Shell().running() as shell:
        app = shell.app
        app.action_command_palette()
        await shell.pilot.pause()
        assert shell.screen is shell.first
        assert list(app.get_system_commands(app.screen)) == []
        assert app.save_screenshot() == ""
        assert app.deliver_screenshot() is None
        app.copy_to_clipboard("secret")
        assert app.clipboard == ""
        app.open_url("http://localhost/")
        for action in ("quit", "app.quit", "suspend_process", "screenshot", "push_screen('x')"):
            assert await app.run_action(action) is False
        assert await app.run_action("nonsense.quit") is False
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing else runs in this loop any more


async def test_every_strip_passes_the_filters_ours_last() -> None:
    """K25."""

    def ours(shell: Shell) -> list[type[LineFilter]]:
        filters = [type(each) for each in shell.app.get_line_filters()]
        return [each for each in filters if each in {ControlFilter, PlainFilter}]

    assert ours(Shell()) == [ControlFilter]
    assert ours(Shell(traits=Traits(unicode=False))) == [ControlFilter, PlainFilter]
    assert type(Shell().app.get_line_filters()[-1]) is ControlFilter


async def test_only_our_two_themes_can_be_chosen() -> None:
    """T36."""
    async with Shell().running() as shell:
        assert set(shell.app.available_themes) == set(THEMES)
        assert shell.app.current_theme.name == DEFAULT_NAME
        await shell.pilot.press("f5")
        assert shell.app.current_theme.name == HIGH_CONTRAST_NAME
        await shell.pilot.press("f5")
        assert shell.app.current_theme.name == DEFAULT_NAME


async def test_the_theme_of_the_settings_is_the_one_shown() -> None:
    async with Shell(theme=HIGH_CONTRAST_NAME).running() as shell:
        assert shell.app.current_theme.name == HIGH_CONTRAST_NAME
        assert shell.app.screen.styles.background.hex == "#000000"


# -- Closing screens -------------------------------------------------------------------------------------------------


async def test_a_screen_that_is_closed_twice_takes_no_other_with_it() -> None:
    """K52."""
    async with Shell().running() as shell:
        page, above = Page(), Above()
        await shell.app.push_screen(page)
        await shell.app.push_screen(above)
        above.dismiss(True)
        above.dismiss(True)
        await shell.pilot.pause()

        assert shell.screen is page


async def test_a_covered_screen_that_is_closed_goes_once_it_is_uncovered() -> None:
    """K52: a late timer must not remove whatever lies above, such as a lock."""
    results: list[str | None] = []
    async with Shell().running() as shell:
        page, above = Page(), Above()
        await shell.app.push_screen(page, results.append)
        await shell.app.push_screen(above)
        page.dismiss("late")
        await shell.pilot.pause()
        assert shell.title == Above.TITLE
        above.dismiss(True)
        await shell.pilot.pause()

        assert shell.title == First.TITLE
        assert results == ["late"]


async def test_a_fault_in_a_call_is_a_refusal_with_a_number() -> None:
    """GEN-01, GEN-02: nothing is granted, the terminal stays usable, the number is on record."""

    def fail() -> None:
        raise RuntimeError("Hunter2-pw")

    async with Shell().running() as shell:
        with pytest.raises(Faulted) as caught:
            await shell.first.ask(fail)
        assert len(shell.faults) == 1
        assert shell.faults[0].split()[0] in caught.value.message
        assert "Hunter2" not in caught.value.message + shell.faults[0]
        assert shell.app.is_running


async def test_a_refusal_of_a_service_arrives_as_it_is() -> None:
    def refuse(name: str, *, role: str) -> None:
        raise NotPermitted(f"{name} {role}")

    async with Shell().running() as shell:
        with pytest.raises(NotPermitted, match="anna staff"):
            await shell.first.ask(refuse, "anna", role="staff")
        assert shell.faults == []


# -- Sessions --------------------------------------------------------------------------------------------------------


async def test_f12_ends_the_session_closes_everything_and_forgets_what_was_typed() -> None:
    """SES-16, T1, T2: waiting dialogues end without a result."""
    results: list[object] = []
    async with Shell().running() as shell:
        await shell.pilot.press(*"anna")
        await shell.sign_in()
        await shell.app.push_screen(Above(), results.append)
        await shell.pilot.press("f12")
        await shell.settle()

        assert shell.screen is shell.first
        assert shell.app.screen_stack == [shell.first]
        assert results == [None]
        assert shell.guard.ended == [SessionEnd.SIGN_OUT]
        assert shell.first.said == ENDINGS[SessionEnd.SIGN_OUT]
        assert shell.first.query_one("#email", Field).value == ""
        assert shell.app.badge == ""
        assert not shell.app.is_signed_in
        assert "Sign out" not in shell.lines[-1]


async def test_a_screen_that_comes_up_while_the_session_ends_goes_too() -> None:
    """SES-08: nothing of the session is left on the screen."""
    async with Shell().running() as shell:
        page, cover = await shell.sign_in(), Answered()

        async def go_on() -> None:
            await cover.answer.wait()
            await shell.app.push_screen(Above())

        background.start(page, go_on)
        await shell.app.push_screen(cover)
        await shell.pilot.press("f12")
        await shell.settle()

        assert shell.app.screen_stack == [shell.first]


async def test_a_screen_that_was_taken_away_gives_its_place_to_no_other() -> None:
    """SES-08: a slip with a code, say, that was on its way when the session ended."""
    async with Shell().running() as shell:
        await shell.sign_in()
        form = ServedScreen[None](cast("Givens", None))
        await shell.app.push_screen(form)
        await shell.pilot.pause()
        form.give_place_to(Above())
        await shell.settle()
        assert shell.title == Above.TITLE

        form.give_place_to(Page())
        await shell.settle()
        assert shell.title == Above.TITLE


async def test_an_idle_session_is_warned_by_an_opaque_screen_and_any_key_goes_on() -> None:
    """SES-04, K28, ACC-09: the key is not typed, what was typed stays."""
    async with Shell().running() as shell:
        page = await shell.sign_in()
        await shell.pilot.press(*"bob")
        await shell.tick(240)
        assert shell.title == IdleWarning.TITLE
        assert any("signed out in 1:00" in line for line in shell.lines)
        assert not any("bob" in line for line in shell.lines)
        await shell.pilot.press("x")
        await shell.settle()
        assert shell.screen is page
        assert page.query_one("#search", Field).value == "bob"
        await shell.tick(239)
        assert shell.screen is page


async def test_an_idle_session_ends_and_says_so() -> None:
    """SES-01: from the warning, and from any screen."""
    async with Shell().running() as shell:
        await shell.sign_in()
        await shell.tick(240)
        await shell.tick(60)

        assert shell.screen is shell.first
        assert shell.guard.ended == [SessionEnd.IDLE]
        assert shell.first.said == ENDINGS[SessionEnd.IDLE]


async def test_the_first_key_after_a_sleep_does_not_slip_in() -> None:
    """SES-18, K60: it comes before the clock's next tick."""
    async with Shell().running() as shell:
        page = await shell.sign_in()
        shell.hand.pass_by(600)
        await shell.pilot.press("x")
        await shell.settle()

        assert shell.screen is shell.first
        assert not page.is_attached
        assert shell.first.query_one("#email", Field).value == ""


async def test_eight_hours_are_the_end_whatever_is_typed() -> None:
    """SES-02."""
    shell = Shell()
    shell.guard.limits = replace(shell.guard.limits, idle=8000)
    async with shell.running():
        await shell.sign_in()
        for _ in range(4):
            shell.hand.pass_by(7000)
            await shell.pilot.press("tab")
        assert shell.app.is_signed_in
        await shell.tick(800)

        assert shell.guard.ended == [SessionEnd.OVERALL]


async def test_a_session_ended_elsewhere_bares_the_first_screen() -> None:
    """Rule 26: whatever is in front, and without recording a second end."""
    async with Shell().running() as shell:
        from pomfa_tui.terminal.session_watch import ending_of

        await shell.sign_in()
        shell.guard.refusal = ending_of(SessionEnd.ACCOUNT_CHANGED)
        shell.guard.version += 1
        await shell.tick(1)

        assert shell.screen is shell.first
        assert shell.first.said == ENDINGS[SessionEnd.ACCOUNT_CHANGED]
        assert shell.guard.ended == []


async def test_a_guard_that_fails_ends_the_session() -> None:
    """GEN-02: a session that cannot be looked up does not stand."""
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.guard.refusal = RuntimeError("Hunter2-pw")
        shell.guard.version += 1
        await shell.tick(1)

        assert shell.screen is shell.first
        assert len(shell.faults) == 1


async def test_signing_out_twice_ends_one_session_once() -> None:
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.app.sign_out()
        shell.app.sign_out()
        await shell.settle()

        assert shell.guard.ended == [SessionEnd.SIGN_OUT]


async def test_a_sign_out_that_cannot_be_recorded_still_bares_the_first_screen() -> None:
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.guard.broken = True
        shell.app.sign_out()
        await shell.settle()

        assert shell.screen is shell.first
        assert len(shell.faults) == 1


async def test_a_sign_out_may_ask_for_a_fresh_process() -> None:
    """K27: the reason goes along, and nothing can be typed meanwhile."""
    async with Shell(fresh_process=True).running() as shell:
        await shell.sign_in()
        shell.app.sign_out()
        await shell.app.workers.wait_for_complete()

        assert shell.first.disabled
        assert shell.app.return_value == Leaving(again=True, reason=SessionEnd.SIGN_OUT)
        assert shell.guard.ended == [SessionEnd.SIGN_OUT]


async def test_a_lost_line_ends_the_session_and_the_app() -> None:
    """SES-14, K45."""
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.app.end_without_line()
        await shell.pilot.pause()

        assert shell.guard.ended == [SessionEnd.LOST]
        assert shell.app.return_code == 75


async def test_a_fresh_process_says_why_the_one_before_ended() -> None:
    shell = Shell()
    shell.app.greeting = ENDINGS[SessionEnd.IDLE]
    async with shell.running():
        assert shell.first.said == ENDINGS[SessionEnd.IDLE]


async def test_what_the_next_steps_need_is_loaded_after_the_first_frame() -> None:
    loaded: list[str] = []
    async with Shell(prepare=lambda: loaded.append("hashing")).running() as shell:
        await shell.settle()

        assert loaded == ["hashing"]


async def test_a_screen_can_end_the_program_with_a_sentence() -> None:
    async with Shell().running() as shell:
        shell.app.give_up(NotPermitted("No."))

        assert shell.app.return_value == Leaving(status=1, message="No.")


async def test_closing_the_program_ends_the_session_first() -> None:
    """SES-14: an administrator closes a kiosk from behind the sign-in."""
    async with Shell(kiosk=True, fresh_process=True).running() as shell:
        await shell.sign_in()
        shell.app.leave()
        await shell.app.workers.wait_for_complete()

        assert shell.guard.ended == [SessionEnd.SIGN_OUT]
        assert shell.app.return_value == Leaving()


async def test_the_hand_over_leaves_the_screens_first() -> None:
    """K09, K54: nothing runs beside a suspended app, and its session is ended by nobody meanwhile."""
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.app.handover = HandOver(("/bin/true",), name="Desk", environ={})
        shell.app.hand_over({"POMFA_ROLE": "staff"})

        left = shell.app.return_value
        assert left is not None
        assert left.first is not None
        assert not shell.app.is_signed_in
        assert shell.guard.ended == []


async def test_messages_that_move_feed_the_watchdog() -> None:
    """K49, K51: through the pumps of the app and of the screen in front."""
    beats: list[int] = []
    async with Shell().running() as shell:
        shell.app.pulse = lambda: beats.append(1)
        shell.app.tick()
        await shell.pilot.pause()

        assert beats


# -- Room ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10), (1, 1)])
async def test_a_window_that_is_too_small_is_covered_and_takes_no_keys(
    size: tuple[int, int],
) -> None:
    """ACC-12: what was typed comes back with the room."""
    async with Shell().running() as shell:
        await shell.pilot.press(*"anna")
        await shell.pilot.resize_terminal(*size)
        await shell.pilot.pause()
        assert not any("E-mail" in line for line in shell.lines)
        await shell.pilot.press(*"unseen", "tab")
        await shell.pilot.resize_terminal(80, 24)
        await shell.pilot.pause()

        assert shell.first.query_one("#email", Field).value == "anna"
        assert any("> E-mail" in line for line in shell.lines)


async def test_the_cover_says_what_is_needed() -> None:
    async with Shell().running((60, 20)) as shell:
        text = " ".join(" ".join(shell.lines).split())

        assert text == (
            "This window has 60 columns and 20 rows. Make it at least 80 by 24 to go on."
        )


async def test_screens_that_come_later_are_covered_too() -> None:
    async with Shell().running((60, 20)) as shell:
        await shell.sign_in()

        assert "Make it at least 80 by 24" in " ".join(" ".join(shell.lines).split())


async def test_large_windows_get_room() -> None:
    async with Shell().running((200, 60)) as shell:
        assert {"-wide", "-roomy"} <= set(shell.screen.classes)
        await shell.pilot.resize_terminal(80, 24)
        await shell.pilot.pause()
        assert not {"-wide", "-roomy", "-small"} & set(shell.screen.classes)


async def test_a_resize_does_not_count_as_somebody_being_there() -> None:
    """SES-01, K60: key input counts, redraws do not."""
    async with Shell().running() as shell:
        await shell.sign_in()
        shell.hand.pass_by(299)
        await shell.pilot.resize_terminal(100, 30)
        await shell.tick(1)

        assert shell.guard.ended == [SessionEnd.IDLE]


async def test_a_paste_counts_as_somebody_being_there() -> None:
    async with Shell().running() as shell:
        page = await shell.sign_in()
        shell.hand.pass_by(200)
        shell.app.post_message(events.Paste("bob"))
        await shell.pilot.pause()
        await shell.tick(200)

        assert shell.screen is page
        assert page.query_one("#search", Field).value == "bob"


class Crowded(DeskScreen[None]):
    """A screen whose hints fill the last line."""

    TITLE = "Crowded"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "add", "Add person")]


class Bound(DeskScreen[None]):
    """A screen with a key of its own."""

    TITLE = "Bound"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "note", "Note")]
    noted = 0

    def compose_body(self) -> ComposeResult:
        """Show a name that is markup."""
        yield Static("[@click=screen.note]Bob[/]", markup=False)

    def action_note(self) -> None:
        """Count."""
        self.noted += 1


async def test_a_screens_own_keys_work_and_come_before_esc_in_the_hints() -> None:
    async with Shell().running() as shell:
        screen = Bound()
        await shell.app.push_screen(screen)
        await shell.pilot.press("f6")

        assert screen.noted == 1
        assert [hint.description for hint in hints_of(shell.screen)] == [
            "Help",
            "Contact us",
            "Note",
            "Back",
        ]


def test_every_refusal_of_the_shell_has_a_status_and_a_code() -> None:
    assert issubclass(Faulted, Refusal)
    assert (Faulted.code, Faulted.exit_code) == ("fault", 70)
