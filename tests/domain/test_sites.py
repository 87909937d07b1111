"""A site code is that of a pharmacy's premises and of nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.sites import (
    SITE_NAME_LONGEST,
    Site,
    SiteState,
    parse_site_code,
    parse_site_name,
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("FZ101", "FZ101"),
        ("fz101", "FZ101"),
        ("  Fw844 \n", "FW844"),
        ("F1234", "F1234"),
        ("FABCD", "FABCD"),
    ],
)
def test_a_pharmacys_code_is_taken_in_upper_case(typed: str, code: str) -> None:
    """Rule 7."""
    assert parse_site_code(typed) == code


@pytest.mark.parametrize("typed", ["FFFFF", "fffff", " FfFfF "])
def test_the_national_locum_code_is_no_pharmacy(typed: str) -> None:
    """Rule 7: it matches the form and stands for no premises."""
    with pytest.raises(BadInput, match="FFFFF is the national locum code, not a pharmacy"):
        parse_site_code(typed)


@pytest.mark.parametrize("typed", ["P123", "PABC", "p1y2", "A1B2C", "z9y8x"])
def test_a_head_office_code_is_refused_with_the_reason(typed: str) -> None:
    """Rule 7: both its old and its new form."""
    with pytest.raises(BadInput, match="That is a head office code"):
        parse_site_code(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "F",
        "FZ10",
        "FZ1011",
        "GZ101",
        "FZ 101",
        "FZ-101",
        "FZ10!",
        "FZ1\n01",
        "FZ101\x00",
        "\uff26Z101",
        "FZ\uff11\uff10\uff11",
        "F\u0665\u0665\u0665\u0665",
        "fz1\u00df",
        "\ufb01123",
        "x" * 100_000,
    ],
)
def test_anything_else_is_refused_with_the_field(typed: str) -> None:
    """Rule 7, GEN-07: letters that only turn into a code in upper case included."""
    with pytest.raises(BadInput) as caught:
        parse_site_code(typed)
    assert caught.value.field == "site"


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_code_or_a_refusal(typed: str) -> None:
    """GEN-07."""
    try:
        code = parse_site_code(typed)
    except BadInput:
        return
    assert len(code) == 5
    assert code[0] == "F"
    assert code.isascii()
    assert code.isalnum()
    assert code == code.upper()
    assert parse_site_code(code) == code


def test_a_sites_name_is_one_printable_line() -> None:
    """GEN-05, GEN-07."""
    assert parse_site_name("  Smith's   Pharmacy, Shrewsbury ") == "Smith's Pharmacy, Shrewsbury"
    assert parse_site_name("x" * SITE_NAME_LONGEST) == "x" * 100
    for text in ("", " ", "x" * (SITE_NAME_LONGEST + 1), "Smith\x1b[2J", "Smith\u202e"):
        with pytest.raises(BadInput) as caught:
            parse_site_name(text)
        assert caught.value.field == "site_name"


def test_a_new_site_is_open_and_has_the_general_limit() -> None:
    site = Site(code="FZ101", name="Smith's", created_at=1)

    assert site.state is SiteState.OPEN
    assert site.nhsmail_limit is None
