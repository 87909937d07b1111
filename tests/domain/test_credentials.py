"""The second factor stands where its pairings say, and no entry's mark comes twice."""

from __future__ import annotations

import msgspec
import pytest

from pomfa_tui.domain.credentials import Authenticator, Credentials, MfaState, Pairing, PairingEnd


def authenticator(generation: int) -> Authenticator:
    """Return a paired authenticator."""
    return Authenticator(
        id="a" * 32,
        sealed="sealed",
        period=30,
        generation=generation,
        label="jo@example.org",
        last_step=1,
        bound_at=1,
        terminal="tty1",
    )


def pairing(generation: int) -> Pairing:
    """Return a pairing that has ended."""
    return Pairing(
        id="b" * 32,
        period=30,
        generation=generation,
        label="jo@example.org",
        bound_at=1,
        terminal="tty1",
        ended_at=2,
        ended=PairingEnd.RESET,
        ended_by="host:root",
    )


NEW = Credentials(id="c" * 32)


@pytest.mark.parametrize(
    ("credentials", "state", "mark"),
    [
        (NEW, MfaState.NONE, 1),
        (msgspec.structs.replace(NEW, authenticator=authenticator(1)), MfaState.ACTIVE, 2),
        (msgspec.structs.replace(NEW, pairings=(pairing(1),)), MfaState.RESET, 2),
        (
            msgspec.structs.replace(NEW, authenticator=authenticator(2), pairings=(pairing(1),)),
            MfaState.ACTIVE,
            3,
        ),
        (msgspec.structs.replace(NEW, pairings=(pairing(5), pairing(3))), MfaState.RESET, 6),
    ],
)
def test_the_state_and_the_next_mark_follow_from_the_pairings(
    credentials: Credentials, state: MfaState, mark: int
) -> None:
    """Rule 18, ENR-04, ENR-15: a mark that no earlier entry carries, so that no app merges two entries."""
    assert credentials.mfa is state
    assert credentials.next_generation() == mark


def test_the_words_for_the_state_are_those_of_the_command_line() -> None:
    assert [state.value for state in MfaState] == ["none", "active", "reset"]


def test_new_credentials_open_nothing() -> None:
    """TOTP-16, ENR-01: neither a password nor a code nor a recovery code."""
    assert NEW.password is None
    assert NEW.activation is None
    assert NEW.authenticator is None
    assert NEW.recovery == ()
