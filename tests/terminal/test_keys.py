"""Keys and actions that are not known do nothing."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Select

from pomfa_tui.app import PomfaApp
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.terminal.keys import action_allowed, key_allowed
from pomfa_tui.terminal.textual_private import keys_of, known_sequences
from pomfa_tui.widgets.push_button import PushButton


@pytest.mark.parametrize("key", ["a", "Z", "9", "space", "é", "pound_sign", "backslash"])
def test_printable_characters_reach_the_screen(key: str) -> None:
    character = {"space": " ", "pound_sign": "£", "backslash": "\\"}.get(key, key)

    assert key_allowed(Key(key, character))


@pytest.mark.parametrize("key", ["enter", "tab", "shift+tab", "escape", "up", "f1", "f12", "home"])
def test_keys_of_the_program_reach_the_screen(key: str) -> None:
    assert key_allowed(Key(key, None))


@pytest.mark.parametrize(
    "key",
    [
        *["ctrl+q", "ctrl+c", "ctrl+p", "ctrl+z", "ctrl+backslash", "ctrl+v", "ctrl+x"],
        *["ctrl+right_square_bracket", "ctrl+s", "ctrl+shift+a", "shift+left", "super+c"],
        *["f13", "insert", "ctrl+at", "shift+escape", "ctrl+d"],
    ],
)
def test_other_named_keys_do_not(key: str) -> None:
    """K01, K02, K22, K63: neither the ways out of Textual nor what barcode scanners send."""
    assert not key_allowed(Key(key, None))


@pytest.mark.parametrize("modifier", ["alt", "ctrl", "super", "hyper", "meta"])
def test_a_letter_with_a_modifier_is_not_typed(modifier: str) -> None:
    """K63: alt with a letter types the letter in Textual."""
    assert not key_allowed(Key(f"{modifier}+b", "b"))


def test_no_control_character_is_let_through_as_text() -> None:
    named = {"\t", "\r", "\x1b", "\x08", "\x7f"}
    for number in [*range(32), 0x7F, *range(0x80, 0xA0)]:
        for key in keys_of(chr(number)):
            if key_allowed(key):
                assert chr(number) in named or key.key in {
                    "ctrl+a",
                    "ctrl+e",
                    "ctrl+k",
                    "ctrl+u",
                    "ctrl+w",
                }


def test_every_known_sequence_is_a_key_or_nothing() -> None:
    for sequence in known_sequences():
        for key in keys_of(sequence):
            assert key.key


FORBIDDEN_ON_APP = [
    *["quit", "suspend_process", "screenshot", "command_palette", "push_screen", "pop_screen"],
    *["switch_screen", "switch_mode", "simulate_key", "change_theme", "toggle_dark", "back"],
    *["add_class", "remove_class", "toggle_class", "focus", "bell", "notify", "help_quit"],
    *["show_help_panel", "hide_help_panel"],
]


@pytest.mark.parametrize("name", FORBIDDEN_ON_APP)
def test_actions_of_textual_do_not_run(name: str) -> None:
    """K01, K07, K22, K24: quitting, screenshots, suspending, screens by name."""
    assert hasattr(App, f"action_{name}"), "Textual has no such action any more; drop it here"
    assert not action_allowed(object.__new__(PomfaApp), name)


def test_actions_of_textual_on_screens_and_widgets_do_not_run() -> None:
    refused: list[tuple[type[DOMNode], str]] = [
        (DeskScreen, "copy_text"),
        (DeskScreen, "dismiss"),
        (DeskScreen, "maximize"),
        (Screen, "dismiss"),
        (Input, "copy"),
        (Input, "cut"),
        (Input, "paste"),
        (Input, "select_all"),
        (Widget, "toggle"),
    ]
    for target, name in refused:
        assert hasattr(target, f"action_{name}")
        assert not action_allowed(object.__new__(target), name)


def test_actions_of_the_program_run() -> None:
    screen = object.__new__(DeskScreen)

    assert all(action_allowed(screen, name) for name in ["help", "contact", "sign_out", "back"])


def test_moving_editing_and_choosing_works() -> None:
    assert action_allowed(object.__new__(PomfaApp), "focus_next")
    assert action_allowed(object.__new__(Input), "delete_left")
    assert action_allowed(object.__new__(PushButton), "press")
    assert action_allowed(object.__new__(Select), "show_overlay")


def test_an_action_that_does_not_exist_does_not_run() -> None:
    assert not action_allowed(object.__new__(DeskScreen), "no_such_thing")
