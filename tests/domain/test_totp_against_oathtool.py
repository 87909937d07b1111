"""Ten thousand codes agree with those of oathtool, which nobody here wrote."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest

from pomfa_tui.domain.totp import base32, code_at, step_at

KEYS = 1000 if os.environ.get("POMFA_SOAK") == "1" else 100
CODES = 100
LATEST = 2**40
"""UTC seconds, some 34,000 years ahead: far beyond 32 bit."""

Period = Literal[30, 60]


@pytest.fixture
def oathtool() -> str:
    """Find the judge; without it nothing is proven, so its absence is a failure."""
    found = shutil.which("oathtool")
    assert found, (
        "oathtool is not installed: install it (Debian: apt-get install oathtool) and run this again"
    )
    return found


def drawn(number: int) -> tuple[bytes, int, Period]:
    """Return a secret, a moment and a period that look random and are the same in every run."""
    stream = hashlib.sha512(f"case {number}".encode()).digest()
    moment = int.from_bytes(stream[20:28], "big") % (2**31 if number % 2 else LATEST)
    return stream[:20], moment, 60 if stream[28] % 3 == 0 else 30


def judged(oathtool: str, secret: bytes, moment: int, period: Period) -> list[str]:
    """Ask oathtool for the code at a moment and those of the steps after it."""
    done = subprocess.run(
        [
            oathtool,
            "--totp",
            "--base32",
            f"--time-step-size={period}s",
            f"--now=@{moment}",
            f"--window={CODES - 1}",
            base32(secret),
        ],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_ten_thousand_codes_agree_with_oathtool(oathtool: str) -> None:
    """TOTP-01, TOTP-04, TOTP-11: a hundred secrets at both periods, a hundred codes of each."""
    cases = [drawn(number) for number in range(KEYS)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = pool.map(lambda case: judged(oathtool, *case), cases)

    compared = 0
    for (secret, moment, period), codes in zip(cases, answers, strict=True):
        first = step_at(moment, period)
        ours = [code_at(secret, step) for step in range(first, first + CODES)]
        assert ours == codes, f"at {moment} with period {period}"
        compared += len(codes)

    assert compared == KEYS * CODES
    assert {period for _, _, period in cases} == {30, 60}
    assert max(moment for _, moment, _ in cases) > 2**32
