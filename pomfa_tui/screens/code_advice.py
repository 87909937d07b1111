"""What to do next about a refused code: shown beside the sentence that says why (rule 25)."""

from __future__ import annotations

from pomfa_tui.domain.errors import CodeOfOldEntry, CodeSkewed, CodeUsed, Refusal

CLOCK = (
    "iPhone: Settings, General, Date & Time, Set Automatically.\n"
    "Android: Settings, System, Date & time, Set automatically."
)
"""How a phone's clock is set right; their own words, so that people find them."""

WAYS_ON_FROM = 3
"""Refused codes in a row after which the ways on without a code are named."""

_TOPICS: dict[type[Refusal], str] = {
    CodeSkewed: "phone-clock",
    CodeUsed: "code-life",
    CodeOfOldEntry: "two-entries",
}


def advice(refusal: Refusal) -> str:
    """Return how to put right what was wrong, where the sentence has no room for it."""
    return CLOCK if isinstance(refusal, CodeSkewed) else ""


def topic(refusal: Refusal) -> str:
    """Return the question at which Help opens after this refusal."""
    return _TOPICS.get(type(refusal), "code-refused")


def ways_on(failures: int, *, recovery_left: int, phone: str) -> str:
    """Return the ways on for somebody whose codes are refused again and again, or nothing before.

    Args:
        failures: Wrong codes in a row.
        recovery_left: How many recovery codes there are.
        phone: The helpdesk's telephone number.
    """
    if failures < WAYS_ON_FROM:
        return ""
    first = "Use a recovery code" if recovery_left else "Ask an administrator for an MFA reset"
    return f"Still refused? {first}, or press F1: Help opens at the reason. F2 has the helpdesk: {phone}."
