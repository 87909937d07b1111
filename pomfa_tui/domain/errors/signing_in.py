"""What else ends or delays a sign-in or a session."""

from __future__ import annotations

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors.base import AuthenticationFailed


class SignInRefused(AuthenticationFailed):
    """The one answer before the password is proven, whatever the cause (rule 25, ENU-01)."""

    def __init__(self, failures: int, minutes: int, wait: int = 0) -> None:
        """Name the general rule of the lock, which holds for every e-mail alike, or the wait.

        Args:
            failures: After which there is a wait.
            minutes: How long the first one is.
            wait: Seconds that what was typed at this terminal has earned, whether or not the e-mail has an account; 0 for none.
        """
        left = max(1, -(-wait // 60))
        super().__init__(
            f"Too many failed tries with this e-mail. Wait {counted(left, 'minute')}; tries before then are not looked at. An administrator can help sooner."
            if wait
            else "That did not match. Check your e-mail and password and try again. "
            f"After {failures} failed tries in a row, wait {counted(minutes, 'minute')}."
        )
        self.wait = wait


class PasswordWrong(AuthenticationFailed):
    """The current password, asked for again within a session, is wrong or was tried too often."""

    def __init__(self) -> None:
        """Say that tries count."""
        super().__init__(
            "That is not your current password, or it was tried too often. Wrong tries count, so take your time."
        )


class ClockMovedBack(AuthenticationFailed):
    """The host's clock runs behind the last recorded moment (rule 27)."""

    code = "clock_moved_back"

    def __init__(self, seconds: int) -> None:
        """Say by how much; codes cannot be checked until the clock is right."""
        minutes = max(1, round(seconds / 60))
        super().__init__(
            f"This computer's clock has moved back by about {counted(minutes, 'minute')}, so codes cannot be checked. "
            "Ask whoever looks after this computer to set its clock."
        )
        self.seconds = seconds


class AttemptEnded(AuthenticationFailed):
    """The half-done sign-in is over: too slow, locked, or overtaken by a reset."""

    def __init__(
        self, message: str = "This took too long or your account changed meanwhile. Sign in again."
    ) -> None:
        """Send the person back to the start."""
        super().__init__(message)


class OutOfSequence(AuthenticationFailed):
    """A step was called before the steps it needs (ENR-19)."""

    def __init__(self) -> None:
        """Send the person back to the start."""
        super().__init__("That step is not due yet. Sign in from the start.")


class PairingExpired(AuthenticationFailed):
    """The QR code on the screen is older than ten minutes (rule 18)."""

    def __init__(self) -> None:
        """Ask for a fresh one."""
        super().__init__(
            "This QR code has expired. Delete the new entry from your phone and scan the fresh code."
        )


class PairingCodeWrong(AuthenticationFailed):
    """The code does not fit the entry that is being paired."""

    def __init__(self, left: int) -> None:
        """Say what to look at and how many tries remain."""
        tries = counted(left, "try", "tries")
        super().__init__(
            "That code does not fit the new entry. Check that you use the entry you just added, and type its next code. "
            f"You have {tries} left."
        )
        self.left = left


class PairingPeriodIgnored(AuthenticationFailed):
    """The authenticator shows codes for 30 seconds although 60 were asked for (TOTP-13)."""

    def __init__(self) -> None:
        """Say who can change it."""
        super().__init__(
            "Your authenticator makes 30-second codes, but this account asks for 60-second ones. Use another authenticator, or ask "
            "an administrator to set the account to 30 seconds."
        )


class NoSiteToday(AuthenticationFailed):
    """The person has no membership that is valid today, or none at this terminal's site."""

    def __init__(self, message: str) -> None:
        """Say why: no link, ended pass, closed site, other terminal."""
        super().__init__(message)


class NotThatSite(AuthenticationFailed):
    """The site is not one of those the person may enter now; the others on the list are."""

    def __init__(self) -> None:
        """Send the person back to the list."""
        super().__init__("You cannot sign in to that site today. Choose one from the list.")


class UnfinishedAccount(AuthenticationFailed):
    """Something can only be done at the sign-in desk: choosing a password, pairing, or taking recovery codes."""

    def __init__(self) -> None:
        """Send the person to a terminal with the desk."""
        super().__init__(
            "You have to finish something first: a new password, a new authenticator or new recovery codes. "
            "Sign in once at a pharmacy terminal, then try here again."
        )


class SessionEnded(AuthenticationFailed):
    """The session is over; the reason is shown on the sign-in screen."""

    code = "session_ended"

    def __init__(self, reason: str, message: str) -> None:
        """Keep the short reason for the log and the sentence for the person."""
        super().__init__(message)
        self.reason = reason


class StepUpNeeded(AuthenticationFailed):
    """The act needs a fresh code (rule 22)."""

    code = "step_up_needed"

    def __init__(self) -> None:
        """Ask for the code."""
        super().__init__("To confirm this is you, type a fresh code from your authenticator.")
