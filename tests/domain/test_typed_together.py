"""A password and a code that came in one piece are taken apart without a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.typed_together import password_and_code

ONE_LINE = st.text(st.characters(exclude_characters="\r\n"), min_size=1)
ARABIC_INDIC = "".join(chr(0x0660 + digit) for digit in range(6))


@pytest.mark.parametrize(
    ("typed", "password", "code"),
    [
        ("correct horse123456", "correct horse", "123456"),
        ("correct horse 123456", "correct horse ", "123456"),
        ("correct horse123456\n", "correct horse", "123456"),
        ("correct horse000000", "correct horse", "000000"),
        ("1234567890", "1234", "567890"),
        ("correct horse\n123456", "correct horse", "123456"),
        ("correct horse\r\n123 456\r\n", "correct horse", "123456"[:3] + " 456"),
        (" padded \n123456\n", " padded ", "123456"),
        ("ends in 654321\n123456", "ends in 654321", "123456"),
        ("correct horse", "correct horse", ""),
        ("123456", "123456", ""),
        ("correct horse12345", "correct horse12345", ""),
        ("correct horse-12345", "correct horse-12345", ""),
        (f"correct horse{ARABIC_INDIC}", f"correct horse{ARABIC_INDIC}", ""),
        ("", "", ""),
    ],
)
def test_what_was_typed_is_taken_apart(typed: str, password: str, code: str) -> None:
    """TOTP-09: six ASCII digits and nothing else are a code."""
    assert password_and_code(typed) == (password, code)


@given(ONE_LINE, st.integers(0, 999_999))
def test_any_password_comes_back_as_it_was(password: str, number: int) -> None:
    """PWD-04: nothing of a password is trimmed, whichever way it came."""
    code = f"{number:06d}"
    assert password_and_code(password + code) == (password, code)
    assert password_and_code(f"{password}\n{code}\n") == (password, code)
