"""What the other end of a line can send: bytes, sequences, pastes, floods and sizes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.terminal.pharmacy import Counter, Pharmacy

MOST = 64 * 1024
"""KiB that the program may hold, whatever it is sent."""

FEW = 6 * 1024
"""KiB that it may hold more after a flood; as messages the keys would take twice as much."""


@pytest.fixture
def counter(pharmacy: Pharmacy) -> Iterator[Counter]:
    with Counter(pharmacy) as program:
        yield program.ready()


def test_bytes_that_are_no_utf8_do_not_end_it(counter: Counter) -> None:
    """K14: the pound sign of a Latin-1 terminal is enough for Textual."""
    for data in (b"\xa3", b"\xff", b"\x80", b"\xe2\x82a", b"\xed\xa0\x80", bytes(range(128, 256))):
        counter.send(data).answers()


SEQUENCES = [
    b"\x1b[1114112u",
    b"\x1b[97:65:98;5u",
    b"\x1b[:u",
    b"\x1b[48;24;80;0;0t\x1b[<0;1;1M",
    b"\x1b[48;9999999;9999999;1;1t",
    b"\x1b[48;2;2;2;2t",
    b"\x1b[113;5u",
    b"\x1b[200~\x1b[48;9999999;9999999;1;1t\x1b[201~",
]


def test_sequences_that_break_parsers_do_nothing(counter: Counter) -> None:
    """K15, K41: no crash, no size from the line, no gigabytes."""
    for data in SEQUENCES:
        counter.send(data).answers()
    counter.settle()

    assert counter.resident_kib() < MOST
    assert counter.line(-1).startswith("  F1")


def test_noise_on_the_line_does_not_end_it(pharmacy: Pharmacy) -> None:
    """K14, K15: bytes of every kind, but for those that press a button; a kiosk, as two of them close any other."""
    noise = random.Random(7)  # noqa: S311 - the same noise each time
    harmless = [value for value in range(256) if value not in b" \r"]
    parts = [b"\x1b", b"\x1b[", b"\x1b[200~", b"\x1b[201~", b"\x1bO", b"\x1b]", b"\xc3", b";", b"u"]
    with Counter(pharmacy, "--kiosk") as counter:
        drawing = counter.ready().screens
        for _ in range(150):
            burst = [noise.choice(parts) for _ in range(3)]
            burst += [bytes(noise.choices(harmless, k=12))]
            noise.shuffle(burst)
            counter.send(b"".join(burst))
        counter.send(b"\x1b[201~").settle(2.2)
        while counter.line(0) != " Sign in":
            counter.press("escape").settle(0.3)

        counter.answers()
        assert counter.screens == drawing
        assert counter.resident_kib(drawing) < MOST


def test_a_paste_of_a_megabyte_is_refused_in_words(counter: Counter) -> None:
    """K44: dropped whole, and the keyboard works."""
    counter.send(b"\x1b[200~" + b"x" * 1_000_000 + b"\x1b[201~")
    counter.wait_for("longer than 1024 characters").answers()

    assert "xxx" not in counter.screen_text
    assert counter.resident_kib() < MOST


def test_a_paste_never_presses_a_key(counter: Counter) -> None:
    """K44: an escape inside a paste makes Textual take the rest for keys."""
    counter.paste("ab\x1b\x11cd\r\n\x1b[24~second").wait_for("abcd").settle()

    assert counter.running
    assert "second" not in counter.screen_text
    assert "> E-mail" in counter.screen_text


def test_a_paste_without_end_leaves_the_keyboard_alive(counter: Counter) -> None:
    """K44."""
    counter.send(b"\x1b[200~abc").settle(2.3)
    counter.send("typed").wait_for("typed")


def test_a_flood_of_keys_costs_no_memory(counter: Counter) -> None:
    """K43: it waits in the kernel, not in the program."""
    counter.answers()
    before = counter.resident_kib()
    counter.send(b"a" * 4000).answers()

    assert counter.resident_kib() - before < FEW


def test_any_size_is_survived_and_what_was_typed_stays(counter: Counter) -> None:
    """K42, K58, ACC-12: the other end of the line may claim anything."""
    for number, size in enumerate([(1, 1), (80, 1), (1000, 1000), (65535, 65535), (0, 0)], start=1):
        counter.resize(*size, draw=False).settle(0.1)
        counter.resize(80, 24).settle(0.1)
        counter.send("z").wait_for("z" * number)

    assert counter.resident_kib() < MOST + MOST // 2


def test_a_window_that_is_too_small_says_what_is_needed(counter: Counter) -> None:
    """ACC-12: and takes no keys, since nobody would see them land."""
    counter.send("anna").wait_for("anna")
    counter.resize(79, 24).wait_for("Make it at least 80 by 24")
    counter.send("unseen").settle(0.3)
    counter.resize(80, 24).wait_for("anna").settle()

    assert "unseen" not in counter.screen_text
    assert "at least 80" not in counter.screen_text
