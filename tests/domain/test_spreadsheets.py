"""Tables for spreadsheets: text stays text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain import spreadsheets


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    """AUD-14, A43: a name such as =cmd() is a name."""
    assert spreadsheets.cell(text) == f"'{text}"


def test_null_bytes_and_nothing_leave_no_trace() -> None:
    """AUD-14: NUL hides what follows it."""
    assert spreadsheets.cell("\0=1") == "'=1"
    assert spreadsheets.cell(None) == ""
    assert spreadsheets.cell(12) == "12"


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), max_size=5))
def test_every_table_reads_back_as_it_was_apart_from_the_apostrophes(
    table: list[list[str]],
) -> None:
    """RFC 4180: quotes, commas and line ends inside a cell are kept."""
    text = spreadsheets.rows(table)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [[spreadsheets.cell(each) for each in line] for line in table]
