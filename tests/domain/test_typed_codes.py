"""Codes on paper are hard to guess and easy to type."""

from __future__ import annotations

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.typed_codes import (
    ALPHABET,
    LENGTH,
    grouped,
    new_typed_code,
    read_numbered_code,
    read_typed_code,
)

CODE = "7G0K-MN1P-XYZ2-ABCD"
BARE = CODE.replace("-", "")

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH).map(grouped)


def test_a_code_has_80_bits_in_four_groups() -> None:
    """REC-01, ENR-07: Crockford's base 32 has no I, L, O and U."""
    assert LENGTH * math.log2(len(ALPHABET)) == 80
    assert sorted(set(ALPHABET)) == sorted(ALPHABET)
    assert set("ILOU").isdisjoint(ALPHABET)
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", new_typed_code())


def test_ten_thousand_codes_are_ten_thousand_and_use_every_character() -> None:
    """REC-01: also when somebody seeds Python's guessable generator."""
    found = set()
    for _ in range(10_000):
        random.seed(0)
        found.add(new_typed_code())

    assert len(found) == 10_000
    for place in (0, 8, 18):
        assert {code[place] for code in found} == set(ALPHABET)


def test_codes_come_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """REC-01, STO-08: every character by `secrets`."""
    drawn: list[str] = []

    def first(characters: str) -> str:
        drawn.append(characters)
        return characters[0]

    monkeypatch.setattr("secrets.choice", first)

    assert new_typed_code() == "0000-0000-0000-0000"
    assert drawn == [ALPHABET] * LENGTH


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        BARE,
        BARE.lower(),
        CODE.replace("-", " "),
        f"  {CODE}\n",
        "7G0KMN1P XYZ2ABCD",
        "7-G-0-K-M-N-1-P-X-Y-Z-2-A-B-C-D",
        "7GOK-MNIP-XYZ2-ABCD",
        "7gok-mnlp-xyz2-abcd",
        "7gOk-mNiP-xyz2-abcd",
        "\t7G0K-MN1P\r\nXYZ2-ABCD",
    ],
)
def test_case_hyphens_spaces_and_lookalikes_do_not_matter(typed: str) -> None:
    """REC-10: O reads as 0, I and L as 1."""
    assert read_typed_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "7G0K-MN1P-XYZ2-ABC",
        "7G0K-MN1P-XYZ2-ABCDE",
        "7G0K-MN1P-XYZ2-ABCU",
        "7G0K_MN1P_XYZ2_ABCD",
        "7G0K-MN1P-XYZ2-ABC\u212a",
        "7G0K-MN1P-XYZ2-ABC\uff24",
        "\uff17G0K-MN1P-XYZ2-ABCD",
        "7G0K\u2011MN1P\u2011XYZ2\u2011ABCD",
        "7G0K-MN1P-XYZ2-ABC\x00",
        "123456",
        "correct horse battery staple",
        CODE + " " * 60,
        CODE * 1000,
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    """REC-10, PWD-18: refused before anything is hashed."""
    assert read_typed_code(typed) is None


@given(codes, st.randoms(use_true_random=False))
def test_a_code_is_read_however_it_is_copied(code: str, chance: random.Random) -> None:
    """REC-10: any case, any lookalike, spaces and hyphens anywhere."""
    likes = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        chance.choice(likes.get(char, char + char.lower())) + chance.choice(["", " ", "-", "  "])
        for char in code.replace("-", "")
    )

    assert len(typed) > 64 or read_typed_code(typed) == code


@given(st.text(max_size=70))
def test_whatever_is_typed_is_a_code_in_its_one_form_or_none(typed: str) -> None:
    """REC-10: what is read reads as itself."""
    code = read_typed_code(typed)

    assert code is None or (read_typed_code(code) == code and len(code) == 19)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (f"4 {CODE}", 4),
        (f"4. {CODE}", 4),
        (f"4) {CODE}", 4),
        (f"4: {CODE.lower()}", 4),
        (f"  10  {BARE}", 10),
        (f"04 {CODE}", 4),
        (CODE, None),
        (BARE.lower(), None),
        (f" {CODE} ", None),
    ],
)
def test_a_recovery_code_is_typed_with_its_number_or_without(
    typed: str, number: int | None
) -> None:
    """REC-09: with the number only that one hash is computed."""
    assert read_numbered_code(typed) == (number, CODE)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", (None, None)),
        ("4", (None, None)),
        ("4 ", (None, None)),
        ("4 123456", (4, None)),
        (f"four {CODE}", (None, None)),
        (f"-4 {CODE}", (None, None)),
        (f"100 {CODE}", (None, None)),
        (f"\u0664 {CODE}", (None, None)),
        (f"4 {CODE} {CODE}", (4, None)),
        (f"4 {CODE}" + " " * 60, (None, None)),
        ("4 " * 10_000, (None, None)),
    ],
)
def test_what_is_no_recovery_code_is_none(
    typed: str, expected: tuple[int | None, str | None]
) -> None:
    """REC-09: without an exception."""
    assert read_numbered_code(typed) == expected


@given(st.integers(0, 99), codes, st.sampled_from([" ", ". ", ") ", ": ", "  "]))
def test_every_number_is_told_from_its_code(number: int, code: str, between: str) -> None:
    """REC-09: also where the code begins with digits."""
    assert read_numbered_code(f"{number}{between}{code}") == (number, code)
