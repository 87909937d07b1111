"""What reads a console aloud follows the terminal's cursor: it stands where the next key will work, though nobody sees it."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.counter import Counter


def read_aloud(counter: Counter) -> str:
    """Return what stands from the cursor on to the end of its line."""
    cursor = counter.settle(0.3).screen.cursor
    assert cursor.hidden
    return counter.screen_text.splitlines()[cursor.y][cursor.x :]


def line_read(counter: Counter) -> str:
    """Return the whole line of the cursor."""
    row = counter.settle(0.3).screen.cursor.y
    return counter.screen_text.splitlines()[row]


def test_the_cursor_goes_with_the_keyboard_through_a_form(tmp_path: Path) -> None:
    """ACC-07, ACC-08: from field to field in the order of reading, to the keys of the last line, and behind what is typed."""
    with Counter(tmp_path) as counter:
        counter.wait_for("Set up this terminal").settle(0.4)
        labels = ["Site code", "Site name", "Your name", "E-mail", "Password"]
        rows = []
        for label in labels:
            assert f"> {label}" in line_read(counter)
            rows.append(counter.screen.cursor.y)
            counter.press("tab")
        assert rows == sorted(rows)
        assert read_aloud(counter).startswith(">F3 Show")
        while "F1  Help" not in line_read(counter):
            counter.press("tab")
        counter.press("right")
        assert "F2  Contact us" in read_aloud(counter)


def test_the_cursor_goes_with_the_mark_through_a_list(tmp_path: Path) -> None:
    """ACC-07: the line that Enter would choose is the one that is read."""
    with Counter(tmp_path) as counter:
        counter.wait_for("Set up this terminal").settle(0.4)
        counter.press("f1").wait_for("For this step")
        first = read_aloud(counter)
        assert first.startswith("> ")
        counter.press("down")
        second = read_aloud(counter)
        assert second.startswith("> ")
        assert second != first
