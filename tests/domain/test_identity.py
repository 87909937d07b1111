"""Nobody is reset, linked or unlocked without saying how and why."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import (
    LABELS,
    REASON_LONGEST,
    TICKET_LONGEST,
    IdentityCheck,
    Justification,
    parse_reason,
    parse_ticket,
)

CODE = "7G0K-MN1P-XYZ2-ABCD"


def test_the_ways_of_checking_are_those_of_the_rule_each_with_its_words() -> None:
    """Rule 21, ENR-11: and none of them is a word or a part of a password (PWD-11)."""
    assert [check.value for check in IdentityCheck] == [
        "in-person",
        "known",
        "called-back",
        "vouched",
        "recovery-code",
    ]
    assert list(LABELS) == list(IdentityCheck)


@pytest.mark.parametrize(
    "text", [None, "", "  ", "x" * (REASON_LONGEST + 1), "lost\nphone", "lost\x1b[2J"]
)
def test_a_reason_is_never_left_out_and_is_one_line(text: str | None) -> None:
    """ENR-11, PRI-06, AUD-05: at most 200 characters."""
    with pytest.raises(BadInput) as caught:
        parse_reason(text)
    assert caught.value.field == "reason"
    assert parse_reason(" lost  phone ") == "lost phone"
    assert parse_reason("x" * REASON_LONGEST) == "x" * 200


@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_only_support_must_name_a_ticket(nothing: str | None) -> None:
    """Rule 21, ROL-06."""
    assert parse_ticket(nothing, required=False) is None
    with pytest.raises(BadInput, match="ticket number is missing") as caught:
        parse_ticket(nothing, required=True)
    assert caught.value.field == "ticket"


@pytest.mark.parametrize("required", [True, False])
def test_a_ticket_number_is_one_short_line(required: bool) -> None:
    """GEN-07."""
    assert parse_ticket(" HD-1234 ", required=required) == "HD-1234"
    assert parse_ticket("x" * TICKET_LONGEST, required=required) == "x" * 40
    for text in ("x" * (TICKET_LONGEST + 1), "HD\n1"):
        with pytest.raises(BadInput) as caught:
            parse_ticket(text, required=required)
        assert caught.value.field == "ticket"


def test_the_log_keeps_how_and_why_and_never_the_code_that_was_read_out() -> None:
    """ENR-11, AUD-04: nor does the representation."""
    why = Justification(
        identity=IdentityCheck.RECOVERY_CODE, reason="lost phone", ticket="HD-1", recovery_code=CODE
    )

    assert why.detail() == {"identity": "recovery-code", "why": "lost phone", "ticket": "HD-1"}
    assert CODE not in repr(why)
    assert "ticket" not in Justification(IdentityCheck.KNOWN, "lost phone").detail()
