"""Why a code was not taken."""

from __future__ import annotations

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors.base import AuthenticationFailed


class CodeRefused(AuthenticationFailed):
    """A wrong code, after the password was right."""


class BadCodeForm(CodeRefused):
    """What was typed cannot be a code."""

    def __init__(self) -> None:
        """Say what a code looks like."""
        super().__init__("A code has six digits. Type the six digits your authenticator shows now.")


class CodeWrong(CodeRefused):
    """The code belongs to no entry this account knows."""

    def __init__(self, entry: str, left: int) -> None:
        """Name the entry to look for and how many tries remain before the wait."""
        tries = counted(left, "try", "tries")
        super().__init__(
            f"That code is not right. Look for the entry {entry}. You have {tries} left before a wait."
        )
        self.entry = entry
        self.left = left


class CodeUsed(CodeRefused):
    """The code was used already; a code works once, ever (rule 15)."""

    def __init__(self, seconds: int) -> None:
        """Count the seconds to the next code."""
        super().__init__(
            f"That code has been used already. Wait for the next code, {counted(seconds, 'second')}, and type that."
        )
        self.seconds = seconds


class CodeSkewed(CodeRefused):
    """The code is right for another moment: the phone's clock is off (rule 25). Never accepted."""

    def __init__(self, seconds: int, *, near: bool = False) -> None:
        """Say by how much and which way, and how to set it right.

        Args:
            seconds: By which the phone is ahead; below zero when it is behind.
            near: Whether two codes in a row can show it (TOTP-12).
        """
        minutes = max(1, round(abs(seconds) / 60))
        way = "fast" if seconds > 0 else "slow"
        super().__init__(
            f"The clock of your phone is about {counted(minutes, 'minute')} {way}. Set it to automatic date and time in the phone's settings, "
            "then type the next code."
        )
        self.seconds = seconds
        self.near = near


class CodesNotInARow(CodeRefused):
    """Two codes that were to show how far the phone's clock is off do not (TOTP-12)."""

    def __init__(self, left: int) -> None:
        """Say which two are wanted, and how many tries remain before the wait."""
        tries = counted(left, "try", "tries")
        super().__init__(
            "Those are not two new codes in a row of that entry. Type one code, wait for the next, and type that. "
            f"You have {tries} left before a wait."
        )
        self.left = left


class CodeOfOldEntry(CodeRefused):
    """The code belongs to the entry that was replaced (rule 25). Never accepted."""

    def __init__(self, entry: str, day: str) -> None:
        """Name the day of the replacement and the entry to use instead."""
        super().__init__(
            f"That code belongs to the entry that was replaced on {day}. Delete the old entry and use the entry {entry}."
        )
        self.entry = entry


class CodeLocked(CodeRefused):
    """Too many wrong codes: wait."""

    def __init__(self, until: int, seconds: int) -> None:
        """Count the wait in whole minutes, rounded up."""
        minutes = max(1, -(-seconds // 60))
        super().__init__(
            f"Too many wrong codes. Wait {counted(minutes, 'minute')} and sign in again, or ask an administrator to unlock your account."
        )
        self.until = until
        self.seconds = seconds


class FactorDisabled(CodeRefused):
    """A hundred failures in a row disabled the second factor until it is reset (rule 24)."""

    def __init__(self) -> None:
        """Say who can help."""
        super().__init__(
            "Codes for this account are switched off after too many wrong ones. Ask an administrator for an MFA reset."
        )


class RecoveryCodeWrong(CodeRefused):
    """No unused recovery code matches."""

    def __init__(self, left: int) -> None:
        """Count the tries that remain before the wait."""
        tries = counted(left, "try", "tries")
        super().__init__(
            f"That recovery code is not right or has been used. You have {tries} left before a wait."
        )
        self.left = left


class ActivationCodeWrong(CodeRefused):
    """The activation code is wrong, used, replaced or too old."""

    def __init__(self, left: int, hours: int) -> None:
        """Say where a new one comes from.

        Args:
            left: Tries that remain before the wait.
            hours: How long an activation code is good.
        """
        life = counted(hours, "hour")
        tries = counted(left, "try", "tries")
        super().__init__(
            f"That activation code is not right, or it is older than {life}. Ask an administrator for a new one. "
            f"You have {tries} left before a wait."
        )
        self.left = left


class CodeMissing(CodeRefused):
    """At a door that asks once, only a password was typed."""

    def __init__(self) -> None:
        """Say how both are typed."""
        super().__init__(
            "The code is missing. Type your password and, directly after it, the six digits your authenticator shows now."
        )
