"""Numbers of things read as one writes them."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import CodeUsed, SignInRefused


@pytest.mark.parametrize(("number", "text"), [(0, "0 codes"), (1, "1 code"), (12, "12 codes")])
def test_only_one_is_singular(number: int, text: str) -> None:
    assert counted(number, "code") == text


def test_a_word_of_its_own_is_used_for_several() -> None:
    assert (counted(1, "try", "tries"), counted(2, "try", "tries")) == ("1 try", "2 tries")


def test_a_wait_of_one_is_no_plural() -> None:
    """The last second before the next code, and the shortest wait that can be set."""
    assert "the next code, 1 second, and" in CodeUsed(1).message
    assert "wait 1 minute." in SignInRefused(10, 1).message
