"""No character that a terminal could obey leaves the program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from pomfa_tui.terminal.filters import ControlFilter, PlainFilter

BLACK = Color(0, 0, 0)


def filtered(text: str) -> str:
    return "".join(segment.text for segment in ControlFilter().apply([Segment(text)], BLACK))


def plain(text: str) -> str:
    return "".join(segment.text for segment in PlainFilter().apply([Segment(text)], BLACK))


def test_escape_sequences_lose_their_escape() -> None:
    """K25, GEN-05: a stored name cannot set the clipboard, retitle the window or clear the screen."""
    assert filtered("Bob \x1b]52;c;ZXZpbA==\x07") == "Bob �]52;c;ZXZpbA==�"
    assert filtered("\x9d0;title\x9c \x9b2J") == "�0;title� �2J"


def test_marks_that_turn_or_hide_text_are_replaced() -> None:
    """K25: bidirectional and zero-width characters make one name look like another."""
    assert filtered("\u202egnp.exe\u200b\ufeff") == "�gnp.exe��"


def test_names_of_all_kinds_pass() -> None:
    for name in (
        "Zoë Ní Bhriain",
        "Łukasz",
        "李小龍",
        "محمد",
        "O\N{RIGHT SINGLE QUOTATION MARK}Neill-Smith",
    ):
        assert filtered(name) == name


@given(st.text(max_size=60))
def test_nothing_but_what_can_be_seen_is_left(text: str) -> None:
    result = filtered(text)

    assert len(result) == len(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in result)
    result.encode("utf-8")


def test_lines_and_bullets_become_plain_cell_for_cell() -> None:
    """ACC-12: where the locale is not UTF-8 a box is still a box, and a focused one is still different."""
    assert plain("┌──┐│••│└──┘") == "+--+|**|+--+"
    assert plain("╔══╗║ok║╚══╝") == "+==+#ok#+==+"
    assert plain("▁▂▃▄▅▆▇█") == "-#######"
    assert plain("DEMO · F9") == "DEMO . F9"


def test_names_lose_what_a_terminal_of_eight_bits_would_obey() -> None:
    """K25, ACC-12: the second byte of a capital U with circumflex is 0x9B, which begins a command there."""
    assert plain("Zoë Ní Bhriain") == "Zoe Ni Bhriain"
    assert plain("\N{LATIN CAPITAL LETTER U WITH CIRCUMFLEX}2J") == "U2J"
    assert plain("Łukasz £5") == "?ukasz ?5"
    assert plain("李小龍") == "? ? ? "


@given(st.text(alphabet=st.characters(min_codepoint=0x20), max_size=30).map(filtered))
def test_whatever_is_shown_is_plain_and_takes_the_same_room(text: str) -> None:
    result = plain(text)

    assert result.isascii()
    assert len(result) == cell_len(text)


@given(
    st.text(
        alphabet="┌─┐│└┘╔═╗║╚╝•…▌▐█▀▄▎▁●○▲▼✓\N{EN DASH}\N{EM DASH}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}ab ",
        max_size=30,
    )
)
def test_plain_characters_take_the_same_room_and_are_ascii(text: str) -> None:
    result = plain(text)

    assert result.isascii()
    assert cell_len(result) == cell_len(text)
