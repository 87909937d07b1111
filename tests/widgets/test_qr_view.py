"""The QR code as the terminal shows it: any theme, any colours, any size, and gone when it is over."""

from __future__ import annotations

import gc

import pyte
import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from pomfa_tui.otpauth import PairingOffer, account_label
from pomfa_tui.qr import Drawing, NoPicture, Obstacle, QrCode, QrPicture
from pomfa_tui.widgets.qr_view import QrView
from tests import qr_reader

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

STEPS = "1 Open your app\n2 Scan the code\n3 Type the six digits"


def offer_for(length: int = 45, secret: str = SECRET, period: int = 30) -> PairingOffer:
    """An offer to a person whose e-mail has so many characters."""
    email = ("josephine" * 5)[: length - 5] + "@b.uk"
    return PairingOffer("PharmOutcomes", account_label(email, 1), secret, period)


class PairingScreen(Screen[None]):
    """The frame of the real screen: title, code beside steps, footer."""

    CSS = """
    .line { height: 1; }
    Horizontal { height: 1fr; }
    .steps { width: 1fr; }
    """

    def __init__(self, view: QrView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        """Lay out as at 80x24."""
        yield Static("Set up your authenticator", classes="line")
        with Horizontal():
            yield self.view
            yield Static(STEPS, classes="steps")
        yield Static("Esc Back", classes="line")


class PairingApp(App[None]):
    """An app that shows one view."""

    def __init__(self, view: QrView, theme: str = "textual-dark") -> None:
        super().__init__(ansi_color=theme.startswith("ansi"))
        self.view = view
        self.theme = theme

    def on_mount(self) -> None:
        """Show the pairing screen above the default one."""
        self.push_screen(PairingScreen(self.view))


def read(app: PairingApp, palette: qr_reader.Palette = qr_reader.DARK_SCREEN) -> str | None:
    """Scan the whole screen of an app."""
    return qr_reader.read(qr_reader.cells_of_app(app, palette))


def uri_of(view: QrView, offer: PairingOffer) -> str:
    """What the shown picture should say."""
    picture = view.picture
    assert isinstance(picture, QrPicture)
    return offer.uri(with_issuer_parameter=picture.code.with_issuer_parameter)


def text_on(app: PairingApp) -> str:
    """The characters on the screen."""
    return qr_reader.text_of(qr_reader.cells_of_app(app))


def text_in(view: QrView, app: PairingApp) -> str:
    """The words the view shows instead of a code, in one line."""
    lines = text_on(app).splitlines()
    return " ".join(line[: view.size.width].strip() for line in lines)


# -- It scans -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [6, 45])
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_the_code_scans_in_every_theme_with_its_steps_beside_it(
    theme: str, length: int
) -> None:
    """ACC-05, ENR-05: at 80x24, on dark and on light terminals."""
    view = QrView(offer_for(length), text_columns=35)
    app = PairingApp(view, theme)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for palette in (qr_reader.DARK_SCREEN, qr_reader.LIGHT_SCREEN):
            assert read(app, palette) == uri_of(view, offer_for(length))
        assert not view.can_turn
        lines = text_on(app).splitlines()
        assert lines[0].startswith("Set up your authenticator")
        assert lines[-1].startswith("Esc Back")
        assert lines[1].rstrip().endswith("1 Open your app")
        assert 80 - view.size.width >= 35
        assert view.region.bottom <= 23


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_no_color_leaves_black_and_white_as_they_are(
    monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    """ACC-06: Textual's own filter turns colours into greys, and pure black and white stay."""
    monkeypatch.setenv("NO_COLOR", "1")
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view, theme)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for palette in (qr_reader.DARK_SCREEN, qr_reader.LIGHT_SCREEN):
            assert read(app, palette) == uri_of(view, offer_for())
            view.turn()
            await pilot.pause()
            assert read(app, palette) == uri_of(view, offer_for())


@pytest.mark.parametrize("size", [(80, 24), (140, 52)])
async def test_where_no_colour_arrives_turning_the_code_makes_it_scan_on_a_light_screen(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """ACC-06: an ANSI theme under NO_COLOR sends no colours at all."""
    monkeypatch.setenv("NO_COLOR", "1")
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view, "ansi-dark")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert view.can_turn
        assert read(app, qr_reader.DARK_SCREEN) == uri_of(view, offer_for())
        assert read(app, qr_reader.LIGHT_SCREEN) is None
        view.turn()
        await pilot.pause()
        assert read(app, qr_reader.LIGHT_SCREEN) == uri_of(view, offer_for())
        assert read(app, qr_reader.DARK_SCREEN) is None
        view.turn()
        await pilot.pause()
        assert read(app, qr_reader.DARK_SCREEN) == uri_of(view, offer_for())


@pytest.mark.parametrize("colours", ["standard", "256", "truecolor"])
@pytest.mark.parametrize("palette", [qr_reader.DARK_SCREEN, qr_reader.LIGHT_SCREEN])
async def test_the_code_scans_from_a_terminal_of_16_256_or_all_colours(
    colours: str, palette: qr_reader.Palette
) -> None:
    """ACC-05: what is written to the terminal, read by an emulator."""
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        console = Console(color_system=colours, force_terminal=True)  # type: ignore[arg-type]
        strips = app.screen._compositor.render_strips()
        written = "\r\n".join(strip.render(console) for strip in strips)
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(written)
    assert qr_reader.read(qr_reader.cells_of_pyte(screen, palette)) == offer_for().uri()


# -- It follows the room --------------------------------------------------------------------------------------------------


async def test_the_code_is_drawn_anew_whenever_the_terminal_changes_its_size() -> None:
    """Section 2: larger terminals get room, smaller ones a plain sentence."""
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        seen: list[tuple[Drawing | Obstacle, int]] = []
        for size in [(80, 24), (140, 52), (90, 60), (80, 26), (80, 22), (60, 24), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            picture = view.picture
            if isinstance(picture, QrPicture):
                assert read(app) == uri_of(view, offer_for())
                seen.append((picture.drawing, picture.quiet))
            else:
                assert isinstance(picture, NoPicture)
                assert read(app) is None
                assert "setup key" in text_on(app)
                seen.append((picture.obstacle, 0))
        assert seen == [
            (Drawing.HALF_BLOCKS, 1),
            (Drawing.FULL_CELLS, 4),
            (Drawing.HALF_BLOCKS, 4),
            (Drawing.HALF_BLOCKS, 2),
            (Obstacle.TOO_SMALL, 0),
            (Obstacle.TOO_SMALL, 0),
            (Drawing.HALF_BLOCKS, 1),
        ]


async def test_a_view_of_fixed_size_draws_what_fits_inside() -> None:
    view = QrView(offer_for(period=60))
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.styles.width = 50
        view.styles.height = 22
        await pilot.pause()
        picture = view.picture
        assert isinstance(picture, QrPicture)
        assert (view.size.width, picture.columns, picture.code.with_issuer_parameter) == (
            50,
            43,
            False,
        )
        assert read(app) == uri_of(view, offer_for(period=60))


# -- It says why not ------------------------------------------------------------------------------------------------------


async def test_a_terminal_without_blocks_reads_the_reason_and_the_way_on() -> None:
    """ACC-10: the setup key beside is all there is."""
    view = QrView(offer_for(), text_columns=35, blocks=False)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert read(app) is None
        assert not view.can_turn
        assert "This terminal shows no block characters." in text_in(view, app)
        assert "Type the setup key into your app instead." in text_in(view, app)
        assert "1 Open your app" in text_on(app)


async def test_a_large_terminal_without_blocks_scans_by_coloured_spaces() -> None:
    view = QrView(offer_for(), text_columns=35, blocks=False)
    app = PairingApp(view)
    async with app.run_test(size=(140, 52)) as pilot:
        await pilot.pause()
        assert read(app) == uri_of(view, offer_for())
        assert text_on(app).isascii()


async def test_without_blocks_and_colours_the_setup_key_is_the_only_way_at_any_size() -> None:
    view = QrView(offer_for(), text_columns=35, blocks=False, colour=False)
    app = PairingApp(view)
    async with app.run_test(size=(140, 52)) as pilot:
        await pilot.pause()
        assert "shows neither block characters nor colours" in text_in(view, app)
        assert not view.can_turn


def traces_in_memory() -> int:
    """How many codes, pictures and painted rows of half blocks are alive, also those other tests keep."""
    gc.collect()
    return sum(
        isinstance(thing, (QrCode, QrPicture))
        or (isinstance(thing, Strip) and any("▀" in segment.text for segment in thing))
        for thing in gc.get_objects()
    )


# -- It keeps nothing -----------------------------------------------------------------------------------------------------


async def test_a_view_without_an_offer_takes_no_room_until_it_shows_one() -> None:
    view = QrView(text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert view.picture is None
        assert view.size.width == 0
        view.show(offer_for(22))
        await pilot.pause()
        assert read(app) == uri_of(view, offer_for(22))


async def test_showing_another_offer_replaces_the_first() -> None:
    """ENR-06: a new pairing is a new code, also when both have the same size."""
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view.show(offer_for(secret=OTHER_SECRET))
        await pilot.pause()
        assert read(app) == offer_for(secret=OTHER_SECRET).uri()


async def test_clearing_wipes_the_screen_and_forgets_the_code() -> None:
    """ENR-06, SES-16: nothing stays that could be drawn again."""
    before = traces_in_memory()
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert traces_in_memory() > before
        assert "▀" in text_on(app)
        view.clear()
        await pilot.pause()
        assert read(app) is None
        assert not set("█▀▄") & set(text_on(app))
        assert traces_in_memory() == before


async def test_leaving_the_screen_forgets_the_code() -> None:
    """ENR-06, SES-16: the pending secret dies with the screen."""
    before = traces_in_memory()
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.pop_screen()
        await pilot.pause()
        assert not set("█▀▄") & set(text_on(app))
        assert view.picture is None
        assert traces_in_memory() == before


async def test_the_mouse_cannot_select_the_code() -> None:
    """K23: selected text can be copied."""
    view = QrView(offer_for(), text_columns=35)
    app = PairingApp(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not view.allow_select
        await pilot.mouse_down(offset=(0, 0))
        await pilot.hover(offset=(75, 23))
        await pilot.mouse_up(offset=(75, 23))
        app.screen.text_select_all()
        await pilot.pause()
        selected = app.screen.get_selected_text() or ""
        assert "Scan the code" in selected
        assert not set("█▀▄") & set(selected)
