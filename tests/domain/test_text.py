"""Text from outside is cleaned at the door and harmless wherever it is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.text import REPLACEMENT, clean_line, printable

anything = st.text(max_size=200)


def clean(text: str, longest: int = 50) -> str:
    """Clean a line of at most `longest` characters."""
    return clean_line("field", text, longest=longest, label="The field")


# -- What is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jo Smith", "Jo Smith"),
        ("Zöe Müller-Łuk", "Zöe Müller-Łuk"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("bob[/x]", "bob[/x]"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x1b]52;c;ZXZpbA==\x07", "\ufffd]52;c;ZXZpbA==\ufffd"),
        ("\x9b31m", "\ufffd31m"),
        ("a\nb\tc\rd\x00", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("\u202egnp.exe\u202c", "\ufffdgnp.exe\ufffd"),
        ("\u2066x\u2069\u200e\u200f\u061c", "\ufffdx\ufffd\ufffd\ufffd\ufffd"),
        ("a\u200bb\u200d\u2060\ufeff", "a\ufffdb\ufffd\ufffd\ufffd"),
        ("\u2028\u2029\x85", "\ufffd\ufffd\ufffd"),
        ("\ud800\udfff", "\ufffd\ufffd"),
        ("\ue000\U000f0000\uffff", "\ufffd\ufffd\ufffd"),
        ("\u00a0\u3000", "\ufffd\ufffd"),
        ("\x7f", "\ufffd"),
        ("", ""),
    ],
)
def test_nothing_that_a_terminal_could_obey_is_shown(text: str, shown: str) -> None:
    """GEN-05, AUD-05: controls, bidirectional marks, zero-width and unassigned characters."""
    assert printable(text) == shown


@given(anything)
def test_what_is_shown_is_printable_and_as_long_as_before(text: str) -> None:
    """GEN-05: columns stay where they are, and showing twice changes nothing."""
    shown = printable(text)

    assert shown.isprintable()
    assert len(shown) == len(text)
    assert printable(shown) == shown
    assert all(after in (before, REPLACEMENT) for before, after in zip(text, shown, strict=True))


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"]), min_size=1))
def test_no_control_and_no_format_character_survives(text: str) -> None:
    """GEN-05: every single one of the dangerous categories."""
    assert set(printable(text)) == {REPLACEMENT}


# -- What is stored -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("x", "x"),
        ("  a   b  ", "a b"),
        ("\ta b\r\n", "a b"),
        ("e\u0301", "\u00e9"),
        ("\u1e9b\u0323", "\u1e9b\u0323"),
        ("\U0001f489 vaccines", "\U0001f489 vaccines"),
        ("e\u0301" * 50, "\u00e9" * 50),
        (" " * 300 + "x", "x"),
    ],
)
def test_a_line_is_stored_composed_trimmed_and_single_spaced(typed: str, line: str) -> None:
    """GEN-07: counted after NFC."""
    assert clean(typed) == line


@pytest.mark.parametrize(
    "typed",
    [
        "a\nb",
        "a\rb",
        "a\tb",
        "a\x1b[0m",
        "a\x9b",
        "a\x7f",
        "a\u202e",
        "a\u200b",
        "a\u00a0b",
        "a\u2028b",
        "a\ud800",
        "a\ue000",
        'a\n{"event":"authn_login_success"}',
    ],
)
def test_a_line_with_a_character_that_cannot_be_shown_is_refused(typed: str) -> None:
    """GEN-05, AUD-05: at the door, so that no list and no log has to cope with it."""
    with pytest.raises(
        BadInput, match="The field holds a character that cannot be shown"
    ) as caught:
        clean(typed)
    assert caught.value.field == "field"


@pytest.mark.parametrize("typed", ["", " ", "      "])
def test_an_empty_line_is_missing(typed: str) -> None:
    with pytest.raises(BadInput, match="The field is missing"):
        clean(typed)


def test_a_line_may_be_optional() -> None:
    assert clean_line("field", "  ", longest=5, label="The field", shortest=0) == ""


@pytest.mark.parametrize("count", [51, 400, 401, 10_000_000])
def test_a_line_that_is_too_long_is_refused_and_never_cut(count: int) -> None:
    """GEN-07, PWD-18: the huge one before any work is done on it."""
    with pytest.raises(BadInput, match=r"The field is too long\. Use at most 50 characters"):
        clean("x" * count)
    assert clean("x" * 50) == "x" * 50


@given(anything)
def test_a_line_is_clean_or_refused(typed: str) -> None:
    """GEN-07: cleaning twice changes nothing, and what is clean is shown as it is."""
    try:
        line = clean(typed)
    except BadInput:
        return
    assert clean(line) == line
    assert printable(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line == line.strip()
    assert "  " not in line
    assert 1 <= len(line) <= 50


@given(anything, st.integers(min_value=1, max_value=60))
def test_no_line_is_longer_than_allowed(typed: str, longest: int) -> None:
    """GEN-07."""
    try:
        line = clean(typed, longest)
    except BadInput:
        return
    assert len(line) <= longest
