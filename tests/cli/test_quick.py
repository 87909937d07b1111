"""The quick way into the interface understands the plain forms, and leaves everything else to the command line."""

from __future__ import annotations

import pytest

from pomfa_tui.__main__ import opens_interface
from pomfa_tui.cli.quick import Wish, open_quickly, wish_of

PLAIN = [
    ("", Wish()),
    ("run", Wish()),
    ("run --kiosk", Wish(kiosk=True)),
    ("run --kiosk --site FZ101", Wish(kiosk=True, site="FZ101")),
    ("run --site FZ101 --kiosk", Wish(kiosk=True, site="FZ101")),
    ("--data /srv/data", Wish(data="/srv/data")),
    (
        "--data /srv/data --key-file k --config c run --kiosk",
        Wish(data="/srv/data", key_file="k", config="c", kiosk=True),
    ),
]

FOR_THE_COMMAND_LINE = [
    *["--help", "--version", "-c id", "run --help", "run run", "run --bogus", "run extra"],
    *["--kiosk", "--site FZ101", "person list", "init", "doctor", "demo", "--json", "run --json"],
    *["--data", "--data --config", "--data a --data b", "run --kiosk --kiosk", "run --site"],
    *["run --data /srv", "--data=/srv run", "run --site=FZ101", "--", "run --", "--d /srv"],
]


@pytest.mark.parametrize(("line", "wish"), PLAIN, ids=[line for line, _ in PLAIN])
def test_the_plain_forms_are_understood(line: str, wish: Wish) -> None:
    assert wish_of(line.split()) == wish
    assert opens_interface(line.split())


@pytest.mark.parametrize("line", FOR_THE_COMMAND_LINE)
def test_everything_else_is_left_to_the_command_line(line: str) -> None:
    """K13: what sshd asks of a login shell among it."""
    assert wish_of(line.split()) is None


@pytest.mark.parametrize("value", ["", "a\0b", "a\nb", "\x1b[2J", "x" * 256, "-x"])
def test_a_strange_value_is_left_to_the_command_line(value: str) -> None:
    assert wish_of(["--data", value]) is None


def test_what_is_wrong_is_left_to_the_command_line_and_its_words() -> None:
    assert open_quickly(["--config", "/nonexistent/config.toml", "run"], {}) is None
    assert open_quickly(["person", "list"], {}) is None


@pytest.mark.parametrize(
    "line", ["--help", "--version", "person list", "demo", "--data run doctor"]
)
def test_a_command_is_not_taken_for_the_interface(line: str) -> None:
    """A command keeps Ctrl+C; only the interface ignores it from the start."""
    assert not opens_interface(line.split())
