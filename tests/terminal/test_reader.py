"""What a terminal sends becomes keys and pastes, or nothing."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.terminal.keys import KEYS, key_allowed
from pomfa_tui.terminal.reader import (
    ESCAPE_SECONDS,
    LONGEST_PASTE,
    PASTE_SECONDS,
    FramesSupported,
    Pasted,
    PasteDropped,
    Pressed,
    Read,
    Reader,
)
from pomfa_tui.terminal.textual_private import keys_of, known_sequences
from pomfa_tui.widgets.text_input import LONGEST_PASTE as LONGEST_PASTE_IN_WORDS


def read(*pieces: str) -> list[Read]:
    """Feed pieces that arrive at the same moment, then let enough time pass."""
    reader = Reader(known_sequences())
    found = [item for piece in pieces for item in reader.feed(piece, 0.0)]
    return found + list(reader.tick(60.0))


def typed(*pieces: str) -> list[str]:
    """Return the names of the keys that were read."""
    return [
        key.key
        for item in read(*pieces)
        if isinstance(item, Pressed)
        for key in keys_of(item.sequence)
    ]


def test_letters_digits_and_signs_are_keys() -> None:
    assert typed("aZ9 é£") == ["a", "Z", "9", "space", "é", "pound_sign"]


def test_the_keys_the_screens_use_are_known() -> None:
    sent = "\t\r\x7f\x1b[A\x1b[B\x1b[C\x1b[D\x1b[Z\x1bOP\x1bOQ\x1b[24~\x1b[[A"

    assert typed(sent) == [
        *["tab", "enter", "backspace", "up", "down", "right", "left", "shift+tab"],
        *["f1", "f2", "f12", "f1"],
    ]


def test_a_sequence_split_over_two_reads_is_one_key() -> None:
    assert typed("\x1b", "[", "A") == ["up"]


def test_escape_alone_is_the_key_once_nothing_follows() -> None:
    reader = Reader(known_sequences())

    assert reader.feed("\x1b", 0.0) == []
    assert list(reader.tick(ESCAPE_SECONDS / 2)) == []
    assert list(reader.tick(ESCAPE_SECONDS * 1.1)) == [Pressed("\x1b")]
    assert list(reader.tick(9.0)) == []


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[1;3P",
        "\x1b[999;999;999z",
        "\x1bx",
        "\x1b[I",
        "\x1b[O",
        "\x1b[<0;10;10M",
        "\x1b[48;24;80;0;0t",
        "\x1b[48;9999999;9999999;1;1t",
        "\x1b[113;5u",
        "\x1b[1114112u",
        "\x1b[9999999999u",
        "\x1b[:u",
        "\x1b[97;;1114112u",
        "\x1b[97:65:98;5u",
        "\x1b[10;20R",
        "\x1b]52;c;ZXZpbA==\x07",
        "\x1b]0;title\x1b\\",
        "\x1bP+q544e\x1b\\",
        "\x1b_payload\x1b\\",
    ],
)
def test_a_sequence_that_is_no_key_types_nothing(sequence: str) -> None:
    """K15, K41, K63: its letters do not land in a field, and no size is believed."""
    assert read(sequence + "a") == [Pressed("a")]


def test_an_endless_sequence_types_nothing_and_does_not_grow() -> None:
    """K63: also when the parameters never end."""
    reader = Reader(known_sequences())

    for _ in range(1000):
        assert reader.feed("\x1b[" if not reader.waiting else "1234567890;", 0.0) == []

    assert reader.feed("zx", 0.0) == [Pressed("x")]


def test_a_string_without_end_is_given_up_after_a_moment() -> None:
    """K44: the keyboard is not dead because of one sequence."""
    reader = Reader(known_sequences())

    assert reader.feed("\x1b]52;c;", 0.0) == []
    assert list(reader.tick(1.0)) == []
    assert reader.feed("a", 2.0) == [Pressed("a")]


def test_a_report_of_whole_frames_is_understood() -> None:
    assert read("\x1b[?2026;2$y") == [FramesSupported()]
    assert read("\x1b[?2026;0$y") == []


def test_a_paste_is_one_event() -> None:
    """ACC-01: whatever way the markers are split."""
    whole = "\x1b[200~123 456\x1b[201~"

    for cut in range(1, len(whole)):
        assert read(whole[:cut], whole[cut:]) == [Pasted("123 456")]


def test_a_paste_keeps_its_first_line_with_its_spaces() -> None:
    """K44: a pasted line end never presses Enter."""
    assert read("\x1b[200~ a b \r\nsecond\x1b[201~") == [Pasted(" a b ")]


def test_control_characters_in_a_paste_are_dropped() -> None:
    """K25, K44: neither keys nor text."""
    assert read("\x1b[200~ab\x1b\x11\x9b\x0e\x00cd\x1b[201~x") == [Pasted("abcd"), Pressed("x")]


def test_an_empty_paste_is_nothing() -> None:
    assert read("\x1b[200~\r\n\x1b[201~") == []


def test_a_paste_at_the_limit_is_taken_and_one_above_is_dropped_whole() -> None:
    """K44: half a paste in a field would be worse than none."""
    assert read(f"\x1b[200~{'x' * LONGEST_PASTE}\x1b[201~") == [Pasted("x" * LONGEST_PASTE)]
    assert read(f"\x1b[200~{'x' * (LONGEST_PASTE + 1)}\x1b[201~") == [PasteDropped()]


def test_the_sentence_about_long_pastes_names_the_limit_that_holds() -> None:
    assert LONGEST_PASTE_IN_WORDS == LONGEST_PASTE


def test_a_paste_of_megabytes_is_dropped_without_being_kept() -> None:
    reader = Reader(known_sequences())
    reader.feed("\x1b[200~", 0.0)

    for second in range(100):
        assert reader.feed("y" * 65536, float(second)) == []
        assert list(reader.tick(second + 0.5)) == []

    assert reader.feed("\x1b[201~z", 100.0) == [PasteDropped(), Pressed("z")]


def test_a_paste_without_end_gives_the_keyboard_back() -> None:
    """K44: what is typed meanwhile is lost, what is typed afterwards is not."""
    reader = Reader(known_sequences())

    assert reader.feed("\x1b[200~abc", 0.0) == []
    assert reader.feed("typed", PASTE_SECONDS - 0.1) == []
    assert list(reader.tick(PASTE_SECONDS + 0.1)) == []
    assert reader.feed("ok", PASTE_SECONDS + 0.2) == [Pressed("o"), Pressed("k")]


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_are_read_without_an_error_and_nothing_but_keys_comes_out(
    pieces: list[bytes],
) -> None:
    """K14, K15: the reader is total."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    reader = Reader(known_sequences())
    found = [item for piece in pieces for item in reader.feed(decode(piece), 0.0)]
    found += reader.tick(60.0)

    for item in found:
        if isinstance(item, Pasted):
            assert len(item.text) <= LONGEST_PASTE
            assert all(char.isprintable() or ord(char) > 0x9F for char in item.text)
        elif isinstance(item, Pressed):
            for key in filter(key_allowed, keys_of(item.sequence)):
                assert key.key in KEYS or key.is_printable
    assert not reader.waiting


