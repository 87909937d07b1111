"""Codes are those of RFC 4226 and RFC 6238, and the window lets in no more than it says."""

from __future__ import annotations

import ast
import hmac
import inspect
import random
import time
from base64 import b32decode
from hashlib import sha1
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain import totp
from pomfa_tui.domain.errors import BadCodeForm
from pomfa_tui.domain.totp import (
    SKEW_REACH,
    Match,
    base32,
    code_at,
    match,
    new_secret,
    read_code,
    seconds_left,
    skew,
    step_at,
    window,
)

SEED = b"12345678901234567890"
"""The secret of both RFCs' tables for SHA-1."""

HOTP = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]

TOTP = [
    # moment, step at 30 s, eight digits of RFC 6238, six at 30 s, six at 60 s
    (59, 0x1, "94287082", "287082", "755224"),
    (1111111109, 0x23523EC, "07081804", "081804", "360094"),
    (1111111111, 0x23523ED, "14050471", "050471", "360094"),
    (1234567890, 0x273EF07, "89005924", "005924", "713351"),
    (2000000000, 0x3F940AA, "69279037", "279037", "864010"),
    (20000000000, 0x27BC86AA, "65353130", "353130", "948864"),
]

NEVER = -1
"""A last step before every other."""

NOW = 1_700_000_010
"""The first second of a step at 30 s; twenty seconds into one at 60 s is `NOW + 20`."""

Period = Literal[30, 60]
PERIODS: tuple[Period, ...] = (30, 60)

periods = st.sampled_from(PERIODS)
moments = st.integers(min_value=3600, max_value=2**40)
keys = st.binary(min_size=20, max_size=20)


def accepted(offset: int, moment: int, period: Period) -> bool:
    """Tell whether the code `offset` steps from now would be accepted."""
    code = code_at(SEED, step_at(moment, period) + offset)
    return match(SEED, code, moment, period, NEVER).fresh


# -- The algorithm ------------------------------------------------------------------------------


@pytest.mark.parametrize(("counter", "code"), enumerate(HOTP))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    """TOTP-01: appendix D."""
    assert code_at(SEED, counter) == code


@pytest.mark.parametrize(("moment", "step", "eight", "half_minute", "minute"), TOTP)
def test_codes_are_those_of_rfc_6238(
    moment: int, step: int, eight: str, half_minute: str, minute: str
) -> None:
    """TOTP-01, TOTP-11: appendix B, cut to six digits, and the same at 60 seconds."""
    assert step_at(moment, 30) == step
    assert code_at(SEED, step_at(moment, 30)) == half_minute == eight[-6:]
    assert code_at(SEED, step_at(moment, 60)) == minute


@given(keys, st.integers(min_value=0, max_value=2**63 - 1))
def test_any_code_is_that_of_the_rfc_written_out(key: bytes, step: int) -> None:
    """TOTP-01, TOTP-11: RFC 4226 section 5.3, far beyond 32 bit."""
    digest = hmac.new(key, step.to_bytes(8, "big"), sha1).digest()
    offset = digest[19] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF

    assert code_at(key, step) == f"{number % 1_000_000:06d}"


