"""Reference numbers that survive the telephone, and texts that hold no patient."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.requests import (
    FILINGS_KEPT,
    NOTE_LONGEST,
    Filing,
    Need,
    RequestOutcome,
    new_reference,
    parse_need,
    parse_note,
    parse_outcome,
    parse_phone,
    parse_reference,
    spoken,
    with_filing,
)

REFERENCES = st.integers(10_000_000, 99_999_999)


def checked(number: int) -> str:
    """Return the one reference number that begins with these eight digits."""
    (found,) = [f"{number}{digit}" for digit in range(10) if is_one(f"{number}{digit}")]
    return found


def is_one(text: str) -> bool:
    """Tell whether a text is a reference number."""
    try:
        parse_reference(text)
    except BadInput:
        return False
    return True


def test_new_numbers_are_numbers_and_differ() -> None:
    """ENU-05: random, so that nobody counts requests by them."""
    drawn = {new_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert all(is_one(each) and each[0] != "0" for each in drawn)


@pytest.mark.parametrize(
    "text", ["482771938", "482-771-938", " 482 771 938 ", "4.8.2.7.7.1.9.3.8", "482-771 938"]
)
def test_a_number_is_read_however_it_is_written_down(text: str) -> None:
    assert parse_reference(text) == "482771938"
    assert spoken(parse_reference(text)) == "482-771-938"


@given(REFERENCES, st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(number: int, place: int, off: int) -> None:
    """ISO/IEC 7064 MOD 11,10."""
    right = checked(number)
    wrong = str((int(right[place]) + off) % 10)
    assert not is_one(right[:place] + wrong + right[place + 1 :])


@given(REFERENCES)
def test_there_is_one_check_digit_for_every_number(number: int) -> None:
    assert is_one(checked(number))


@given(st.text())
def test_no_text_is_more_than_refused(text: str) -> None:
    """GEN-07: whatever is typed, one sentence."""
    if not is_one(text):
        with pytest.raises(BadInput) as refused:
            parse_reference(text)
        assert refused.value.field == "reference"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\N{FULLWIDTH DIGIT FOUR}82771938",
        "48277193x",
        "482\n771",
        pytest.param("4" * 1_000_000, id="huge"),
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert not is_one(text)


def test_needs_and_outcomes_are_read_by_their_words() -> None:
    """The words are used by scripts."""
    assert [need.value for need in Need] == ["locum", "link", "reset", "other"]
    assert [each.value for each in RequestOutcome] == [
        "done",
        "not-verified",
        "declined",
        "not-needed",
    ]
    assert (parse_need(" LINK "), parse_outcome("Done")) == (Need.LINK, RequestOutcome.DONE)
    for read in (parse_need, parse_outcome):
        with pytest.raises(BadInput, match="Use one of"):
            read("money")


@pytest.mark.parametrize("text", ["01632 960123", "+44 (0)1632 960-123", "960123 ext 4"])
def test_telephone_numbers_are_kept_as_written(text: str) -> None:
    assert parse_phone(f" {text} ") == text


@pytest.mark.parametrize("text", ["943 476 5919", "9434765919", "943-476-5919", "(943 476 5919)"])
def test_an_nhs_number_is_noticed(text: str) -> None:
    """PRI-06: nothing about patients."""
    with pytest.raises(BadInput, match="NHS number"):
        parse_note(f"for patient {text} please", required=False)


@pytest.mark.parametrize(
    "text", ["ring 0345 450 6279", "GPhC 2071234", "9434765918", "482-771-938", "19434765919"]
)
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert parse_note(text, required=True) == text


def test_a_note_has_its_bounds() -> None:
    assert parse_note("x" * NOTE_LONGEST, required=True)
    assert parse_note("  ", required=False) == ""
    for text, required in (("x" * (NOTE_LONGEST + 1), False), ("", True)):
        with pytest.raises(BadInput):
            parse_note(text, required=required)


def filing(number: int) -> Filing:
    """Return one of many filings."""
    return Filing(reference=str(number), at=number, terminal="tty1", name="Jo", phone="0163296")


def test_the_first_filing_stays_and_the_newest_follow() -> None:
    """Nobody pushes out what was said first."""
    filings: tuple[Filing, ...] = ()
    for number in range(20):
        filings = with_filing(filings, filing(number))
        assert len(filings) == min(number + 1, FILINGS_KEPT)
        assert (filings[0], filings[-1]) == (filing(0), filing(number))
    assert [each.at for each in filings] == [0, 16, 17, 18, 19]
