"""Words for requests: what is needed, how long somebody waits, how it ended."""

from __future__ import annotations

from pomfa_tui.domain.amounts import DAY, HOUR, MINUTE
from pomfa_tui.domain.requests import Need, RequestOutcome

NEED_WORDS = {
    Need.LOCUM: "Set up a locum",
    Need.LINK: "Link accounts",
    Need.RESET: "Reset",
    Need.OTHER: "Other",
}
"""What is needed, as the helpdesk lists it."""

OUTCOMES = {
    "Done": RequestOutcome.DONE,
    "Could not verify who asked": RequestOutcome.NOT_VERIFIED,
    "Declined": RequestOutcome.DECLINED,
    "Not needed any more": RequestOutcome.NOT_NEEDED,
}
"""How a request can end, by the words on the screen."""

OUTCOME_WORDS = {outcome: words for words, outcome in OUTCOMES.items()}
"""The same the other way round."""


def age(seconds: int) -> str:
    """Return how long ago something was, as short as can be: `5 min`, `3 h`, `12 days`.

    Args:
        seconds: Since then; less than nothing counts as nothing.
    """
    if seconds < HOUR:
        return f"{max(0, seconds) // MINUTE} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} days"
