"""The audit log's short names in words."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event
from pomfa_tui.screens.event_words import event_words


def event(kind: Event, reason: str | None = None) -> AuditEvent:
    """An event of this kind."""
    return AuditEvent(at=0, event=kind, reason=reason, actor="a", terminal="t", pid=1, version="0")


@pytest.mark.parametrize("kind", Event)
def test_every_event_has_words_that_fit(kind: Event) -> None:
    """AUD-11: the log keeps the vocabulary, people read words."""
    words = event_words(event(kind))
    assert 0 < len(words) <= 22
    assert "_" not in words
    assert event_words(event(kind, "a reason nobody knows")) == words


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        (Event.PASSWORD_CHANGED, "password_reset", "Password reset"),
        (Event.PASSWORD_CHANGED, None, "New password chosen"),
        (Event.TOKEN_REVOKED, "mfa_reset", "Authenticator reset"),
        (Event.AUTHZ_ADMIN, "identity_not_verified", "Identity not verified"),
        (Event.USER_UPDATED, "disabled", "Disabled"),
        (Event.SESSION_EXPIRED, "idle", "Signed out when idle"),
        (Event.TOKEN_REVOKED, "phone_gone", "Old phone given up"),
        (Event.SIGN_IN_FAILED, "codes_not_in_a_row", "Codes not in a row"),
    ],
)
def test_the_reason_tells_more(kind: Event, reason: str | None, words: str) -> None:
    assert event_words(event(kind, reason)) == words