@given(st.text(alphabet="\x1b[]0123456789;~OP?<abu \x07\\", max_size=60), st.integers(0, 60))
def test_where_the_input_is_split_makes_no_difference(text: str, cut: int) -> None:
    assert read(text) == read(text[:cut], text[cut:])


FUNCTION_KEYS = {
    "xterm, tmux, screen": ["OP", "OQ", "OR", "OS", "[15~"],
    "Linux console": ["[[A", "[[B", "[[C", "[[D", "[[E"],
    "PuTTY, rxvt": ["[11~", "[12~", "[13~", "[14~", "[15~"],
}
LATER_KEYS = ["[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~"]


@pytest.mark.parametrize("terminal", FUNCTION_KEYS)
def test_function_keys_are_known_however_a_terminal_sends_them(terminal: str) -> None:
    """ACC-07, ACC-12: the same twelve keys, three dialects."""
    for number, sequence in enumerate([*FUNCTION_KEYS[terminal], *LATER_KEYS], 1):
        assert typed(f"\x1b{sequence}") == [f"f{number}"]


@pytest.mark.parametrize(
    ("key", "sequences"),
    [
        ("up", ["\x1b[A", "\x1bOA"]),
        ("down", ["\x1b[B", "\x1bOB"]),
        ("right", ["\x1b[C", "\x1bOC"]),
        ("left", ["\x1b[D", "\x1bOD"]),
        ("home", ["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"]),
        ("end", ["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"]),
        ("backspace", ["\x7f", "\x08"]),
        ("shift+tab", ["\x1b[Z", "\x1b\t"]),
        ("enter", ["\r", "\x1bOM"]),
    ],
)
def test_other_keys_are_known_in_their_dialects_too(key: str, sequences: list[str]) -> None:
    """ACC-07: application mode, vt220, rxvt, and a backspace that sends Ctrl+H."""
    assert [typed(sequence) for sequence in sequences] == [[key]] * len(sequences)
