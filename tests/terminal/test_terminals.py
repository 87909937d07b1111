"""The pairing screen of the real program on terminals of all kinds: the QR code is read off the cells that an emulator shows.

Two decoders have to agree where both are installed. Where no code can be drawn, the screen says why and the setup key is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.qr_reader import DARK_SCREEN, LIGHT_SCREEN, Palette, cells_of_pyte, read
from tests.terminal.counter import EMAIL, Counter, setup_key

PASSWORD = "glimmer otter saddle"


def at_the_qr_code(folder: Path, environment: Mapping[str, str]) -> Counter:
    """Go through the first form, and on to the QR code."""
    counter = Counter(folder, environment=environment)
    counter.wait_for("Set up this terminal").settle(0.4)
    counter.type_into_fields(["fz101", "Abbey", "Ann", EMAIL, PASSWORD])
    counter.wait_for("This password can").press("enter")
    counter.wait_for("Type the six digits").settle()
    return counter


def scanned(counter: Counter, palette: Palette = DARK_SCREEN) -> bool:
    """Tell whether a camera would read the key that stands beside the code."""
    uri = read(cells_of_pyte(counter.screen, palette))
    return uri is not None and f"secret={setup_key(counter)}" in uri


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        {"TERM": "putty-256color"},
        {"TERM": "screen"},
        {"TERM": "linux"},
    ],
    ids=lambda environment: environment["TERM"],
)
def test_the_code_is_read_in_every_size_on_dark_and_light_terminals(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """ENR-05, ACC-05, ACC-12: half blocks at 80x24, modules of two columns where there is room, one sentence below the minimum."""
    with at_the_qr_code(tmp_path, environment) as counter:
        for columns, rows in ((80, 24), (200, 60)):
            counter.resize(columns, rows).settle(0.4)
            assert scanned(counter, DARK_SCREEN)
            assert scanned(counter, LIGHT_SCREEN)
        counter.resize(60, 20).wait_for("80")
        assert read(cells_of_pyte(counter.screen)) is None


def test_without_colours_a_key_makes_it_right_for_a_light_screen(tmp_path: Path) -> None:
    """ACC-06: what a vt100 in paper white shows; the key stands in the last line."""
    with at_the_qr_code(tmp_path, {"TERM": "vt100"}) as counter:
        counter.wait_for("Turn colours")
        before = counter.screen_text
        assert scanned(counter)
        counter.press("f4").settle(0.4)
        assert counter.screen_text != before
        assert scanned(counter)


def test_without_blocks_spaces_are_coloured_where_they_fit(tmp_path: Path) -> None:
    """ACC-10, terminal-qr 3: at 80x24 the key alone, saying why; on a large console a code without a single glyph."""
    with at_the_qr_code(tmp_path, {"TERM": "linux", "LANG": "C"}) as counter:
        counter.wait_for("no block characters")
        assert not scanned(counter)
        counter.resize(140, 52).settle(0.4)
        assert scanned(counter)
        assert counter.raw.isascii()