@pytest.mark.parametrize("moment", [2**31 - 1, 2**31, 2**32, 2**32 * 30, 2**40])
def test_time_goes_on_beyond_32_bit(moment: int) -> None:
    """TOTP-11, A42: also where the step itself needs more."""
    code = code_at(SEED, moment // 30)

    assert match(SEED, code, moment, 30, NEVER) == Match(step=moment // 30, fresh=True)


def test_codes_keep_their_leading_zeros() -> None:
    """A31: a code is a text, not a number."""
    assert code_at(SEED, 0x23523ED) == "050471"
    assert match(SEED, "050471", 1111111111, 30, NEVER).fresh


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/New_York", "Asia/Kathmandu"])
def test_the_time_zone_of_the_host_changes_nothing(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TOTP-10, A42: 25 October 2026, 01:30 in London, which comes twice that night."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        codes = [code_at(SEED, step_at(moment, 30)) for moment in (1792888200, 1792891800)]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert codes == [code_at(SEED, 59762940), code_at(SEED, 59763060)]


# -- The window ---------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [0, 29])
@pytest.mark.parametrize(
    ("offset", "expected"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_at_30_seconds_one_step_to_each_side_is_accepted(
    second: int, offset: int, expected: bool
) -> None:
    """TOTP-05: from the first second of the step to its last."""
    assert accepted(offset, NOW + second, 30) is expected


@pytest.mark.parametrize("second", [0, 59])
@pytest.mark.parametrize(
    ("offset", "expected"), [(-2, False), (-1, True), (0, True), (1, False), (2, False)]
)
def test_at_60_seconds_this_and_the_previous_step_are_accepted(
    second: int, offset: int, expected: bool
) -> None:
    """TOTP-05: from the first second of the step to its last."""
    assert accepted(offset, NOW - NOW % 60 + second, 60) is expected


def test_a_code_dies_at_the_second_its_window_ends() -> None:
    """TOTP-05: the code of the step that began at NOW lives until NOW + 59."""
    code = code_at(SEED, step_at(NOW, 30))

    assert match(SEED, code, NOW + 59, 30, NEVER).fresh
    assert not match(SEED, code, NOW + 60, 30, NEVER).fresh
    assert match(SEED, code, NOW - 30, 30, NEVER).fresh
    assert not match(SEED, code, NOW - 31, 30, NEVER).fresh


@given(keys, moments, periods)
def test_the_window_never_reaches_more_than_one_step(
    key: bytes, moment: int, period: Period
) -> None:
    """TOTP-05: whatever the secret and the time."""
    found = {
        offset
        for offset in range(-25, 26)
        if (
            step := match(
                key, code_at(key, step_at(moment, period) + offset), moment, period, NEVER
            ).step
        )
        is not None
        and step == step_at(moment, period) + offset
    }

    assert found == set(window(period))


def test_a_window_at_the_beginning_of_time_holds_no_step_before_it() -> None:
    assert match(SEED, code_at(SEED, 0), 0, 30, NEVER) == Match(step=0, fresh=True)
    assert match(SEED, code_at(SEED, 0), 0, 60, NEVER) == Match(step=0, fresh=True)


@given(moments, periods)
def test_the_seconds_left_end_with_the_step(moment: int, period: Period) -> None:
    left = seconds_left(moment, period)

    assert 1 <= left <= period
    assert step_at(moment + left, period) == step_at(moment, period) + 1
    assert step_at(moment + left - 1, period) == step_at(moment, period)


# -- Once and never again -----------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
def test_a_code_that_was_accepted_is_refused_the_second_time(period: Period) -> None:
    """TOTP-06, A03: RFC 6238 section 5.2."""
    step = step_at(NOW, period)
    code = code_at(SEED, step)
    first = match(SEED, code, NOW, period, step - 1)

    assert first == Match(step=step, fresh=True)
    assert match(SEED, code, NOW, period, cast("int", first.step)) == Match(step=step, fresh=False)


def test_no_older_code_is_accepted_after_a_newer_one() -> None:
    """TOTP-07, A04: the step before and this one lie in the window, and are over all the same."""
    step = step_at(NOW, 30)

    for older in (step - 1, step):
        assert match(SEED, code_at(SEED, older), NOW, 30, step + 1) == Match(older, fresh=False)
    assert match(SEED, code_at(SEED, step + 1), NOW, 30, step).fresh


def test_when_two_steps_share_a_code_the_newer_one_is_used_up() -> None:
    """TOTP-06: otherwise the same digits would open twice."""
    step = 57_766_335
    code = code_at(SEED, step)

    assert code == code_at(SEED, step + 1) == "251166"
    assert match(SEED, code, step * 30, 30, NEVER) == Match(step + 1, fresh=True)
    assert match(SEED, code, step * 30, 30, step + 1) == Match(step + 1, fresh=False)


@given(keys, moments, periods, st.integers(-3, 3))
def test_only_a_step_after_the_last_one_is_fresh(
    key: bytes, moment: int, period: Period, last: int
) -> None:
    """TOTP-07: for every last step around now."""
    now = step_at(moment, period)
    for offset in window(period):
        found = match(key, code_at(key, now + offset), moment, period, now + last)
        assert found.step is not None
        assert found.fresh == (found.step > now + last)


# -- Telling that the clock is wrong ------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("offset", [-SKEW_REACH, -5, -2, 2, 6, SKEW_REACH])
def test_a_code_from_a_wrong_clock_is_recognised_and_never_accepted(
    offset: int, period: Period
) -> None:
    """Rule 25: for the sentence that names the minutes; A08: never a reason to accept."""
    code = code_at(SEED, step_at(NOW, period) + offset)

    assert skew(SEED, code, NOW, period) == offset
    assert match(SEED, code, NOW, period, NEVER) == Match(step=None, fresh=False)


@pytest.mark.parametrize("offset", [-21, 21, 100, -100])
def test_a_code_from_further_away_is_just_wrong(offset: int) -> None:
    """Rule 25: ten minutes at 30 seconds, so that no hint is given for a code out of the blue."""
    assert SKEW_REACH == 20
    assert skew(SEED, code_at(SEED, step_at(NOW, 30) + offset), NOW, 30) is None


@pytest.mark.parametrize("period", PERIODS)
def test_a_code_of_the_window_has_no_skew(period: Period) -> None:
    for offset in window(period):
        assert skew(SEED, code_at(SEED, step_at(NOW, period) + offset), NOW, period) is None


# -- What is typed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["081804", "081 804", " 081804 ", "081-804", "0 8 1 8 0 4", "081804\n", "\t081\u00a0804\r\n"],
)
def test_spaces_and_hyphens_in_a_code_do_not_matter(typed: str) -> None:
    """TOTP-09: authenticators show codes in two groups."""
    assert read_code(typed) == "081804"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "81804",
        "0818040",
        "-81804",
        "+081804",
        "\uff10\uff18\uff11\uff18\uff10\uff14",
        "\u0660\u0668\u0661\u0668\u0660\u0664",
        "08180\uff14",
        "\u00b2\u00b3\u00b9\u00b2\u00b3\u00b9",
        "08l8O4",
        "0x1804",
        "8.1e04",
        "081804;",
        "081_804",
        "081804\x00",
        "08\u200b1804",
        "081\u2011804",
        "1" * 10_240,
        " " * 10_240 + "081804",
    ],
)
def test_anything_but_six_ascii_digits_is_refused(typed: str) -> None:
    """TOTP-09, A31: without an exception of another kind, and 10 kB as well."""
    with pytest.raises(BadCodeForm, match="six digits"):
        read_code(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_six_ascii_digits_or_a_refusal(typed: str) -> None:
    """TOTP-09: nothing else can reach the comparison."""
    try:
        code = read_code(typed)
    except BadCodeForm:
        return
    assert len(code) == 6
    assert set(code) <= set("0123456789")


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_every_six_digits_are_read_as_they_are(code: str) -> None:
    """A31: leading zeros included."""
    assert read_code(code) == code


# -- Secrets ------------------------------------------------------------------------------------


def test_a_secret_has_160_bits_and_is_written_without_padding() -> None:
    """TOTP-02: the length of the HMAC's output (RFC 4226 R6)."""
    secret = new_secret()

    assert len(secret) == 20
    assert len(base32(secret)) == 32
    assert "=" not in base32(secret)
    assert b32decode(base32(secret)) == secret


def test_the_secret_of_the_rfc_is_written_as_the_rfc_would() -> None:
    assert base32(SEED) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_a_thousand_secrets_are_a_thousand() -> None:
    """TOTP-02, TOTP-03: also when somebody seeds Python's guessable generator."""
    found = set()
    for _ in range(1000):
        random.seed(0)
        found.add(new_secret())

    assert len(found) == 1000


def test_secrets_come_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """TOTP-02, STO-08."""
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"\x07" * count)

    assert new_secret() == b"\x07" * 20


# -- How the comparison is written --------------------------------------------------------------


def test_every_step_is_compared_in_constant_time_without_an_early_end() -> None:
    """TOTP-14: what the source does, since timing cannot be measured here."""
    tree = ast.parse(inspect.getsource(totp._fitting_steps))
    loop = next(node for node in ast.walk(tree) if isinstance(node, ast.For))
    inside = list(ast.walk(loop))
    compared = next(node for node in inside if isinstance(node, ast.If)).test

    assert not [node for node in inside if isinstance(node, (ast.Break, ast.Return, ast.Continue))]
    assert isinstance(compared, ast.BoolOp)
    assert ast.unparse(compared.values[0]).startswith("hmac.compare_digest(")
    assert not [node for node in ast.walk(ast.parse(inspect.getsource(totp))) if _equals_code(node)]


def _equals_code(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        return False
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(names & {"code", "secret", "digits"})


def test_the_whole_window_is_computed_whichever_step_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """TOTP-14: the same work for the first, the last and no step."""
    computed: list[int] = []
    generator = totp._generator(SEED)

    class Counting:
        def generate_otp(self, step: int) -> str:
            computed.append(step)
            return generator.generate_otp(step)

    step = step_at(NOW, 30)
    codes = [code_at(SEED, step + offset) for offset in (-1, 0, 1, 5)]
    monkeypatch.setattr(totp, "_generator", lambda _secret: Counting())
    for code in codes:
        match(SEED, code, NOW, 30, NEVER)

    assert computed == [step - 1, step, step + 1] * 4
