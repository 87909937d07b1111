"""What a terminal can show is read from its environment."""

from __future__ import annotations

import pytest

from pomfa_tui.terminal.traits import BLOCKS, TRUE_COLOUR, Traits


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TRUE_COLOUR),
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "xterm"}, 16),
        ({"TERM": "screen"}, 16),
        ({"TERM": "linux"}, 16),
        ({"TERM": "vt100"}, 0),
        ({"TERM": "dumb"}, 0),
        ({}, 0),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, 0),
    ],
)
def test_colours_come_from_the_name_of_the_terminal(
    environment: dict[str, str], colours: int
) -> None:
    """ACC-12."""
    assert Traits.of(environment).colours == colours


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "en_GB.ISO-8859-1"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": ""}, True),
        ({}, False),
    ],
)
def test_lines_are_drawn_where_the_locale_is_utf8(
    environment: dict[str, str], unicode: bool
) -> None:
    """ACC-12, K57: the first of LC_ALL, LC_CTYPE and LANG that says anything decides."""
    assert Traits.of(environment).unicode is unicode


def test_a_terminal_without_colours_still_gets_bold_and_reverse() -> None:
    variables = Traits.of({"TERM": "vt100"}).variables

    assert variables == {"TEXTUAL_COLOR_SYSTEM": "standard", "NO_COLOR": "1"}


def test_what_is_shown_more_plainly_is_said_in_words() -> None:
    """The product degrades in steps and says so."""
    assert Traits.of({"TERM": "xterm-256color", "LANG": "C.UTF-8"}).shortcomings == ()
    assert len(Traits.of({"TERM": "dumb", "LANG": "C"}).shortcomings) == 2


def test_a_console_without_a_second_page_is_wiped() -> None:
    """K29."""
    assert Traits.of({"TERM": "linux"}).keeps_pages
    assert not Traits.of({"TERM": "xterm-256color"}).keeps_pages


def test_a_console_whose_font_has_no_blocks_draws_none_though_its_locale_is_utf8() -> None:
    """ACC-10, terminal-qr 4: most fonts of a Linux console lack them, and only the kernel's map tells."""
    environment = {"TERM": "linux", "LANG": "C.UTF-8"}
    latin = frozenset("abc\N{BOX DRAWINGS LIGHT HORIZONTAL}")

    assert Traits.of(environment).blocks
    assert Traits.of(environment, latin | BLOCKS).blocks
    assert Traits.of(environment, latin).unicode
    assert not Traits.of(environment, latin).blocks
    assert "font has no blocks" in " ".join(Traits.of(environment, latin).shortcomings)
