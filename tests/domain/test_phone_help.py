"""A challenge carries what the helpdesk has to know; a response fits nothing but what it was given for."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.domain.phone_help import (
    ACT_BITS,
    CHALLENGES,
    LIFETIME,
    NONCE_BITS,
    RESPONSE,
    TRIES,
    Matter,
    PhoneAct,
    PhoneChallenge,
    PhoneHelp,
    read_challenge,
    read_response,
)
from pomfa_tui.domain.spoken_codes import Form

KEY = bytes(range(32))
MATTER = Matter(PhoneAct.MFA_RESET, "FZ1O1", 123_456_789, "jo@abbey.example")

matters = st.builds(
    Matter,
    st.sampled_from(PhoneAct),
    st.from_regex(r"F[A-Z0-9]{4}", fullmatch=True).filter(lambda code: code != "FFFFF"),
    st.integers(0, (1 << NONCE_BITS) - 1),
    st.emails(),
)


@given(matters)
def test_the_helpdesk_reads_site_act_and_nonce_out_of_a_challenge(matter: Matter) -> None:
    """Every site code goes in, also one with the letters that the groups do without."""
    spoken = matter.challenge(KEY)

    assert read_challenge(spoken.text) == spoken
    assert (spoken.act, spoken.site, spoken.nonce) == (matter.act, matter.site, matter.nonce)
    assert spoken.matter(matter.email_key).response(KEY) == matter.response(KEY)
    assert len(spoken.text) == 24
    assert len(matter.response(KEY)) == 14


def test_a_response_is_hmac_sha_256_cut_to_45_bits() -> None:
    """RFC 2104, computed by other means, and the same in every version, or terminal and helpdesk would not agree."""
    parts = [
        b"pomfa-tui help by telephone, version 1",
        b"response",
        b"mfa-reset",
        b"FZ1O1",
        (123_456_789).to_bytes(8, "big"),
        b"jo@abbey.example",
    ]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    digest = hmac.new(KEY, message, hashlib.sha256).digest()
    first = int.from_bytes(digest[:6], "big") >> 3

    assert RESPONSE.read(MATTER.response(KEY)) == first
    assert (RESPONSE.bits, phone_help.CHALLENGE.bits) == (45, 75)


@pytest.mark.parametrize(
    "other",
    [
        Matter(PhoneAct.UNLOCK, "FZ1O1", 123_456_789, "jo@abbey.example"),
        Matter(PhoneAct.NEW_LOCUM, "FZ1O1", 123_456_789, "jo@abbey.example"),
        Matter(PhoneAct.MFA_RESET, "FZ1O2", 123_456_789, "jo@abbey.example"),
        Matter(PhoneAct.MFA_RESET, "FZ1O1", 123_456_788, "jo@abbey.example"),
        Matter(PhoneAct.MFA_RESET, "FZ1O1", 123_456_789, "jo@abbey.exampl"),
    ],
    ids=["act", "new act", "site", "nonce", "person"],
)
def test_another_act_site_nonce_or_person_has_another_response_and_another_tag(
    other: Matter,
) -> None:
    """A23, A24."""
    assert other.response(KEY) != MATTER.response(KEY)
    assert other.challenge(KEY).tag != MATTER.challenge(KEY).tag


def test_another_key_has_another_response_and_another_tag() -> None:
    other = bytes(32)
    assert MATTER.response(other) != MATTER.response(KEY)
    assert MATTER.challenge(other).tag != MATTER.challenge(KEY).tag


def test_guessing_for_a_year_is_hopeless() -> None:
    """A44: every try that one account has in a year, against the bits of a response."""
    tries = TRIES * CHALLENGES * 365
    assert tries / 2**RESPONSE.bits < 1e-8


def test_guessing_at_every_request_there_can_be_is_hopeless_too() -> None:
    """A44: as many e-mails as may wait, each with every challenge and try of every day of a year."""
    waiting = LIMITS["requests_open"].high
    tries = TRIES * CHALLENGES * 365 * waiting
    assert tries / 2**RESPONSE.bits < 1e-5


def test_a_wrong_group_is_named_with_what_was_typed() -> None:
    text = MATTER.challenge(KEY).text
    wrong = text[:5] + ("Z" if text[5] != "Z" else "Y") + text[6:]

    with pytest.raises(
        BadInput, match=rf"^Group 2 \({wrong[5:9]}\) cannot be right\. Ask"
    ) as caught:
        read_challenge(wrong)
    assert caught.value.field == "challenge"


def test_a_response_of_another_length_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="3 groups of four") as caught:
        read_response("7KQ2")
    assert caught.value.field == "response"


def test_a_response_is_compared_in_one_form_however_it_is_typed() -> None:
    text = MATTER.response(KEY)
    assert read_response(text.lower().replace("-", "")) == text


@pytest.mark.parametrize("number", [1_679_616, (1 << 21) - 1])
def test_a_challenge_that_names_no_pharmacy_is_refused(number: int) -> None:
    """A number beyond the last code there can be."""
    value = number << 52
    text = Form(groups=5, mark=1).write(value)

    with pytest.raises(BadInput, match="no pharmacy"):
        read_challenge(text)


def test_an_act_that_this_version_does_not_know_is_refused() -> None:
    """Two bits have room for four acts; there are three."""
    assert len(PhoneAct) < 1 << ACT_BITS
    value = len(PhoneAct) << 73
    with pytest.raises(BadInput, match="nothing known"):
        read_challenge(phone_help.CHALLENGE.write(value))


def test_the_national_locum_code_is_no_pharmacy() -> None:
    """Rule 7."""
    value = int("FFFF", 36) << 52
    with pytest.raises(BadInput, match="no pharmacy"):
        read_challenge(phone_help.CHALLENGE.write(value))


def test_a_challenge_stands_ten_minutes_and_while_the_credentials_are_the_same() -> None:
    challenge = PhoneChallenge(
        act=PhoneAct.UNLOCK, site="FZ101", nonce=1, epoch=3, expires_at=1000 + LIFETIME
    )
    kept = PhoneHelp(challenge=challenge)

    assert kept.standing(now=1000 + LIFETIME - 1, epoch=3) == challenge
    assert kept.standing(now=1000 + LIFETIME, epoch=3) is None
    assert kept.standing(now=1000, epoch=4) is None


def test_challenges_of_the_last_day_count_those_before_do_not() -> None:
    kept = PhoneHelp(asked=(0, 1, DAY))
    assert kept.asked_since(DAY) == (1, DAY)
    assert kept.asked_since(DAY + 1) == (DAY,)


def test_nonces_are_drawn_afresh() -> None:
    drawn = {phone_help.new_nonce() for _ in range(100)}
    assert len(drawn) == 100
    assert all(0 <= nonce < 1 << NONCE_BITS for nonce in drawn)


def test_what_is_secret_does_not_show() -> None:
    """A40: a nonce is read out anyway; the key is in nothing that can be printed."""
    assert KEY.hex() not in repr(MATTER.challenge(KEY)) + repr(MATTER)
