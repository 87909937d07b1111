"""A session ends when it should, and its secret is nowhere to be read."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.sessions import (
    ENDINGS,
    SEEN_EVERY,
    Session,
    SessionEnd,
    SessionLimits,
    SessionToken,
)

LIMITS = SessionLimits.of(Numbers())
START = 1_700_000_000
MINUTE = 60
HOUR = 3600


def session(last_seen: int = START, ended: SessionEnd | None = None) -> Session:
    """Return a session that began at START."""
    return Session(
        id="a" * 32,
        person="b" * 32,
        site="FZ101",
        terminal="tty1",
        boot="c" * 32,
        pid=7,
        started=START,
        last_seen=last_seen,
        proven_at=START,
        ended_at=last_seen if ended else None,
        ended=ended,
    )


def test_the_limits_that_ship_are_those_of_the_rules() -> None:
    """SES-01, SES-02, SES-04, SES-12, SES-13, rules 22 and 26: in seconds."""
    expected = SessionLimits(
        idle=5 * MINUTE, warning=60, overall=8 * HOUR, per_person=3, step_up=5 * MINUTE
    )

    assert expected == LIMITS


def test_the_limits_follow_the_settings() -> None:
    numbers = Numbers(
        idle_minutes=2,
        idle_warning_seconds=30,
        overall_hours=1,
        sessions_per_person=1,
        step_up_minutes=1,
    )

    assert SessionLimits.of(numbers) == SessionLimits(120, 30, 3600, 1, 60)


def test_a_session_left_alone_ends_after_the_idle_time_and_the_minute_between_writes() -> None:
    """SES-01: the terminal itself keeps the exact time; the store may be a minute behind."""
    end = 6 * MINUTE
    assert SEEN_EVERY == MINUTE

    assert LIMITS.ending(session(), START + end - 1) is None
    assert LIMITS.ending(session(), START + end) is SessionEnd.IDLE
    assert LIMITS.ending(session(last_seen=START + 100), START + end) is None


def test_a_session_in_use_ends_after_eight_hours_all_the_same() -> None:
    """SES-02: whatever the activity."""
    busy = session(last_seen=START + 8 * HOUR - 1)

    assert LIMITS.ending(busy, START + 8 * HOUR - 1) is None
    assert LIMITS.ending(busy, START + 8 * HOUR) is SessionEnd.OVERALL


@pytest.mark.parametrize("ended", SessionEnd)
def test_a_session_that_has_ended_stays_ended_and_keeps_its_reason(ended: SessionEnd) -> None:
    """SES-08."""
    for now in (START, START + 100 * HOUR, START - 100 * HOUR):
        assert LIMITS.ending(session(ended=ended), now) is ended


@pytest.mark.parametrize("ended", SessionEnd)
def test_every_end_has_a_sentence_for_the_person(ended: SessionEnd) -> None:
    """Rule 26: the oldest ends and says why."""
    assert ENDINGS[ended].endswith(".")
    assert ENDINGS[ended].isascii()
    assert len(set(ENDINGS.values())) == len(SessionEnd)


@given(st.integers(0, 12 * HOUR), st.integers(0, 12 * HOUR))
def test_a_session_once_over_never_comes_back(seen: int, later: int) -> None:
    """SES-01, SES-02: as time goes on without a key."""
    place = session(last_seen=START + seen)
    first = LIMITS.ending(place, START + seen + later)

    if first is not None:
        assert LIMITS.ending(place, START + seen + later + 1) is not None
        assert later >= LIMITS.idle or seen + later >= LIMITS.overall


# -- The secret ---------------------------------------------------------------------------------


def test_a_token_has_256_random_bits() -> None:
    """SES-05."""
    tokens = {SessionToken.new().secret for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_a_session_is_kept_under_a_digest_of_its_secret() -> None:
    """SES-05, ENU-05: 128 bits of it; the secret cannot be told from the id."""
    token = SessionToken.new()

    assert re.fullmatch(r"[0-9a-f]{32}", token.session_id)
    assert token.session_id == SessionToken(token.secret).session_id
    assert token.secret not in token.session_id


def test_a_changed_secret_belongs_to_no_session() -> None:
    """SES-05: forged or edited."""
    token = SessionToken.new()
    others = [
        token.secret[:-1],
        token.secret + "x",
        token.secret.swapcase(),
        "",
        "\u00e9",
        "\ud800",
    ]

    assert token.session_id not in {SessionToken(other).session_id for other in others}


def test_a_token_hides_its_secret_when_it_is_printed() -> None:
    """AUD-04, STO-12: in a log, a traceback or a debugger's list of variables."""
    token = SessionToken.new()

    assert token.secret not in repr(token) + str(token) + f"{token!r:>100}"


def test_the_stored_session_has_no_place_for_the_secret() -> None:
    """SES-05."""
    names = {field.name for field in msgspec.structs.fields(Session)}

    assert names.isdisjoint({"secret", "token"})
