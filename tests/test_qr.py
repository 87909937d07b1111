"""Every way of drawing a QR code, read back as a phone would read it from the screen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from pomfa_tui.otpauth import PairingOffer, account_label
from pomfa_tui.qr import (
    BLACK,
    WHITE,
    Drawing,
    NoPicture,
    Obstacle,
    QrCode,
    QrPicture,
    Room,
    encode,
    fit,
)
from tests import qr_reader

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

EMAIL_LENGTHS = range(6, 46)

BESIDE_THE_STEPS = Room(columns=45, rows=22)
"""What the pairing screen leaves to the code at 80x24: a title above, a footer below, 35 columns of text beside."""

LARGE = Room(columns=94, rows=47)
"""Enough for two columns a module at every length."""

RUNGS = {
    "half blocks": BESIDE_THE_STEPS,
    "half blocks turned": replace(BESIDE_THE_STEPS, colour=False, light_screen=True),
    "full cells": LARGE,
    "full cells turned": replace(LARGE, colour=False, light_screen=True),
    "coloured spaces": replace(LARGE, blocks=False),
}


def email(length: int) -> str:
    """An invented address of so many characters."""
    return ("josephine" * 5)[: length - 5] + "@b.uk"


def offer_for(
    length: int, *, generation: int = 1, period: int = 30, issuer: str = "PharmOutcomes"
) -> PairingOffer:
    """An offer to a person whose e-mail has so many characters."""
    return PairingOffer(issuer, account_label(email(length), generation), SECRET, period)


@cache
def codes_of(offer: PairingOffer) -> tuple[QrCode, QrCode]:
    """The encodings of an offer, made once for all rooms."""
    return encode(offer)


def drawn(offer: PairingOffer, room: Room) -> QrPicture:
    """The picture, where there has to be one."""
    picture = fit(codes_of(offer), room)
    assert isinstance(picture, QrPicture)
    return picture


def refused(offer: PairingOffer, room: Room) -> NoPicture:
    """The reason, where there must be no picture."""
    nothing = fit(codes_of(offer), room)
    assert isinstance(nothing, NoPicture)
    return nothing


def uri_in(picture: QrPicture, offer: PairingOffer) -> str:
    """What the picture says it holds."""
    return offer.uri(with_issuer_parameter=picture.code.with_issuer_parameter)


# -- It scans -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", EMAIL_LENGTHS)
@pytest.mark.parametrize("rung", RUNGS)
def test_every_drawing_reads_back_as_the_uri(rung: str, length: int) -> None:
    """ENR-05, ACC-05: on dark and light screens that obey colours, dark on light without inversion."""
    offer = offer_for(length)
    picture = drawn(offer, RUNGS[rung])
    assert picture.drawing == rung.removesuffix(" turned")
    around = qr_reader.BLACK if length % 2 else qr_reader.WHITE
    image = qr_reader.cells_to_image(qr_reader.cells_of_picture(picture, around=around))
    assert qr_reader.decode(image) == uri_in(picture, offer)


@pytest.mark.parametrize("length", EMAIL_LENGTHS[::3])
@pytest.mark.parametrize("rung", RUNGS)
def test_every_decoder_at_hand_reads_the_same(rung: str, length: int) -> None:
    """ENR-05: zbar is the second judge where it is installed."""
    offer = offer_for(length)
    picture = drawn(offer, RUNGS[rung])
    assert qr_reader.read(qr_reader.cells_of_picture(picture)) == uri_in(picture, offer)


@pytest.mark.parametrize("length", [6, 21, 22, 33, 45])
@pytest.mark.parametrize("generation", [1, 10, 100])
@pytest.mark.parametrize("period", [30, 60])
def test_later_pairings_and_longer_periods_read_back_too(
    length: int, generation: int, period: int
) -> None:
    offer = offer_for(length, generation=generation, period=period)
    picture = drawn(offer, BESIDE_THE_STEPS)
    assert qr_reader.read(qr_reader.cells_of_picture(picture)) == uri_in(picture, offer)


@pytest.mark.parametrize("account", ["jo+x@nhs.net~1", "o'neil@example.org~1", "ü@example.org~1"])
def test_addresses_with_special_characters_read_back(account: str) -> None:
    """ENR-03: for an issuer with a space and an ampersand as well."""
    offer = PairingOffer("Boots & Co", account, SECRET)
    picture = drawn(offer, BESIDE_THE_STEPS)
    assert qr_reader.read(qr_reader.cells_of_picture(picture)) == uri_in(picture, offer)


@pytest.mark.parametrize("length", [6, 15, 22, 45])
@pytest.mark.parametrize("big", [False, True], ids=["half blocks", "full cells"])
def test_a_screen_that_ignores_colours_needs_the_glyphs_of_its_own_kind(
    length: int, big: bool
) -> None:
    """NO_COLOR and monochrome terminals: the first drawing is right on dark screens, the turned one on light screens."""
    offer = offer_for(length)
    room = replace(LARGE if big else BESIDE_THE_STEPS, colour=False)
    plain = drawn(offer, room)
    turned = drawn(offer, replace(room, light_screen=True))

    def seen(picture: QrPicture, screen: qr_reader.Palette) -> str | None:
        cells = qr_reader.cells_of_picture(picture, around=screen.paper)
        return qr_reader.read(qr_reader.without_colours(cells, screen))

    assert seen(plain, qr_reader.DARK_SCREEN) == uri_in(plain, offer)
    assert seen(turned, qr_reader.LIGHT_SCREEN) == uri_in(turned, offer)
    assert seen(plain, qr_reader.LIGHT_SCREEN) is None
    assert seen(turned, qr_reader.DARK_SCREEN) is None


def test_where_colours_are_uncertain_the_picture_is_the_one_for_dark_screens() -> None:
    """NO_COLOR: nothing is lost where the colours do arrive."""
    for room in (BESIDE_THE_STEPS, LARGE):
        offer = offer_for(22)
        assert drawn(offer, replace(room, colour=False)) == drawn(offer, room)


@pytest.mark.parametrize("length", [6, 15, 22, 45])
@pytest.mark.parametrize("gap", [1, 2, 4])
def test_line_spacing_between_the_rows_does_no_harm(length: int, gap: int) -> None:
    """Light glyphs on black: black gaps cut light areas, which decoders forgive, instead of dark ones."""
    offer = offer_for(length)
    picture = drawn(offer, BESIDE_THE_STEPS)
    image = qr_reader.cells_to_image(qr_reader.cells_of_picture(picture), row_gap=gap)
    assert qr_reader.decode(image) == uri_in(picture, offer)


# -- It fits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", [1, 9])
@pytest.mark.parametrize("length", EMAIL_LENGTHS)
def test_the_code_fits_beside_the_steps_at_80_by_24(length: int, generation: int) -> None:
    """Section 2: one line of title, 22 rows, one line of footer; at least 35 columns stay for the text."""
    picture = drawn(offer_for(length, generation=generation), Room(columns=80, rows=22))
    assert picture.rows <= 22
    assert 80 - picture.columns >= 35
    assert len(picture.lines) == picture.rows
    assert {sum(len(run.text) for run in line) for line in picture.lines} == {picture.columns}
    assert picture.code.with_issuer_parameter


@pytest.mark.parametrize(
    ("length", "version", "quiet", "columns", "rows"),
    [(6, 5, 3, 43, 22), (21, 5, 3, 43, 22), (22, 6, 1, 43, 22), (45, 6, 1, 43, 22)],
)
def test_the_sizes_at_80_by_24_are_those_of_the_table(
    length: int, version: int, quiet: int, columns: int, rows: int
) -> None:
    picture = drawn(offer_for(length), Room(columns=80, rows=22))
    assert (picture.code.version, picture.quiet) == (version, quiet)
    assert (picture.columns, picture.rows) == (columns, rows)


def test_the_secret_in_a_segment_of_its_own_saves_the_version_that_long_addresses_need() -> None:
    """One byte segment makes version 7 for 45 characters, 24 rows at the least."""
    offer = offer_for(45)
    assert segno.make(offer.uri(), error="l", micro=False).version == 7
    assert encode(offer)[0].version == 6


def test_error_correction_is_as_strong_as_the_version_allows() -> None:
    """A higher level that needs no larger version costs nothing: here M with the issuer parameter, L without."""
    levels = [(code.version, code.error) for code in encode(offer_for(15, issuer="Care"))]
    assert levels == [(5, "M"), (4, "L")]


@pytest.mark.parametrize("length", EMAIL_LENGTHS)
@pytest.mark.parametrize("rows", [18, 20, 22])
def test_the_issuer_parameter_goes_only_where_that_makes_the_code_fit(
    length: int, rows: int
) -> None:
    """ENR-03: it is strongly recommended, so it stays wherever the narrowest quiet zone lets it."""
    offer = offer_for(length, period=60)
    codes = codes_of(offer)
    room = Room(columns=45, rows=rows)
    picture = fit(codes, room)
    kept = isinstance(fit(codes[:1], room), QrPicture)
    if isinstance(picture, QrPicture):
        assert picture.code.with_issuer_parameter == kept
    else:
        assert not kept
        assert isinstance(fit(codes[1:], room), NoPicture)


def test_a_long_address_with_a_long_period_fits_by_dropping_the_issuer_parameter() -> None:
    offer = offer_for(45, period=60)
    tight = drawn(offer, BESIDE_THE_STEPS)
    roomy = drawn(offer, Room(columns=47, rows=24))
    assert (tight.code.with_issuer_parameter, tight.code.version) == (False, 6)
    assert (roomy.code.with_issuer_parameter, roomy.code.version) == (True, 7)


@settings(max_examples=150, deadline=None)
@given(
    length=st.sampled_from([6, 22, 45]),
    room=st.builds(
        Room,
        columns=st.integers(-5, 120),
        rows=st.integers(-5, 60),
        blocks=st.booleans(),
        colour=st.booleans(),
        light_screen=st.booleans(),
    ),
)
def test_a_picture_keeps_to_its_room_with_the_widest_quiet_zone_that_fits(
    length: int, room: Room
) -> None:
    codes = codes_of(offer_for(length))
    picture = fit(codes, room)
    if isinstance(picture, NoPicture):
        # What it asks for is what it needs.
        assert picture.columns > room.columns or picture.rows > room.rows or picture.columns == 0
        return
    assert picture.columns <= room.columns
    assert picture.rows <= room.rows
    assert 1 <= picture.quiet <= 4
    per_module = 1 if picture.drawing is Drawing.HALF_BLOCKS else 2
    wider = picture.columns + 2 * per_module
    taller = (wider + 1) // 2 if picture.drawing is Drawing.HALF_BLOCKS else wider // 2
    assert picture.quiet == 4 or wider > room.columns or taller > room.rows
    assert picture.columns == per_module * (len(picture.code.modules) + 2 * picture.quiet)
    # A widget of just the picture's size draws the same picture again.
    own = replace(room, columns=picture.columns, rows=picture.rows)
    assert fit(codes, own) == picture


@pytest.mark.parametrize("length", [6, 22, 45])
def test_a_large_terminal_gets_modules_of_two_columns(length: int) -> None:
    assert drawn(offer_for(length), LARGE).drawing is Drawing.FULL_CELLS
    assert drawn(offer_for(length), Room(columns=81, rows=47)).drawing is Drawing.HALF_BLOCKS


# -- Where there is none --------------------------------------------------------------------------------------------------


def test_a_terminal_that_is_too_small_is_told_the_size_that_would_do() -> None:
    nothing = refused(offer_for(45), Room(columns=45, rows=18))
    assert nothing.obstacle is Obstacle.TOO_SMALL
    assert "43 columns and 22 rows" in nothing.sentence
    assert "setup key" in nothing.sentence
    drawn(offer_for(45), Room(columns=nothing.columns, rows=nothing.rows))


def test_without_block_characters_80_by_24_has_the_setup_key_alone() -> None:
    """ACC-10: and says why."""
    nothing = refused(offer_for(22), Room(columns=80, rows=22, blocks=False))
    assert nothing.obstacle is Obstacle.NO_BLOCKS
    assert "no block characters" in nothing.sentence
    assert "setup key" in nothing.sentence
    drawn(offer_for(22), Room(columns=nothing.columns, rows=nothing.rows, blocks=False))


def test_without_block_characters_and_colours_no_room_is_large_enough() -> None:
    """ACC-10: coloured spaces without colours would be an empty square."""
    nothing = refused(offer_for(6), Room(columns=500, rows=200, blocks=False, colour=False))
    assert nothing.obstacle is Obstacle.NO_BLOCKS_NO_COLOUR
    assert "setup key" in nothing.sentence


# -- What it is made of ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rung", RUNGS)
def test_every_cell_names_black_or_white_for_ink_and_paper(rung: str) -> None:
    """ACC-05: no cell is left to the theme, and without block characters there is nothing but spaces."""
    picture = drawn(offer_for(22), RUNGS[rung])
    runs = [run for line in picture.lines for run in line]
    assert {run.ink for run in runs} | {run.paper for run in runs} == {BLACK, WHITE}
    glyphs = set("".join(run.text for run in runs))
    expected = {"half blocks": " █▀▄", "full cells": " █", "coloured spaces": " "}
    assert glyphs == set(expected[picture.drawing])


def test_light_is_drawn_with_glyphs_on_black_paper() -> None:
    """The drawing that stays right on a dark screen when colours are lost."""
    picture = drawn(offer_for(22), BESIDE_THE_STEPS)
    looks = {
        (char, run.ink, run.paper) for line in picture.lines for run in line for char in run.text
    }
    assert looks == {
        ("█", WHITE, WHITE),
        ("▀", WHITE, BLACK),
        ("▄", WHITE, BLACK),
        (" ", BLACK, BLACK),
    }


def test_neither_code_nor_picture_shows_what_can_be_scanned() -> None:
    """STO-12: reprs end up in logs."""
    codes = encode(offer_for(22))
    text = repr((codes, fit(codes, BESIDE_THE_STEPS)))
    for trace in ("▀", "True, True", "False, False", SECRET, "otpauth"):
        assert trace not in text
    assert "version=6" in text


def test_the_encoder_and_the_terminal_interface_are_not_imported_before_they_are_needed() -> None:
    """Start-up: the sign-in screen does not wait for the encoder."""
    program = (
        "import sys, pomfa_tui.qr\n"
        "print(sorted({'segno', 'textual', 'rich', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.strip() == "[]"
