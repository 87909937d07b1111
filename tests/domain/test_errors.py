"""A refusal is one plain answer that says what to do, with the code and status that scripts rely on."""

from __future__ import annotations

import inspect

import pytest

from pomfa_tui.domain import errors
from pomfa_tui.domain.errors import Refusal

ENTRY = "PharmOutcomes: jo@example.org (2)"

REFUSALS: list[tuple[Refusal, str, int]] = [
    (errors.Refusal("No."), "refused", 1),
    (errors.BadInput("name", "No."), "bad_input", 1),
    (errors.SharedMailbox("No.", can_override=False), "shared_mailbox", 1),
    (errors.EmailExists(), "email_exists", 1),
    (errors.TooManyMet(), "rate_limit", 1),
    (errors.NhsmailFull(10), "nhsmail_full", 1),
    (errors.WeakPassword("No."), "weak_password", 1),
    (errors.LastAdmin("FZ101"), "last_admin", 1),
    (errors.SelfReset(), "self_reset", 1),
    (errors.MultiSite(), "multi_site", 1),
    (errors.NotPermitted(), "not_permitted", 1),
    (errors.NotFound("jo@example.org"), "not_found", 4),
    (errors.AuthenticationFailed("No."), "authentication_failed", 3),
    (errors.SignInRefused(10, 15), "authentication_failed", 3),
    (errors.CodeWrong(ENTRY, 4), "authentication_failed", 3),
    (errors.CodeUsed(12), "authentication_failed", 3),
    (errors.CodeSkewed(-180), "authentication_failed", 3),
    (errors.CodeLocked(1_700_000_000, 61), "authentication_failed", 3),
    (errors.FactorDisabled(), "authentication_failed", 3),
    (errors.ClockMovedBack(3600), "clock_moved_back", 3),
    (errors.Busy(), "busy", 5),
    (errors.Unavailable("No."), "busy", 5),
    (errors.IntegrityFailure("No."), "integrity", 6),
    (errors.SealBroken(), "integrity", 6),
    (errors.WrongKey(), "integrity", 6),
    (errors.UnsafeEnvironment("No."), "unsafe_environment", 7),
    (errors.WrongUsage("No."), "bad_input", 2),
]
"""Refusals with the code and the exit status of the command line's contract."""


@pytest.mark.parametrize(
    ("refusal", "code", "status"), REFUSALS, ids=lambda value: type(value).__name__
)
def test_a_refusal_has_the_code_and_status_of_the_contract(
    refusal: Refusal, code: str, status: int
) -> None:
    assert (refusal.code, refusal.exit_code) == (code, status)


@pytest.mark.parametrize(
    "refusal", [refusal for refusal, _, _ in REFUSALS], ids=lambda value: type(value).__name__
)
def test_a_refusal_is_shown_as_it_is_on_any_terminal(refusal: Refusal) -> None:
    """GEN-01: plain words, no markup, no class names."""
    assert str(refusal) == refusal.message
    assert refusal.message.isprintable()
    assert refusal.message.isascii()
    assert refusal.message.endswith(".")
    assert type(refusal).__name__ not in refusal.message or type(refusal) is Refusal


def test_every_refusal_ends_with_a_status_there_is() -> None:
    """0 is done; everything else says how it was refused."""
    kinds = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Refusal)
    ]

    assert len(kinds) > 25
    assert {kind.exit_code for kind in kinds} == {1, 2, 3, 4, 5, 6, 7}
    assert all(kind.code.isascii() and kind.code.islower() for kind in kinds)


def test_before_the_password_is_proven_there_is_one_sentence() -> None:
    """ENU-01, rule 25: it says nothing of the account, and names the rule of the lock for everybody."""
    message = errors.SignInRefused(10, 15).message

    assert "After 10 failed tries in a row, wait 15 minutes." in message
    assert message == errors.SignInRefused(10, 15).message


def test_an_address_that_exists_says_neither_whose_nor_where() -> None:
    """ENU-06, rule 5."""
    assert errors.EmailExists().message == (
        "This person already has an account. Ask the helpdesk to link it."
    )


def test_a_full_site_is_told_both_ways_on() -> None:
    """Rule 3."""
    message = errors.NhsmailFull(10).message

    assert "10 NHSmail accounts" in message
    assert "personal address" in message
    assert "ask the helpdesk to raise the limit" in message


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (180, "about 3 minutes fast"),
        (-180, "about 3 minutes slow"),
        (60, "about 1 minute fast"),
        (-30, "about 1 minute slow"),
        (-600, "about 10 minutes slow"),
    ],
)
def test_a_wrong_clock_is_named_with_its_minutes_and_direction(seconds: int, words: str) -> None:
    """Rule 25."""
    assert words in errors.CodeSkewed(seconds).message


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 minute "), (60, "1 minute "), (61, "2 minutes "), (900, "15 minutes ")],
)
def test_a_wait_is_counted_in_whole_minutes_rounded_up(seconds: int, words: str) -> None:
    """THR-07: nobody is sent back too early."""
    assert f"Wait {words}" in errors.CodeLocked(1_700_000_000, seconds).message


@pytest.mark.parametrize(("left", "words"), [(1, "1 try left"), (4, "4 tries left")])
def test_the_tries_left_are_counted_in_words_that_fit(left: int, words: str) -> None:
    """THR-07: after the password is proven."""
    assert words in errors.CodeWrong(ENTRY, left).message
    assert words in errors.RecoveryCodeWrong(left).message
    assert words in errors.ActivationCodeWrong(left, 24).message


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "older than 1 hour."), (24, "older than 24 hours.")]
)
def test_an_activation_code_is_as_old_as_the_configuration_says(hours: int, words: str) -> None:
    """Rule 17: no sentence contradicts the number in force."""
    assert words in errors.ActivationCodeWrong(3, hours).message
