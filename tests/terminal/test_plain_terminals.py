"""How the program looks where there is little to look with: no colours, no lines, no second page."""

from __future__ import annotations

import os

import pytest

from tests.terminal.pharmacy import Counter, Pharmacy


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "dumb"},
        {"TERM": "vt100"},
        {"TERM": "linux"},
        {"TERM": "xterm", "NO_COLOR": "1"},
        {"TERM": "tmux-256color", "COLORTERM": "truecolor"},
    ],
    ids=str,
)
def test_focus_shows_without_colour_on_any_terminal(
    pharmacy: Pharmacy, environment: dict[str, str]
) -> None:
    """ACC-06, ACC-07, ACC-12: by a sign and an edge."""
    with Counter(pharmacy, environment=environment) as counter:
        counter.ready()
        assert "╔═ > E-mail ═" in counter.screen_text
        counter.press("tab").wait_for("╔═ > Password ═")
        assert "> E-mail" not in counter.screen_text


def test_plain_characters_stand_in_where_the_locale_is_not_utf8(pharmacy: Pharmacy) -> None:
    """K57, ACC-12: the screen is ASCII throughout, and focus still shows."""
    with Counter(pharmacy, environment={"LANG": "C"}) as counter:
        counter.ready().press("tab").send("secret").wait_for("******").settle()

        assert counter.screen_text.isascii()
        assert "> Password =" in counter.screen_text
    assert os.fsdecode(bytes(counter.raw)).isascii()
