"""A fault is told by a number and a place, never by a value."""

from __future__ import annotations

import re

import pytest

from pomfa_tui.terminal.faults import new_incident, place_of, stopped, went_wrong


def fail(secret: str) -> None:
    local = secret
    raise ValueError(f"no word of {local}")


def test_the_place_names_the_type_and_the_lines_and_no_value() -> None:
    """K20, STO-12, GEN-01."""
    with pytest.raises(ValueError, match="no word") as caught:
        fail("Hunter2-pw")
    place = place_of(caught.value)

    assert re.fullmatch(r"ValueError at test_faults\.py:\d+ < test_faults\.py:\d+", place)


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(RuntimeError("secret")) == "RuntimeError at"


def test_incident_numbers_are_short_and_differ() -> None:
    numbers = {new_incident() for _ in range(200)}

    assert len(numbers) == 200
    assert all(
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", each) for each in numbers
    )


def test_both_sentences_say_what_to_do_and_quote_the_number() -> None:
    for sentence in (stopped("7K3Q-M0ZD"), went_wrong("7K3Q-M0ZD")):
        assert "7K3Q-M0ZD" in sentence
        assert "tell the helpdesk" in sentence
