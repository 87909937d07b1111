"""How somebody's identity was checked before a reset, a link or an unlock (rule 21)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.text import clean_line

REASON_LONGEST = 200
"""Characters of a reason (PRI-06)."""

TICKET_LONGEST = 40
"""Characters of a ticket number."""


class IdentityCheck(StrEnum):
    """What convinced the actor; the words are part of the command line's contract."""

    IN_PERSON = "in-person"
    KNOWN = "known"
    CALLED_BACK = "called-back"
    VOUCHED = "vouched"
    RECOVERY_CODE = "recovery-code"


LABELS: dict[IdentityCheck, str] = {
    IdentityCheck.IN_PERSON: "In person",
    IdentityCheck.KNOWN: "Known to me",
    IdentityCheck.CALLED_BACK: "Called back on the number on record",
    IdentityCheck.VOUCHED: "Vouched for by another administrator",
    IdentityCheck.RECOVERY_CODE: "Recovery code checked",
}
"""The same in words for a form."""


@dataclass(frozen=True, slots=True)
class Justification:
    """Why an act on somebody's account is right; there is none without a reason (ENR-11).

    Attributes:
        identity: What convinced the actor.
        reason: In a few words; no patient data.
        ticket: Number of the helpdesk's ticket, or none.
        recovery_code: The recovery code that was read out, when that was the check.

    Raises:
        BadInput: The reason is missing, or reason or ticket cannot be used.
    """

    identity: IdentityCheck
    reason: str
    ticket: str | None = None
    recovery_code: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Read the texts as typed, so that nothing that was not checked gets any further."""
        object.__setattr__(self, "reason", parse_reason(self.reason))
        object.__setattr__(self, "ticket", parse_ticket(self.ticket, required=False))

    def detail(self) -> dict[str, str]:
        """Return what the audit log keeps of it."""
        kept = {"identity": self.identity.value, "why": self.reason}
        if self.ticket is not None:
            kept["ticket"] = self.ticket
        return kept


def parse_reason(text: str | None) -> str:
    """Read a reason; it is never optional.

    Raises:
        BadInput: Missing, longer than 200 characters, or not printable.
    """
    return clean_line("reason", text or "", longest=REASON_LONGEST, label="The reason")


def parse_override_reason(text: str | None) -> str | None:
    """Read why a role-like address is really personal (rule 2); nothing is fine.

    Raises:
        BadInput: Longer than 200 characters, or not printable.
    """
    if text is None or not text.strip():
        return None
    return clean_line("override_reason", text, longest=REASON_LONGEST, label="The reason")


def parse_ticket(text: str | None, *, required: bool) -> str | None:
    """Read a ticket number; support always has one (rule 21).

    Raises:
        BadInput: Missing where required, longer than 40 characters, or not printable.
    """
    if text is None or not text.strip():
        if required:
            raise BadInput(
                "ticket",
                "The ticket number is missing. Fill in the number of the helpdesk's ticket.",
            )
        return None
    return clean_line("ticket", text, longest=TICKET_LONGEST, label="The ticket number")
